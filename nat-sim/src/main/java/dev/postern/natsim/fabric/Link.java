package dev.postern.natsim.fabric;

import java.time.Duration;

/**
 * What the line between a host or router and its zone does to packets; the line itself, which can go down and change, is
 * {@link Line}.
 *
 * @param up from the host or router into the zone
 * @param down from the zone to the host or router
 */
public record Link(LinkConditions up, LinkConditions down) {

    /** A line without delay or loss. */
    public static final Link PERFECT = both(LinkConditions.PERFECT);

    /** A line with the same steady delay in both directions. */
    public static Link latency(Duration oneWay) {
        return both(LinkConditions.latency(oneWay));
    }

    /** A line with the same conditions in both directions. */
    public static Link both(LinkConditions conditions) {
        return new Link(conditions, conditions);
    }
}
