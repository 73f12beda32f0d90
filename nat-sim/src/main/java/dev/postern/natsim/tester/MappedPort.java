package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;
import java.time.Duration;

/**
 * A port that the gateway has given on request.
 *
 * @param external where it is reached
 * @param granted for how long
 * @param open whether somebody reached it whom nobody inside had contacted
 */
public record MappedPort(TransportAddress external, Duration granted, boolean open) {

    /** Such as {@code 198.51.100.1:40000 for 120 s, open to everybody}. */
    @Override
    public String toString() {
        return external + " for " + granted.toSeconds() + " s, "
                + (open ? "open to everybody" : "but not open to who was not contacted");
    }
}
