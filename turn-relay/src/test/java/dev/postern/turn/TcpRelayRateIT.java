package dev.postern.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.transport.TransportCounter;
import dev.postern.turn.TrafficLimits.Rate;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes per second of data connections (RFC 6062) over loopback sockets: kept by waiting, with no byte lost. */
class TcpRelayRateIT extends TcpRelayFixture {

    private static final int BYTES = 500_000;
    private static final long RATE = 200_000;
    private static final long LONGEST_READ = 65_536;

    enum Whose {
        USER,
        SOURCE,
        TOTAL;

        private TrafficLimits limits() {
            return new TrafficLimits(0, rate(USER), rate(SOURCE), rate(TOTAL), 1);
        }

        private Rate rate(Whose other) {
            return this == other ? new Rate(RATE, 0, 0) : Rate.UNLIMITED;
        }
    }

    @ParameterizedTest
    @EnumSource
    void allArrivesNoFasterThanTheRate(Whose whose) throws Exception {
        relay.close();
        relay = TurnRelay.start(config(2).traffic(whose.limits()).build());
        try (TinyClient control = client();
                TinyClient data = client()) {
            allocated(control);
            try (Pair pair = joined(control, data)) {
                byte[] up = Arrays.copyOf(noise(1), BYTES / 2);
                byte[] down = Arrays.copyOf(noise(2), BYTES / 2);
                long beganNanos = System.nanoTime();
                Future<?> upWritten = write(pair.client(), up);
                Future<?> downWritten = write(pair.peer(), down);
                Future<?> upRead = writers.submit(() -> {
                    assertReads(pair.peer(), up);
                    return null;
                });
                assertReads(pair.client(), down);
                upRead.get();
                long tookNanos = System.nanoTime() - beganNanos;
                upWritten.get();
                downWritten.get();

                long soonestNanos = (BYTES - RATE - 2 * LONGEST_READ) * TimeUnit.SECONDS.toNanos(1) / RATE;
                assertThat(tookNanos).as("both ways together").isGreaterThanOrEqualTo(soonestNanos);
                assertThat(relay.count(TransportCounter.PEER_STREAM_READS_PAUSED))
                        .isPositive();
                assertEnds(pair.peer());
                assertEnds(pair.client());
            }
        }
        await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_ACTIVE) == 0);
    }
}
