package dev.postern.natsim.fabric;

/** Does something at a time that often moves: at most one event of the network waits for it. */
final class Alarm {

    private static final long NEVER = Long.MAX_VALUE;

    private final VirtualNet net;
    private final Runnable action;
    private long dueNanos = NEVER;
    private long armedNanos = NEVER;

    Alarm(VirtualNet net, Runnable action) {
        this.net = net;
        this.action = action;
    }

    /** So much later than now, whatever was set before. */
    void set(long afterNanos) {
        dueNanos = net.nowNanos() + afterNanos;
        arm();
    }

    void cancel() {
        dueNanos = NEVER;
    }

    boolean isSet() {
        return dueNanos != NEVER;
    }

    private void arm() {
        if (dueNanos < armedNanos) {
            armedNanos = dueNanos;
            net.at(armedNanos, this::onEvent);
        }
    }

    /** An event of an earlier, longer wish may still come after one that replaced it. */
    private void onEvent() {
        if (net.nowNanos() < armedNanos) {
            return;
        }
        armedNanos = NEVER;
        if (dueNanos <= net.nowNanos()) {
            dueNanos = NEVER;
            action.run();
        } else if (dueNanos != NEVER) {
            arm();
        }
    }
}
