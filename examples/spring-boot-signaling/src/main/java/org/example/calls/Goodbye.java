package org.example.calls;

import dev.postern.signaling.SignalingHandler;
import org.springframework.context.SmartLifecycle;

/** Stops first, since its phase is the last; Spring waits for it as long as spring.lifecycle.timeout-per-shutdown-phase says. */
final class Goodbye implements SmartLifecycle {

    private final SignalingHandler signaling;
    private volatile boolean isRunning;

    Goodbye(SignalingHandler signaling) {
        this.signaling = signaling;
    }

    @Override
    public void start() {
        isRunning = true;
    }

    @Override
    public void stop(Runnable done) {
        isRunning = false;
        signaling.shutdown().whenComplete((nothing, failure) -> done.run());
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return isRunning;
    }
}
