package dev.postern.signaling.net;

import dev.postern.signaling.SignalingBridge;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.core.Hub;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;

/**
 * One WebSocket of another server. That server reads without being asked, so what waits for the hub is bounded by {@link SocketSettings#queueBytes},
 * and a client that sends beyond it is closed.
 *
 * <p>Threads: the other server's call {@code on...}, one at a time; the hub's calls {@link #send} and {@link #close}; the watch {@link #check}. The hub
 * is never worked for on a thread of the other server, which may hold locks of its own.
 */
final class ForeignSocket implements SignalingBridge.Inbound, Carrier, Outbox.Wire, Watch.Watched {

    /** What the welcome must not promise: those come in by another door. */
    private static final List<String> STREAMS = List.of("sse", "long-poll");

    private final SocketSettings settings;
    private final SocketAddress remote;
    private final SignalingBridge.Outbound out;
    private final Executor closers;
    private final Link link;
    private final Outbox outbox;
    private final AtomicInteger inHub = new AtomicInteger();
    private final AtomicBoolean hasEnded = new AtomicBoolean();
    private volatile boolean isClosing;
    private volatile long closingSinceNanos;

    /** @param closers runs what may block */
    ForeignSocket(SocketSettings settings, Knock knock, SignalingBridge.Outbound out, Executor closers) {
        this.settings = settings;
        this.remote = knock.remote();
        this.out = out;
        this.closers = closers;
        this.link = new Link(settings, remote, knock.origin(), this, settings.loop()::execute);
        this.outbox = new Outbox(
                this,
                settings.queueBytes(),
                settings.queueMessages(),
                () -> link.report(Hub::onSlow),
                dropped -> settings.counters().add(SignalingCounter.PRESENCE_COALESCED, dropped));
    }

    void open() {
        settings.addresses().takeAnyway(remote);
        settings.watch().add(this);
        link.open(() -> {});
    }

    @Override
    public void onText(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (isClosing) {
            return;
        }
        if (bytes > settings.messageBytes()) {
            settings.counters().count(SignalingCounter.CLOSED_PROTOCOL);
            beginToClose();
            closers.execute(() -> out.close(CloseStatus.MESSAGE_TOO_LARGE, "message too large"));
        } else if (inHub.addAndGet(bytes) > settings.queueBytes()) {
            inHub.addAndGet(-bytes);
            link.report(Hub::onFlood);
        } else {
            link.receive(text, bytes, () -> inHub.addAndGet(-bytes));
        }
    }

    @Override
    public void onBinary() {
        if (!isClosing) {
            settings.counters().count(SignalingCounter.BINARY_IGNORED);
            link.toHub((hub, now, at) -> hub.onMalformed(now, at, SignalSocket.BINARY), () -> {});
        }
    }

    @Override
    public void onClosed(int closeCode) {
        end(SignalSocket.isOnPurpose(closeCode));
    }

    private void end(boolean onPurpose) {
        if (hasEnded.compareAndSet(false, true)) {
            isClosing = true;
            settings.watch().remove(this);
            link.ended(onPurpose);
        }
    }

    private void beginToClose() {
        closingSinceNanos = nowNanos();
        isClosing = true;
    }

    @Override
    public void send(ServerMessage message) {
        outbox.send(message, link.encode(message instanceof ServerMessage.Welcome welcome ? alone(welcome) : message));
    }

    private static ServerMessage alone(ServerMessage.Welcome welcome) {
        return new ServerMessage.Welcome(
                welcome.caps().stream().filter(cap -> !STREAMS.contains(cap)).toList(),
                welcome.sid(),
                welcome.resume(),
                welcome.peer(),
                welcome.seq(),
                welcome.epoch(),
                welcome.heartbeat(),
                welcome.limits(),
                welcome.ice(),
                welcome.resumed(),
                welcome.lost());
    }

    @Override
    public void flush() {
        outbox.flush();
    }

    @Override
    public void close(CloseCode code) {
        beginToClose();
        outbox.end(code);
    }

    @Override
    public void send(ByteBuffer text, boolean more, Callback callback) {
        AtomicBoolean isSent = new AtomicBoolean();
        try {
            out.send(StandardCharsets.UTF_8.decode(text).toString(), () -> {
                if (isSent.compareAndSet(false, true)) {
                    callback.succeeded();
                }
            });
        } catch (RuntimeException e) {
            if (isSent.compareAndSet(false, true)) {
                callback.failed(e);
            }
        }
    }

    @Override
    public void close(CloseCode code, Callback callback) {
        closers.execute(() -> {
            try {
                out.close(code.number(), code.wireName());
                callback.succeeded();
            } catch (RuntimeException e) {
                callback.failed(e);
            }
        });
    }

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public void check(long nowNanos) {
        if (isClosing) {
            if (nowNanos - closingSinceNanos > settings.closeDeadlineNanos()) {
                settings.counters().count(SignalingCounter.CLOSES_FORCED);
                closers.execute(() -> out.close(CloseStatus.SERVER_ERROR, "no close in time"));
                end(false);
            }
        } else if (outbox.isStuck(nowNanos, settings.sendDeadlineNanos())) {
            link.report(Hub::onSlow);
        }
    }
}
