package dev.postern.stun.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseCacheTest {

    private static final long SECOND = 1_000_000_000L;
    private static final FiveTuple PATH = path("192.0.2.1:5000");
    private static final TransactionId ID = id(1);

    private final ResponseCache cache = new ResponseCache(100, 10_000);

    private static FiveTuple path(String client) {
        return new FiveTuple(
                TransportProtocol.UDP, TransportAddress.parse(client), TransportAddress.parse("198.51.100.1:3478"));
    }

    private static TransactionId id(long low) {
        return TransactionId.of(7, low);
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -3, Long.MAX_VALUE, Long.MAX_VALUE - 20 * SECOND, Long.MIN_VALUE})
    void rfc8489_017_answerIsKeptForFortySecondsWhereverTheClockStands(long start) {
        cache.store(start, PATH, ID, bytes(1, 2, 3));

        assertThat(cache.find(start, PATH, ID)).isEqualTo(bytes(1, 2, 3));
        assertThat(cache.find(start + 40 * SECOND - 1, PATH, ID)).isEqualTo(bytes(1, 2, 3));
        assertThat(cache.find(start + 40 * SECOND, PATH, ID)).isNull();
    }

    @Test
    void anotherPathOrTransactionHasNoAnswer() {
        cache.store(0, PATH, ID, bytes(1));

        assertThat(cache.find(0, path("192.0.2.1:5001"), ID)).isNull();
        assertThat(cache.find(0, PATH, id(2))).isNull();
    }

    @Test
    void answerIsACopyAndEachReaderHasItsOwnPosition() {
        ByteBuffer reused = bytes(9, 1, 2, 3, 9).position(1).limit(4);
        cache.store(0, PATH, ID, reused);
        reused.put(1, (byte) 99);

        assertThat(reused.position()).isEqualTo(1);
        ByteBuffer first = Objects.requireNonNull(cache.find(0, PATH, ID));
        assertThat(first).isEqualTo(bytes(1, 2, 3));
        assertThat(first.isReadOnly()).isTrue();
        first.get();
        assertThat(cache.find(0, PATH, ID)).isEqualTo(bytes(1, 2, 3));
    }

    @Test
    void answerThatIsThereStaysUntilItExpires() {
        cache.store(0, PATH, ID, bytes(1));
        cache.store(SECOND, PATH, ID, bytes(2));
        assertThat(cache.find(SECOND, PATH, ID)).isEqualTo(bytes(1));
        assertThat(cache.size()).isEqualTo(1);

        cache.store(41 * SECOND, PATH, ID, bytes(3));
        assertThat(cache.find(41 * SECOND, PATH, ID)).isEqualTo(bytes(3));
        assertThat(cache.size()).isEqualTo(1);
    }

    @Test
    void expiredAnswerThatIsReplacedBeforeItIsDroppedDoesNotTakeItsSuccessorWithIt() {
        for (int i = 0; i < 10; i++) {
            cache.store(0, PATH, id(i), bytes(i));
        }
        cache.store(50 * SECOND, PATH, id(9), bytes(99));
        cache.removeExpired(50 * SECOND, 100);

        assertThat(cache.find(50 * SECOND, PATH, id(9))).isEqualTo(bytes(99));
        assertThat(cache.size()).isEqualTo(1);
        assertThat(cache.sizeBytes()).isEqualTo(1);
    }

    @Test
    void floodEvictsTheOldestAndTheCacheDoesNotGrow() {
        for (int i = 0; i < 100_000; i++) {
            cache.store(i, PATH, id(i), bytes(1, 2, 3, 4));
            assertThat(cache.size()).isLessThanOrEqualTo(100);
        }

        assertThat(cache.sizeBytes()).isEqualTo(400);
        assertThat(cache.find(100_000, PATH, id(99_999))).isNotNull();
        assertThat(cache.find(100_000, PATH, id(99_900))).isNotNull();
        assertThat(cache.find(100_000, PATH, id(99_899))).isNull();
    }

    @Test
    void bytesAreBoundedToo() {
        Random random = new Random(1);
        ResponseCache small = new ResponseCache(1000, 500);
        for (int i = 0; i < 10_000; i++) {
            small.store(i, PATH, id(i), ByteBuffer.allocate(random.nextInt(200)));
            assertThat(small.sizeBytes()).isBetween(0L, 500L);
            assertThat(small.find(i, PATH, id(i))).isNotNull();
        }
    }

    @Test
    void answerThatIsLargerThanTheWholeCacheIsNotKeptAndDrivesNothingOut() {
        cache.store(0, PATH, ID, bytes(1));
        cache.store(0, PATH, id(2), ByteBuffer.allocate(10_001));

        assertThat(cache.find(0, PATH, id(2))).isNull();
        assertThat(cache.find(0, PATH, ID)).isNotNull();
    }

    @Test
    void oldAnswersWearOffWhileNewOnesCome() {
        for (int i = 0; i < 50; i++) {
            cache.store(0, PATH, id(i), bytes(i));
        }
        for (int i = 50; i < 100; i++) {
            cache.store(60 * SECOND, PATH, id(i), bytes(i));
        }

        assertThat(cache.size()).isEqualTo(50);
    }

    @Test
    void removalOfExpiredAnswersIsBounded() {
        for (int i = 0; i < 50; i++) {
            cache.store(0, PATH, id(i), bytes(i));
        }

        assertThat(cache.removeExpired(39 * SECOND, 10)).isZero();
        assertThat(cache.removeExpired(40 * SECOND, 10)).isEqualTo(10);
        assertThat(cache.removeExpired(40 * SECOND, 100)).isEqualTo(40);
        assertThat(cache.sizeBytes()).isZero();
    }

    @Test
    void cacheWithoutRoomForOneIsRefused() {
        assertThatThrownBy(() -> new ResponseCache(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ResponseCache(1, -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
