package dev.postern.stun.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cache against a list that does the same in the plainest way, for tens of thousands of steps, while both its rings grow and turn. */
class ResponseCacheModelTest {

    private static final int STEPS = 30_000;
    private static final long SECOND = 1_000_000_000L;

    private record Kept(FiveTuple path, TransactionId id, long storedNanos, ByteBuffer answer) {}

    private final List<Kept> model = new ArrayList<>();
    private final List<FiveTuple> paths = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({"1, 100", "3, 100000", "40, 1000", "100, 3000", "1000, 20000", "300, 1048576", "64, 0"})
    void answersAsTheModelDoes(int maxCount, long maxBytes) {
        Random random = new Random(maxCount);
        ResponseCache cache = new ResponseCache(maxCount, maxBytes);
        for (int port = 1; port <= 20; port++) {
            paths.add(new FiveTuple(
                    TransportProtocol.UDP,
                    TransportAddress.parse("192.0.2.1:" + port),
                    TransportAddress.parse("198.51.100.1:3478")));
        }
        long now = Long.MAX_VALUE - 100 * SECOND; // it turns negative on the way
        for (int step = 0; step < STEPS; step++) {
            now += random.nextInt(10) == 0 ? random.nextInt(3) * SECOND : 1000;
            FiveTuple path = paths.get(random.nextInt(paths.size()));
            TransactionId id = TransactionId.of(0, random.nextInt(maxCount * 2));
            if (random.nextBoolean()) {
                byte[] answer = new byte[random.nextInt(4) == 0 ? random.nextInt(200) : 76];
                random.nextBytes(answer);
                cache.store(now, path, id, ByteBuffer.wrap(answer));
                store(now, path, id, answer, maxCount, maxBytes);
            } else {
                assertThat(bytes(cache.find(now, path, id))).isEqualTo(find(now, path, id));
            }
            assertThat(cache.size()).isEqualTo(model.size());
            assertThat(cache.sizeBytes()).isEqualTo(modelBytes());
        }
    }

    private void store(long now, FiveTuple path, TransactionId id, byte[] answer, int maxCount, long maxBytes) {
        for (int i = 0; i < 2 && !model.isEmpty() && isExpired(model.get(0), now); i++) {
            model.remove(0);
        }
        if (answer.length > maxBytes || find(now, path, id) != null) {
            return;
        }
        while (model.size() >= maxCount || modelBytes() + answer.length > maxBytes) {
            model.remove(0);
        }
        model.add(new Kept(path, id, now, ByteBuffer.wrap(answer)));
    }

    private byte @Nullable [] find(long now, FiveTuple path, TransactionId id) {
        for (Kept kept : model) {
            if (kept.path.equals(path) && kept.id.equals(id) && !isExpired(kept, now)) {
                return bytes(kept.answer.duplicate());
            }
        }
        return null;
    }

    private static boolean isExpired(Kept kept, long now) {
        return now - kept.storedNanos >= ResponseCache.LIFETIME.toNanos();
    }

    private long modelBytes() {
        return model.stream().mapToLong(kept -> kept.answer.capacity()).sum();
    }

    private static byte @Nullable [] bytes(@Nullable ByteBuffer answer) {
        if (answer == null) {
            return null;
        }
        byte[] bytes = new byte[answer.remaining()];
        answer.get(bytes);
        return bytes;
    }
}
