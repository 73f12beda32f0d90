package dev.postern.signaling.net;

import dev.postern.signaling.Backplane;
import dev.postern.signaling.SignalingCounter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Makes tasks for the hub of what comes from the backplane; drops messages that the hub cannot keep up with. Any thread. */
final class FromBackplane implements Backplane.Listener {

    /** How much may wait for the hub, in bytes, each message with what it takes beside its bytes. */
    private static final long MAX_WAITING_BYTES = 64 << 20;

    private static final long MESSAGE_BYTES = 100;

    private final ClusterShell shell;
    private final Counters counters;
    private final AtomicLong waitingBytes = new AtomicLong();

    FromBackplane(ClusterShell shell, Counters counters) {
        this.shell = shell;
        this.counters = counters;
    }

    @Override
    public void onMessage(byte[] message) {
        long bytes = message.length + MESSAGE_BYTES;
        if (waitingBytes.addAndGet(bytes) > MAX_WAITING_BYTES) {
            waitingBytes.addAndGet(-bytes);
            counters.count(SignalingCounter.NODE_FRAMES_DROPPED);
            return;
        }
        shell.later((nowNanos, hub) -> {
            waitingBytes.addAndGet(-bytes);
            shell.onMessage(nowNanos, message);
        });
    }

    @Override
    public void onNodes(Collection<Backplane.Presence> living) {
        List<Backplane.Presence> all = List.copyOf(living);
        shell.later((nowNanos, hub) -> shell.onNodes(nowNanos, hub, all));
    }

    @Override
    public void onUp() {
        shell.later(shell::onUp);
    }

    @Override
    public void onDown(String sentence) {
        shell.later((nowNanos, hub) -> shell.onDown(nowNanos, hub, sentence));
    }
}
