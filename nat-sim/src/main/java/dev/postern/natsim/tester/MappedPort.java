package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;
import java.time.Duration;

/**
 * A port that the gateway has given on request.
 *
 * @param external where it is reached
 * @param granted for how long; zero if it has no end but that it is given up
 * @param open whether somebody reached it whom nobody inside had contacted
 */
public record MappedPort(TransportAddress external, Duration granted, boolean open) {

    /** Such as {@code 198.51.100.1:40000 for 120 s, open to everybody}. */
    @Override
    public String toString() {
        String lease = granted.isZero() ? " for ever" : " for " + granted.toSeconds() + " s";
        return external + lease + ", " + (open ? "open to everybody" : "but not open to who was not contacted");
    }
}
