package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.TransportAddress;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatagramQueueTest {

    private static final int MOST = DatagramQueue.MOST;
    private static final int LONGEST = DatagramQueue.LONGEST;

    private record Sent(String by, int port, String hex) {

        Sent(String by, int port, byte[] data) {
            this(by, port, HexFormat.of().formatHex(data));
        }
    }

    /** A socket that keeps what leaves by it. */
    private final class Outbox implements DatagramQueue.Outlet {

        private final String name;

        Outbox(String name) {
            this.name = name;
        }

        @Override
        public void sendNow(TransportAddress to, ByteBuffer data) {
            sent.add(new Sent(name, to.port(), ToyHandler.bytes(data)));
            data.position(data.limit()); // as a channel leaves it
        }
    }

    private final DatagramQueue queue = new DatagramQueue();
    private final List<Sent> sent = new ArrayList<>();
    private final Outbox a = new Outbox("a");
    private final Outbox b = new Outbox("b");

    private ByteBuffer receive(byte... data) {
        queue.room().put(data);
        return queue.received();
    }

    private void add(Outbox by, int port, ByteBuffer data) {
        queue.add(by, TransportAddress.parse("192.0.2.1:" + port), data);
    }

    private static byte[] filled(int bytes, int with) {
        byte[] data = new byte[bytes];
        Arrays.fill(data, (byte) with);
        return data;
    }

    private static void putHeader(ByteBuffer data, int bytes, int with) {
        data.position(data.position() - bytes);
        data.put(data.position(), filled(bytes, with));
    }

    @Test
    void datagramsOfAllSocketsLeaveInTheOrderInWhichTheyWereGiven() {
        add(a, 1, receive((byte) 1));
        add(b, 2, ByteBuffer.wrap(new byte[] {2}));
        add(b, 1, receive((byte) 3));
        add(a, 2, receive((byte) 4));
        assertThat(sent).isEmpty();

        queue.flush();
        queue.flush();

        assertThat(sent)
                .containsExactly(
                        new Sent("a", 1, "01"), new Sent("b", 2, "02"), new Sent("b", 1, "03"), new Sent("a", 2, "04"));
    }

    @Test
    void receivedBytesAreNotCopied() {
        ByteBuffer data = receive((byte) 1, (byte) 2);
        add(a, 1, data);
        data.put(data.position(), (byte) 9); // which no handler may do: it shows where the bytes lie

        queue.flush();

        assertThat(sent).containsExactly(new Sent("a", 1, "0902"));
    }

    @Test
    void bytesOfOthersMayBeReusedAtOnce() {
        for (ByteBuffer scratch : List.of(ByteBuffer.allocate(8), ByteBuffer.allocateDirect(8))) {
            for (int i = 0; i < 3; i++) {
                scratch.clear().put((byte) i).put((byte) 7).flip();
                add(a, i, scratch);
            }
        }
        add(a, 3, receive((byte) 5).asReadOnlyBuffer());
        receive((byte) 6);

        queue.flush();

        assertThat(sent.subList(0, 3)).isEqualTo(sent.subList(3, 6)).hasSize(3);
        assertThat(sent.get(2)).isEqualTo(new Sent("a", 2, "0207"));
        assertThat(sent.get(6)).isEqualTo(new Sent("a", 3, "05"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 172, 1_200})
    void headersOfAllTheHeadroomDoNotSpoilTheDatagramBefore(int bytes) {
        List<Sent> expected = new ArrayList<>();
        for (int i = 0; i < MOST - 1; i++) {
            ByteBuffer data = receive(filled(bytes, i));
            putHeader(data, Shard.HEADROOM, -i);
            add(a, i, data);
            byte[] whole = filled(Shard.HEADROOM + bytes, -i);
            Arrays.fill(whole, Shard.HEADROOM, whole.length, (byte) i);
            expected.add(new Sent("a", i, whole));
        }

        queue.flush();

        assertThat(sent).isEqualTo(expected);
    }

    @Test
    void oneReceivedDatagramCanBeSentSeveralTimesAndInParts() {
        ByteBuffer data = receive((byte) 1, (byte) 2, (byte) 3);
        int position = data.position();
        add(a, 1, data.position(position + 1));
        add(b, 2, data.limit(position + 2));
        add(a, 3, data.limit(position + 3).position(position));
        add(a, 4, receive((byte) 4));

        queue.flush();

        assertThat(sent)
                .containsExactly(
                        new Sent("a", 1, "0203"),
                        new Sent("b", 2, "02"),
                        new Sent("a", 3, "010203"),
                        new Sent("a", 4, "04"));
    }

    @Test
    void rowThatIsFullLeavesWithinACallAndDisturbsNothing() {
        ByteBuffer data = receive((byte) 1, (byte) 2);
        int position = data.position();
        putHeader(data, 4, 8);
        List<Sent> expected = new ArrayList<>();
        for (int i = 0; i < MOST + MOST / 2; i++) {
            add(a, i, data);
            add(b, i, ByteBuffer.wrap(new byte[] {7, 7, 7}));
            expected.add(new Sent("a", i, "080808080102"));
            expected.add(new Sent("b", i, "070707"));
            assertThat(sent).hasSize((i + 1) * 2 / MOST * MOST);
            assertThat(data.position()).isEqualTo(position - 4);
            assertThat(ToyHandler.bytes(data)).containsExactly(8, 8, 8, 8, 1, 2);
        }

        queue.flush();

        assertThat(sent).isEqualTo(expected);
    }

    @Test
    void longestDatagramsAreMoreThanTheBufferHolds() {
        List<Sent> expected = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ByteBuffer data = receive(filled(LONGEST, i));
            putHeader(data, Shard.HEADROOM, i);
            add(a, i, data);
            assertThat(sent).hasSize(i / 3 * 3);
            expected.add(new Sent("a", i, filled(Shard.HEADROOM + LONGEST, i)));
        }

        queue.flush();

        assertThat(sent).isEqualTo(expected);
    }

    @Test
    void bytesOfOthersThatFindNoRoomLeaveAtOnceBehindWhatWaits() {
        byte[] tooLong = filled(DatagramQueue.BYTES, 6);
        for (int i = 0; i < 2; i++) {
            add(a, i, receive(filled(LONGEST, i)));
        }
        ByteBuffer handled = receive((byte) 5);
        add(b, 2, handled);

        add(b, 3, ByteBuffer.wrap(tooLong));

        assertThat(sent)
                .containsExactly(
                        new Sent("a", 0, filled(LONGEST, 0)),
                        new Sent("a", 1, filled(LONGEST, 1)),
                        new Sent("b", 2, "05"),
                        new Sent("b", 3, tooLong));
        assertThat(ToyHandler.bytes(handled)).containsExactly(5);
    }

    @Test
    void copiesAreLetGoWhereTheRestOfTheBufferIsTooShort() {
        receive(filled(LONGEST, 1));
        List<Sent> expected = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            add(a, i, ByteBuffer.wrap(filled(LONGEST, i)));
            assertThat(sent).hasSize(i / 2 * 2);
            expected.add(new Sent("a", i, filled(LONGEST, i)));
        }

        queue.flush();

        assertThat(sent).isEqualTo(expected);
    }

    @Test
    void emptyDatagramsLeaveInTheirPlace() {
        add(a, 1, receive());
        add(a, 2, ByteBuffer.allocate(0));
        add(a, 3, receive((byte) 3));
        add(a, 4, receive());

        queue.flush();

        assertThat(sent)
                .containsExactly(
                        new Sent("a", 1, ""), new Sent("a", 2, ""), new Sent("a", 3, "03"), new Sent("a", 4, ""));
    }

    /** The room may have been given for a receive that found nothing. */
    @Test
    void roomThatNothingCameIntoCostsNothing() {
        add(a, 1, receive((byte) 1));
        queue.room();
        queue.room();
        add(a, 2, ByteBuffer.wrap(new byte[] {2}));
        queue.room();
        add(a, 3, receive((byte) 3));

        queue.flush();

        assertThat(sent).containsExactly(new Sent("a", 1, "01"), new Sent("a", 2, "02"), new Sent("a", 3, "03"));
    }

    @Test
    void socketThatThrowsCostsTheOthersNothing() {
        DatagramQueue.Outlet broken = (to, data) -> {
            throw new IllegalStateException("thrown by the test at " + to.port());
        };
        for (int round = 0; round < 2; round++) {
            sent.clear();
            add(a, 1, receive((byte) 1));
            queue.add(broken, TransportAddress.parse("192.0.2.1:2"), receive((byte) 2));
            queue.add(broken, TransportAddress.parse("192.0.2.1:3"), receive((byte) 3));
            add(b, 4, receive((byte) 4));

            assertThatThrownBy(queue::flush).isInstanceOf(IllegalStateException.class);

            assertThat(sent).containsExactly(new Sent("a", 1, "01"), new Sent("b", 4, "04"));
        }
        queue.flush();
        assertThat(sent).hasSize(2);
    }

    @Test
    void socketAndTargetAreNotKeptByWhatWasSent() throws Exception {
        List<WeakReference<Object>> gone = sentBySocketOfItsOwn();
        Eventually.holds("both are forgotten", () -> {
            System.gc();
            return gone.stream().allMatch(reference -> reference.get() == null);
        });
        assertThat(sent).hasSize(1);
    }

    private List<WeakReference<Object>> sentBySocketOfItsOwn() {
        Outbox outbox = new Outbox("closed soon");
        TransportAddress target = TransportAddress.parse("192.0.2.1:1");
        queue.add(outbox, target, receive((byte) 1));
        queue.flush();
        return List.of(new WeakReference<>(outbox), new WeakReference<>(target));
    }

    /** Whatever a handler does that it may do, what leaves is what it gave, in that order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverHandlersDoLeavesWholeAndInOrder(long seed) {
        Random random = new Random(seed);
        ByteBuffer scratch = ByteBuffer.allocateDirect(LONGEST);
        List<Sent> expected = new ArrayList<>();
        for (int call = 0; call < 400; call++) {
            ByteBuffer data = receive(bytes(random));
            putHeader(data, random.nextInt(Shard.HEADROOM + 1), random.nextInt());
            byte[] handled = ToyHandler.bytes(data);
            for (int sends = random.nextInt(8); sends > 0; sends--) {
                Outbox by = random.nextBoolean() ? a : b;
                boolean copy = random.nextInt(3) == 0;
                byte[] given = copy ? bytes(random) : handled;
                add(by, call, copy ? scratch.clear().put(given).flip() : data);
                expected.add(new Sent(by.name, call, given));
                assertThat(ToyHandler.bytes(data)).isEqualTo(handled);
            }
            if (random.nextInt(10) == 0) {
                queue.flush();
            }
            assertThat(expected.size() - sent.size()).isBetween(0, MOST - 1);
        }
        queue.flush();
        assertThat(sent).isEqualTo(expected);
    }

    /** Mostly of a usual size, some empty, some as long as can be. */
    private static byte[] bytes(Random random) {
        int size = random.nextInt(30);
        byte[] bytes = new byte[size == 0 ? LONGEST : random.nextInt(size * 60)];
        random.nextBytes(bytes);
        return bytes;
    }
}
