package dev.postern.signaling.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Case 33: whatever the bytes are, a message between nodes comes of them or an {@link IllegalArgumentException}, and nothing large is made. */
class NodeCodecTest {

    private static final int ROUNDS = 4;
    private static final int MUTANTS = 15;

    /** What one attempt to read a message of some kilobytes may take. */
    private static final long MAX_ALLOCATED_BYTES = 1 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final NodeCodec codec = new NodeCodec();
    private final Random random = new Random(1);

    @Test
    void samplesShowEveryMessageType() {
        Set<Class<?>> types = Stream.concat(
                        Arrays.stream(NodeMessage.class.getPermittedSubclasses()),
                        Arrays.stream(NodeMessage.OfRoom.class.getPermittedSubclasses()))
                .filter(type -> !type.isInterface())
                .collect(Collectors.toSet());
        assertThat(new NodeMessages(1)
                        .ofEachType().stream().map(Object::getClass).collect(Collectors.toSet()))
                .isEqualTo(types);
    }

    @Test
    void everyMessageIsReadAsItWasWritten() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            for (NodeMessage message : new NodeMessages(seed).ofEachType()) {
                assertThat(codec.decode(codec.encode(message))).isEqualTo(message);
            }
        }
    }

    @Test
    void everyPartOfAMessageAloneIsRefused() {
        for (NodeMessage message : new NodeMessages(3).ofEachType()) {
            byte[] whole = codec.encode(message);
            for (int length = 0; length < whole.length; length += 1 + random.nextInt(1 + whole.length / 60)) {
                byte[] part = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> codec.decode(part))
                        .as("%d of %d bytes of %s", length, whole.length, message)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void bytesBehindAMessageAreRefused() {
        for (NodeMessage message : new NodeMessages(4).ofEachType()) {
            byte[] whole = codec.encode(message);
            assertThatThrownBy(() -> codec.decode(Arrays.copyOf(whole, whole.length + 1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void flippedBitsGiveAMessageOrARefusal() {
        int refused = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            for (NodeMessage message : new NodeMessages(seed).ofEachType()) {
                byte[] whole = codec.encode(message);
                for (int i = 0; i < MUTANTS; i++) {
                    byte[] mutant = whole.clone();
                    for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                        mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(8));
                    }
                    refused += isRefused(mutant) ? 1 : 0;
                }
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void lengthsThatLieAreRefusedAndMakeNothingLarge() {
        List<Integer> lies = List.of(Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 1 << 24, 70_000);
        for (NodeMessage message : new NodeMessages(5).ofEachType()) {
            byte[] whole = codec.encode(message);
            for (int i = 0; i < 10 * MUTANTS; i++) {
                byte[] lying = whole.clone();
                int at = random.nextInt(whole.length - Integer.BYTES + 1);
                ByteBuffer.wrap(lying).putInt(at, lies.get(random.nextInt(lies.size())));
                isRefused(lying);
            }
        }
        isRefused(large());
    }

    /** Says of its list that it has as many items as it has bytes. */
    private byte[] large() {
        byte[] enter = codec.encode(new NodeMessage.Enter("r", 1, false, 0, List.of(), Map.of()));
        byte[] large = Arrays.copyOf(enter, 1 << 18);
        ByteBuffer.wrap(large).putInt(enter.length - 2 * Integer.BYTES, large.length - enter.length);
        return large;
    }

    @Test
    void randomBytesAreRefused() {
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            assertThat(isRefused(bytes)).isTrue();
        }
    }

    /** Whether the bytes are no message; whatever else comes of them fails the test. */
    private boolean isRefused(byte[] bytes) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean isRefused;
        try {
            NodeMessage message = codec.decode(bytes);
            assertThat(codec.decode(codec.encode(message))).isEqualTo(message);
            return false;
        } catch (IllegalArgumentException e) {
            isRefused = true;
        }
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MAX_ALLOCATED_BYTES);
        return isRefused;
    }
}
