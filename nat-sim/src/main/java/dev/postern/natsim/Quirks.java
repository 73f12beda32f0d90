package dev.postern.natsim;

import java.time.Duration;

/**
 * What some NATs do beside what RFC 4787 describes, and none should.
 *
 * @param openInput whether the NAT itself takes in packets that no mapping wants, as a Linux router whose INPUT chain accepts
 *     them: the port is then taken towards their sender, and whoever has it inside gets another one for him. Needs {@link
 *     PortSharing#OTHER_DESTINATIONS}
 * @param blacklist for how long a sender whom the filter refused is refused even if he is contacted then; 0 for never
 * @param alg what it changes in payloads
 * @param instability when it maps in another way
 * @param icmpEndsMapping whether an ICMP error from outside ends the mapping that it is about (RFC 4787 REQ-12: must not)
 * @param icmpProlongsMapping whether an ICMP error from inside about a UDP datagram prolongs the mapping that it is about, as the
 *     host's own datagrams do (RFC 7857 section 4: should not)
 * @param clearsDscp whether it sets the DSCP of what it forwards to 0
 */
public record Quirks(
        boolean openInput,
        Duration blacklist,
        Alg alg,
        Instability instability,
        boolean icmpEndsMapping,
        boolean icmpProlongsMapping,
        boolean clearsDscp) {

    /** Refuses a blacklist below zero or above a year. */
    public Quirks {
        Lifetimes.check("blacklist", blacklist, true);
    }
}
