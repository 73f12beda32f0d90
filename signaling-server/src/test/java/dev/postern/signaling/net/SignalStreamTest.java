package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.core.Hub;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a stream is over, in orders that no client can bring about on purpose. */
class SignalStreamTest {

    private static final ServerMessage.Bye BYE =
            new ServerMessage.Bye(CloseCode.HEARTBEAT_LOST.number(), CloseCode.HEARTBEAT_LOST.advice(), 0, null);

    private final Counters counters = new Counters();
    private final SignalingConfig config = SignalingConfig.builder().build();
    private final SocketOutput output = new SocketOutput(counters, event -> {});
    private final HubLoop loop =
            new HubLoop(counters, now -> new Hub(now, config, new SecureRandom(), output), output::flush);
    private final SocketSettings settings = SocketSettings.of(
            config, loop, new Watch(new ScheduledExecutorScheduler()), counters, new AddressLimits(10));
    private final Streams streams = new Streams(settings, StreamSettings.of(config));
    private final SignalStream stream = streams.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), null);

    @AfterEach
    void stop() {
        loop.stop(Duration.ofSeconds(5));
    }

    @Test
    void clientThatHasTheByeEndsTheStreamBeforeTheServerKnowsThatItWasWritten() {
        stream.send(BYE);
        stream.close(CloseCode.HEARTBEAT_LOST);
        assertThat(stream.onDelivered(0)).isFalse();
        Mailbox.Item bye = Objects.requireNonNull(stream.next(0));
        assertThat(stream.onDelivered(0)).isFalse();
        assertThat(streams.find(stream.id(), null)).isSameAs(stream);

        assertThat(stream.onDelivered(bye.index())).isTrue();
        assertThat(streams.find(stream.id(), null)).isNull();
        assertThat(stream.onDelivered(bye.index())).isTrue();
    }

    @Test
    void byeIsTheLastMessageFromTheMomentThatItCanBeFetched() {
        assertThat(stream.isOpen()).isTrue();
        stream.send(BYE);
        assertThat(stream.isOpen()).isFalse();
        assertThat(stream.next(0)).isNotNull();
        assertThat(stream.isOver(1)).isTrue();
        assertThat(stream.onDelivered(1)).isTrue();
        stream.close(CloseCode.HEARTBEAT_LOST);
        assertThat(streams.find(stream.id(), null)).isNull();
    }

    @Test
    void openStreamIsNotOverForAClientThatHasAllThereIs() {
        stream.send(new ServerMessage.Ping(1));
        assertThat(stream.next(0)).isNotNull();
        assertThat(stream.onDelivered(1)).isFalse();
        assertThat(streams.find(stream.id(), null)).isSameAs(stream);
    }
}
