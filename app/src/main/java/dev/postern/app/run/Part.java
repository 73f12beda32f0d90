package dev.postern.app.run;

import dev.postern.app.config.Key;
import dev.postern.app.config.Keys;

/** A server that can be started on its own. */
public enum Part {
    SIGNALING,
    STUN,
    TURN;

    /** The key without which the part has nothing to do. */
    public Key<?> listen() {
        return switch (this) {
            case SIGNALING -> Keys.SIGNALING_LISTEN;
            case STUN -> Keys.STUN_LISTEN;
            case TURN -> Keys.TURN_LISTEN;
        };
    }
}
