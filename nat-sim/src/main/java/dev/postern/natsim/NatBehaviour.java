package dev.postern.natsim;

import java.time.Duration;
import java.util.Set;

/**
 * How a NAT behaves, on the axes of RFC 4787 and around them. Immutable; made by {@link #of}, a preset or a {@link
 * NatBehaviourBuilder}.
 *
 * @param name what to call it in a report, such as {@code port-restricted}
 * @param rewrites how much of an address it changes; with {@link Rewrites#NOTHING} and {@link Filtering#EIF} it is a plain
 *     router, with {@link Filtering#APDF} a stateful firewall
 * @param mapping which destinations share a mapping; of no effect unless ports are rewritten
 * @param filtering whose packets come in through a mapping
 * @param filterScope who must have contacted a remote address for {@code filtering}
 * @param pooling which of several external addresses a mapping gets
 * @param ports which port a new mapping gets
 * @param lifetimes how long mappings and contacts last
 * @param hairpin what happens to a packet to the NAT's own external address
 * @param hairpinFiltered whether such a packet must pass the filter
 * @param limits how much state it keeps
 * @param gate what passes at all
 * @param tcp what is special to TCP
 * @param icmpErrors what it does with ICMP errors
 * @param fragments what it does with fragments
 * @param portControl whether inside hosts may ask for mappings
 * @param quirks what it does that it should not
 */
