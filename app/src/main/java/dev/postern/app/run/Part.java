package dev.postern.app.run;

import dev.postern.app.config.Key;
import dev.postern.app.config.Keys;

/** A server that can be started on its own. */
public enum Part {
    SIGNALING(Keys.SIGNALING_LISTEN),
    STUN(Keys.STUN_LISTEN),
    TURN(Keys.TURN_LISTEN);

    private final Key<?> listen;

    Part(Key<?> listen) {
        this.listen = listen;
    }

    /** The key without which the part has nothing to do. */
    public Key<?> listen() {
        return listen;
    }
}
