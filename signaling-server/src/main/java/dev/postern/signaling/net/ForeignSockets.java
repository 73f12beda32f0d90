package dev.postern.signaling.net;

import dev.postern.signaling.SignalingBridge.Handshake;
import dev.postern.signaling.SignalingBridge.Inbound;
import dev.postern.signaling.SignalingBridge.Outbound;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.core.Hub;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/** The signaling behind WebSockets of another server. Any thread. */
public final class ForeignSockets {

    /** Closing may block, as other servers write a close frame like that; so many at once. */
    private static final int CLOSERS = 4;

    private static final long CLOSER_SECONDS = 10;
    private static final String OK_JSON = "{\"ok\":true,\"carriers\":[\"websocket\"]}";

    private final SignalingConfig config;
    private final ScheduledExecutorScheduler scheduler =
            new ScheduledExecutorScheduler("postern-signaling-timer", false);
    private final ThreadPoolExecutor closers = new ThreadPoolExecutor(
            CLOSERS,
            CLOSERS,
            CLOSER_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> new Thread(task, "postern-signaling-closer"));
    private final Switchboard switchboard;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private ForeignSockets(SignalingConfig config) {
        this.config = config;
        closers.allowCoreThreadTimeOut(true);
        this.switchboard = new Switchboard(config, new Counters(), scheduler, Hub::new);
    }

    /** Starts the threads. */
    public static ForeignSockets start(SignalingConfig config) {
        ForeignSockets sockets = new ForeignSockets(config);
        try {
            sockets.scheduler.start();
        } catch (Exception e) {
            throw new IllegalStateException("the signaling's timer did not start", e);
        }
        sockets.switchboard.start();
        return sockets;
    }

    /** Everything but the way in. */
    public Switchboard switchboard() {
        return switchboard;
    }

    /** Why a handshake is refused; null if it is not. */
    public dev.postern.signaling.SignalingBridge.@Nullable Refusal refusal(Handshake handshake) {
        Refusal refusal = switchboard.admission().ofUpgrade(Knock.of(handshake));
        if (refusal == null) {
            return null;
        }
        switchboard.settings().counters().count(refusal.counter());
        return new dev.postern.signaling.SignalingBridge.Refusal(refusal.status(), refusal.json());
    }

    /** Whether a handshake would be refused, and why, as JSON. */
    public String check(Handshake handshake) {
        Refusal refusal = switchboard.admission().ofCheck(Knock.of(handshake));
        return refusal == null ? OK_JSON : refusal.json();
    }

    /** Begins with a WebSocket that is open. */
    public Inbound open(Handshake handshake, Outbound out) {
        ForeignSocket socket = new ForeignSocket(switchboard.settings(), Knock.of(handshake), out, closers);
        socket.open();
        return socket;
    }

    /** Says {@code bye} to everyone, and ends the threads. */
    public void close() {
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        awaitAll();
        switchboard.stop();
        closers.shutdown();
        try {
            scheduler.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the signaling's timer did not stop", e);
        }
    }

    /** Who has not gone by then is the other server's to cut off. */
    private void awaitAll() {
        long atMostNanos = config.time(SignalingTime.STOP_DEADLINE).toNanos();
        try {
            switchboard
                    .sayBye()
                    .completeOnTimeout(null, atMostNanos, TimeUnit.NANOSECONDS)
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing fails a goodbye", e);
        }
    }
}
