package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.core.Hub;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the next frame is asked for, seen at the edge to Jetty. */
class SignalSocketTest {

    private static final long PATIENCE_MILLIS = 10_000;

    private final Counters counters = new Counters();
    private final SignalingConfig config = SignalingConfig.builder().build();
    private final SocketOutput output = new SocketOutput(counters);
    private final HubLoop loop = new HubLoop(counters, now -> new Hub(now, config, new SecureRandom(), output));
    private final Watch watch = new Watch(new ScheduledExecutorScheduler());
    private final SocketSettings settings = SocketSettings.of(config, loop, watch, counters, new AddressLimits(10));
    private final CoreSession jetty = mock(CoreSession.class);
    private final SignalSocket socket =
            new SignalSocket(settings, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));

    @BeforeEach
    void open() {
        when(jetty.isInputOpen()).thenReturn(true);
        socket.onOpen(jetty, Callback.NOOP);
        verify(jetty, timeout(PATIENCE_MILLIS)).demand();
    }

    @AfterEach
    void stop() {
        loop.stop(Duration.ofSeconds(5));
    }

    @Test
    void theNextFrameIsAskedForOnlyWhenTheHubHasTakenTheMessage() throws Exception {
        CountDownLatch hubIsFree = new CountDownLatch(1);
        CountDownLatch hubIsBusy = new CountDownLatch(1);
        loop.execute((now, hub) -> {
            hubIsBusy.countDown();
            await(hubIsFree);
        });
        await(hubIsBusy);

        socket.onFrame(new Frame(OpCode.TEXT, "{\"t\":\"hello\",\"v\":1}"), Callback.NOOP);
        verify(jetty, times(1)).demand();

        hubIsFree.countDown();
        verify(jetty, timeout(PATIENCE_MILLIS).times(2)).demand();
        verify(jetty).sendFrame(any(), any(), anyBoolean());
    }

    @Test
    void aPartOfAMessageAsksForTheNextAtOnce() {
        Frame part = new Frame(OpCode.TEXT, "{");
        part.setFin(false);
        socket.onFrame(part, Callback.NOOP);
        verify(jetty, times(2)).demand();
        verify(jetty, never()).sendFrame(any(), any(), anyBoolean());
    }

    @Test
    void aPingIsAnsweredBeforeTheNextFrameIsAskedFor() {
        Callback[] written = new Callback[1];
        doAnswer(call -> {
                    written[0] = call.getArgument(1);
                    return null;
                })
                .when(jetty)
                .sendFrame(any(), any(), anyBoolean());
        socket.onFrame(new Frame(OpCode.PING, "x"), Callback.NOOP);
        verify(jetty, times(1)).demand();
        written[0].succeeded();
        verify(jetty, times(2)).demand();
    }

    @Test
    void aMessageThatIsNoMessageAsksForTheNextAsWell() {
        socket.onFrame(new Frame(OpCode.TEXT, "null"), Callback.NOOP);
        verify(jetty, timeout(PATIENCE_MILLIS).times(2)).demand();
    }

    @Test
    void nothingIsAskedForOnceTheInputHasEnded() {
        when(jetty.isInputOpen()).thenReturn(false);
        Frame part = new Frame(OpCode.TEXT, "{");
        part.setFin(false);
        socket.onFrame(part, Callback.NOOP);
        verify(jetty, times(1)).demand();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
