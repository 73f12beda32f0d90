package dev.postern.turn;

import java.util.Set;

/**
 * Whether clients may keep their allocation when their address changes (RFC 8016).
 *
 * @param enabled whether MOBILITY-TICKET is understood; else it is ignored, as by a server that has never heard of it
 * @param users who may move; empty for everybody. Without the expiry where credentials are time-limited
 */
public record Mobility(boolean enabled, Set<String> users) {

    /** What a relay has that was told nothing: no mobility. */
    public static final Mobility OFF = new Mobility(false, Set.of());

    /** Mobility for everybody. */
    public static final Mobility ON = new Mobility(true, Set.of());

    public Mobility {
        users = Set.copyOf(users);
        if (!enabled && !users.isEmpty()) {
            throw new IllegalArgumentException(
                    "turn.mobility-users names users, but turn.mobility is false: it must be true for them to move.");
        }
    }

    /** Whether the policy lets this user move; {@code user} is whom quotas count. */
    public boolean allows(String user) {
        return users.isEmpty() || users.contains(user);
    }
}
