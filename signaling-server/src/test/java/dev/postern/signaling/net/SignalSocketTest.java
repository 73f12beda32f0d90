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

import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.Grant;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.core.Hub;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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

    private static final long PATIENCE_MILLIS = 20_000;

    private final Counters counters = new Counters();
    private final SignalingConfig config = SignalingConfig.builder().build();
    private final SocketOutput output = new SocketOutput(counters, event -> {});
    private final HubLoop loop =
            new HubLoop(counters, now -> new Hub(now, config, new SecureRandom(), output), output::flush);
    private final Watch watch = new Watch(new ScheduledExecutorScheduler());
    private final SocketSettings settings = SocketSettings.of(config, loop, watch, counters, new AddressLimits(10));
    private final CoreSession jetty = mock(CoreSession.class);
    private final SignalSocket socket =
            new SignalSocket(settings, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), null);

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
        verify(jetty, timeout(PATIENCE_MILLIS)).sendFrame(any(), any(), anyBoolean());
    }

    @Test
    void theNextFrameIsAskedForOnlyWhenThereIsAVerdictOnTheToken() {
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        SignalingConfig asking =
                SignalingConfig.builder().authorizer(attempt -> verdict).build();
        HubLoop asked = new HubLoop(counters, now -> new Hub(now, asking, new SecureRandom(), output), output::flush);
        CoreSession session = mock(CoreSession.class);
        when(session.isInputOpen()).thenReturn(true);
        SignalSocket guarded = new SignalSocket(
                SocketSettings.of(asking, asked, watch, counters, new AddressLimits(10)),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                null);
        try {
            guarded.onOpen(session, Callback.NOOP);
            verify(session, timeout(PATIENCE_MILLIS)).demand();
            guarded.onFrame(new Frame(OpCode.TEXT, "{\"t\":\"hello\",\"v\":1,\"token\":\"x\"}"), Callback.NOOP);
            verify(session, times(1)).demand();
            verdict.complete(new Verdict.Granted(Grant.anonymous()));
            verify(session, timeout(PATIENCE_MILLIS).times(2)).demand();
            verify(session, timeout(PATIENCE_MILLIS)).sendFrame(any(), any(), anyBoolean());
        } finally {
            asked.stop(Duration.ofSeconds(5));
        }
    }

    @Test
    void whileLittleOfAClientsWaitsForTheHubTheNextIsAskedForAtOnce() throws Exception {
        socket.onFrame(new Frame(OpCode.TEXT, "{\"t\":\"hello\",\"v\":1}"), Callback.NOOP);
        verify(jetty, timeout(PATIENCE_MILLIS).times(2)).demand();
        CountDownLatch hubIsFree = new CountDownLatch(1);
        CountDownLatch hubIsBusy = new CountDownLatch(1);
        loop.execute((now, hub) -> {
            hubIsBusy.countDown();
            await(hubIsFree);
        });
        await(hubIsBusy);

        String message = "{\"t\":\"ping\",\"ts\":1,\"pad\":\"" + "x".repeat(8_000) + "\"}";
        socket.onFrame(new Frame(OpCode.TEXT, message), Callback.NOOP);
        verify(jetty, times(3)).demand();
        socket.onFrame(new Frame(OpCode.TEXT, message), Callback.NOOP);
        verify(jetty, times(4)).demand();
        socket.onFrame(new Frame(OpCode.TEXT, message), Callback.NOOP);
        verify(jetty, times(4)).demand();

        hubIsFree.countDown();
        verify(jetty, timeout(PATIENCE_MILLIS).times(5)).demand();
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
