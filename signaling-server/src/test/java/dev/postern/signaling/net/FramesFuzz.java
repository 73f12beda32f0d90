package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.core.Hub;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.exception.WebSocketException;
import org.eclipse.jetty.websocket.core.internal.Parser;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a client's WebSocket, cut into frames by Jetty as on a connection, and what we make of the frames: none of them is a fault,
 * and each is followed by asking for the next one or by a close, so that nothing leaves a socket that is open and deaf.
 */
class FramesFuzz {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final SignalingConfig CONFIG = SignalingConfig.builder().build();

    private final Watch watch = new Watch(new ScheduledExecutorScheduler());

    /** Jetty's side, which writes at once. The hub's thread and the one of the test call it. */
    private static final class Edge extends CoreSession.Empty {

        volatile int demands;
        volatile boolean isClosed;

        @Override
        public synchronized void demand() {
            demands++;
        }

        @Override
        public boolean isInputOpen() {
            return true;
        }

        @Override
        public void sendFrame(Frame frame, Callback callback, boolean batch) {
            callback.succeeded();
        }

        @Override
        public void close(int statusCode, String reason, Callback callback) {
            isClosed = true;
            callback.succeeded();
        }
    }

    @FuzzTest(maxDuration = "10m")
    void noFramesLeaveASocketThatIsOpenAndDeaf(byte[] input) throws InterruptedException {
        Counters counters = new Counters();
        SocketOutput output = new SocketOutput(counters, event -> {});
        HubLoop loop = new HubLoop(counters, now -> new Hub(now, CONFIG, new SecureRandom(), output), output::flush);
        SocketSettings settings = SocketSettings.of(CONFIG, loop, watch, counters, new AddressLimits(10));
        SignalSocket socket =
                new SignalSocket(settings, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), null);
        Edge edge = new Edge();
        try {
            socket.onOpen(edge, Callback.NOOP);
            int frames = 0;
            awaitDemand(edge, 1);
            Parser parser = new Parser(ByteBufferPool.NON_POOLING);
            ByteBuffer in = ByteBuffer.wrap(input.clone());
            for (Frame frame = next(parser, in); frame != null && !edge.isClosed; frame = next(parser, in)) {
                boolean isLast = frame.getOpCode() == OpCode.CLOSE;
                socket.onFrame(frame, Callback.NOOP);
                frames++;
                if (isLast) {
                    break;
                }
                awaitDemand(edge, frames + 1);
            }
            socket.onClosed(CloseStatus.NO_CODE_STATUS, Callback.NOOP);
            awaitHub(loop);
            assertThat(counters.snapshot()).containsEntry(SignalingCounter.FAULTS, 0L);
            assertThat(settings.carriers()).isEmpty();
        } finally {
            loop.stop(PATIENCE);
        }
    }

    /** Null where the bytes end, or break the protocol so that Jetty closes. */
    private static @Nullable Frame next(Parser parser, ByteBuffer in) {
        try {
            return parser.parse(in);
        } catch (WebSocketException e) {
            return null;
        }
    }

    /** Whoever has the hub closes at the end of its row. */
    private static void awaitDemand(Edge edge, int demands) throws InterruptedException {
        Await.until("a demand or a close", () -> edge.isClosed || edge.demands >= demands);
        assertThat(edge.isClosed || edge.demands == demands)
                .as("%d demands where %d are due", edge.demands, demands)
                .isTrue();
    }

    private static void awaitHub(HubLoop loop) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        loop.execute((now, hub) -> done.countDown());
        assertThat(done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    }
}
