package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client can leave undone, and for how long: security cases 14 and 21. */
class FrameDeadlineIT {

    private static SignalingServer start(SignalingTime what, Duration deadline) throws IOException {
        return SignalingServer.start(SignalingConfig.builder()
                .time(what, deadline)
                .time(SignalingTime.HEARTBEAT_EVERY, Duration.ofMillis(500))
                .time(SignalingTime.CLOSE_DEADLINE, Duration.ofMillis(500))
                .build());
    }

    /** Security case 14: announced and never sent. */
    @ParameterizedTest
    @ValueSource(longs = {60_000, Integer.MAX_VALUE})
    void anAnnouncedFrameThatNeverComesIsClosedByTheHeartbeat(long announced) throws IOException {
        try (SignalingServer server = start(SignalingTime.HEARTBEAT_DEAD, Duration.ofSeconds(2));
                RawSocket raw = RawSocket.hello(server.uri())) {
            raw.write(RawSocket.announce(RawSocket.FIN | RawSocket.TEXT, announced));
            assertThat(raw.readClose().closeCode()).isEqualTo(4430);
        }
    }

    /** The heartbeat of this server is far away: what closes is the deadline of the message. */
    @Test
    void aMessageThatBeginsAndDoesNotEndIsClosedThoughItDripsOn() throws Exception {
        SignalingConfig patient = SignalingConfig.builder()
                .time(SignalingTime.MESSAGE_DEADLINE, Duration.ofMillis(500))
                .build();
        try (SignalingServer dripped = SignalingServer.start(patient);
                RawSocket raw = RawSocket.hello(dripped.uri())) {
            raw.write(RawSocket.frame(RawSocket.TEXT, new byte[] {'{'}));
            long start = System.nanoTime();
            while (dripped.counters().getOrDefault(SignalingCounter.CLOSED_HEARTBEAT, 0L) == 0) {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
                raw.write(RawSocket.frame(RawSocket.CONTINUATION, new byte[] {' '}));
                Await.until("a moment", new Moment()::isOver);
            }
            assertThat(raw.readClose().closeCode()).isEqualTo(4430);
        }
    }

    /** Security case 21: the WebSocket opens and nothing follows. */
    @Test
    void aSocketWithoutHelloIsClosed() throws IOException {
        try (SignalingServer server = start(SignalingTime.HELLO_DEADLINE, Duration.ofSeconds(1));
                RawSocket raw = RawSocket.open(server.uri())) {
            assertThat(raw.readUntil("bye")).contains("\"code\":4400");
            assertThat(raw.readClose().closeCode()).isEqualTo(4400);
        }
    }

    @Test
    void aClientThatDoesNotAnswerTheCloseIsCut() throws Exception {
        try (SignalingServer server = start(SignalingTime.HELLO_DEADLINE, Duration.ofSeconds(1));
                RawSocket raw = RawSocket.open(server.uri())) {
            assertThat(raw.readClose().closeCode()).isEqualTo(4400);
            Await.until("the cut", () -> server.counters().getOrDefault(SignalingCounter.CLOSES_FORCED, 0L) == 1);
        }
    }

    /** A tenth of a second. */
    private static final class Moment {

        private final long startNanos = System.nanoTime();

        boolean isOver() {
            return System.nanoTime() - startNanos > Duration.ofMillis(100).toNanos();
        }
    }
}
