package dev.postern.natsim.fabric;

import java.time.Duration;

/**
 * The line between a host or router and the zone it is in.
 *
 * @param up from the host or router into the zone
 * @param down from the zone to the host or router
 */
public record Link(LinkConditions up, LinkConditions down) {

    /** A line without delay or loss. */
    public static final Link PERFECT = new Link(LinkConditions.PERFECT, LinkConditions.PERFECT);

    /** A line with the same steady delay in both directions. */
    public static Link latency(Duration oneWay) {
        return new Link(LinkConditions.latency(oneWay), LinkConditions.latency(oneWay));
    }
}
