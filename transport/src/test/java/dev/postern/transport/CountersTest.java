package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CountersTest {

    @Test
    void sumsOverWriters() {
        Counters<TransportCounter> one = new Counters<>(TransportCounter.class);
        Counters<TransportCounter> other = new Counters<>(TransportCounter.class);
        one.add(TransportCounter.RELAYS_OPENED);
        one.add(TransportCounter.CLIENT_BYTES_SENT, 100);
        other.addShared(TransportCounter.CLIENT_BYTES_SENT, 11);

        assertThat(Counters.sum(TransportCounter.class, List.of(one, other)))
                .hasSize(TransportCounter.values().length)
                .containsEntry(TransportCounter.RELAYS_OPENED, 1L)
                .containsEntry(TransportCounter.CLIENT_BYTES_SENT, 111L)
                .containsEntry(TransportCounter.HANDLER_FAILURES, 0L);
    }

    @Test
    void sharedAdditionsOfSeveralThreadsAreAllCounted() throws Exception {
        Counters<TransportCounter> counters = new Counters<>(TransportCounter.class);
        CountDownLatch done = new CountDownLatch(4);
        for (int t = 0; t < 4; t++) {
            new Thread(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            counters.addShared(TransportCounter.STREAMS_OPENED, 1);
                        }
                        done.countDown();
                    })
                    .start();
        }
        done.await();

        assertThat(counters.get(TransportCounter.STREAMS_OPENED)).isEqualTo(40_000);
    }

    @ParameterizedTest
    @EnumSource
    void everyCounterHasAUnitAndASentence(TransportCounter counter) {
        assertThat(counter.unit()).matches("[a-z]+s");
        assertThat(counter.sentence()).endsWith(".").hasSizeGreaterThan(20);
    }
}