public record NatBehaviour(
        String name,
        Rewrites rewrites,
        Mapping mapping,
        Filtering filtering,
        FilterScope filterScope,
        Pooling pooling,
        PortRules ports,
        Lifetimes lifetimes,
        Hairpin hairpin,
        boolean hairpinFiltered,
        Limits limits,
        Gate gate,
        TcpRules tcp,
        IcmpErrors icmpErrors,
        Fragments fragments,
        PortControl portControl,
        Quirks quirks) {

    /** Refuses options that contradict each other. */
    public NatBehaviour {
        if (ports.sharing() == PortSharing.OTHER_DESTINATIONS && mapping != Mapping.APDM) {
            throw new IllegalArgumentException(name + ": ports are shared between destinations only with mapping APDM");
        }
        if (quirks.openInput() && ports.sharing() != PortSharing.OTHER_DESTINATIONS) {
            throw new IllegalArgumentException(name
                    + ": an open input takes ports of one destination, so they must be shared between destinations");
        }
        if (portControl.isOffered() && rewrites != Rewrites.ADDRESSES_AND_PORTS) {
            throw new IllegalArgumentException(name + ": only a NAT that translates ports has some to give on request");
        }
        if (ports.blocks() != PortBlocks.NONE && pooling == Pooling.ARBITRARY) {
            throw new IllegalArgumentException(
                    name + ": blocks of ports belong to one address, so pooling must be paired");
        }
    }

    /** The given axes with everything else as in {@link NatBehaviourBuilder}; called {@code EIM/APDF} and so on. */
    public static NatBehaviour of(Mapping mapping, Filtering filtering) {
        return builder(mapping + "/" + filtering, mapping, filtering).build();
    }

    /** A router without translation and without a filter: who is behind it is on the open internet. */
    public static NatBehaviour open() {
        return builder("open", Mapping.EIM, Filtering.EIF).translates(false).build();
    }

    /** No translation, but packets come in only from transport addresses that were contacted: a symmetric firewall. */
    public static NatBehaviour statefulFirewall() {
        return builder("stateful firewall", Mapping.EIM, Filtering.APDF)
                .translates(false)
                .build();
    }

    /** A firewall that passes TCP to port 443 and nothing else. */
    public static NatBehaviour onlyTcp443() {
        return builder("only TCP 443", Mapping.EIM, Filtering.APDF)
                .translates(false)
                .blocked(Set.of(IpProtocol.UDP, IpProtocol.ICMP))
                .tcpPorts(Set.of(443))
                .build();
    }

    /** RFC 3489 full cone: EIM and EIF. */
    public static NatBehaviour fullCone() {
        return builder("full cone", Mapping.EIM, Filtering.EIF).build();
    }

    /**
     * RFC 3489 restricted cone: EIM and ADF, where it counts that the inside <em>host</em> contacted the address. For
     * the rule of RFC 4787, per mapping, use {@link #of}.
     */
    public static NatBehaviour addressRestricted() {
        return builder("address-restricted", Mapping.EIM, Filtering.ADF)
                .filterScope(FilterScope.HOST)
                .build();
    }

    /**
     * RFC 3489 port restricted cone: EIM and APDF, where it counts that the inside <em>host</em> contacted the transport
     * address. For the rule of RFC 4787, per mapping, use {@link #of}.
     */
    public static NatBehaviour portRestricted() {
        return builder("port-restricted", Mapping.EIM, Filtering.APDF)
                .filterScope(FilterScope.HOST)
                .build();
    }

    /** RFC 3489 symmetric: APDM and APDF, with random ports. */
    public static NatBehaviour symmetric() {
        return builder("symmetric", Mapping.APDM, Filtering.APDF)
                .ports(PortAllocation.RANDOM)
                .build();
    }

    /**
     * Linux masquerading: each connection by itself keeps the inside port where the whole 5-tuple is free and gets a random
     * one otherwise, which to a server looks like EIM; packets in both directions refresh; 30 s, or 120 s once there were
     * packets in both directions for more than 2 s.
     */
    public static NatBehaviour linux() {
        return builder("Linux", Mapping.APDM, Filtering.APDF)
                .portFallback(PortAllocation.RANDOM)
                .portSharing(PortSharing.OTHER_DESTINATIONS)
                .idleLifetime(Duration.ofSeconds(30))
                .streamLifetime(Duration.ofSeconds(120))
                .inboundRefresh(true)
                .tcpPickUp(true)
                .build();
    }

    /** {@link #linux} without a rule that drops what its INPUT chain gets from outside. */
    public static NatBehaviour linuxOpenInput() {
        return linux().toBuilder().name("Linux, open INPUT").openInput(true).build();
    }

    /** The same with ports in sequence, which a peer could guess and no ICE agent does. */
    public static NatBehaviour symmetricSequential() {
        return builder("sequential symmetric", Mapping.APDM, Filtering.APDF)
                .ports(PortAllocation.SEQUENTIAL)
                .build();
    }

    /** A NAT that passes no UDP at all. */
    public static NatBehaviour udpBlocked() {
        return builder("UDP blocked", Mapping.EIM, Filtering.APDF)
                .blocked(Set.of(IpProtocol.UDP))
                .build();
    }

    public static NatBehaviourBuilder builder(String name, Mapping mapping, Filtering filtering) {
        return new NatBehaviourBuilder(name, mapping, filtering);
    }

    /** A builder that starts from this behaviour. */
    public NatBehaviourBuilder toBuilder() {
        return toBuilder(mapping, filtering);
    }

    /** A builder that starts from this behaviour, on other axes. */
    public NatBehaviourBuilder toBuilder(Mapping newMapping, Filtering newFiltering) {
        return new NatBehaviourBuilder(this, newMapping, newFiltering);
    }

    /** Whether it changes addresses. */
    public boolean translates() {
        return rewrites != Rewrites.NOTHING;
    }

    /** The mapping that a server sees: of a Linux-like NAT, which maps each connection to the same port, EIM. */
    public Mapping seenMapping() {
        boolean samePort = rewrites != Rewrites.ADDRESSES_AND_PORTS
                || (ports.sharing() == PortSharing.OTHER_DESTINATIONS && ports.allocation() == PortAllocation.PRESERVE);
        return samePort ? Mapping.EIM : mapping;
    }

    /** Protocols that do not pass in either direction. */
    public Set<IpProtocol> blocked() {
        return gate.blocked();
    }

    /** How long a UDP mapping lasts without packets. */
    public Duration idleLifetime() {
        return lifetimes.udp();
    }
}
