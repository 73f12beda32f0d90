package dev.postern.natsim;

import java.time.Duration;
import java.util.Set;

/**
 * How a NAT behaves, on the axes of RFC 4787 and around them. Immutable; made by {@link #of}, a preset or a
 * {@link Builder}.
 *
 * @param name what to call it in a report, such as {@code port-restricted}
 * @param translates false for a router that keeps addresses as they are: with {@link Filtering#EIF} it is a plain
 *     router, with {@link Filtering#APDF} a stateful firewall
 * @param mapping which destinations share a mapping
 * @param filtering whose packets come in through a mapping
 * @param filterScope who must have contacted a remote address for {@code filtering}
 * @param ports which port a new mapping gets
 * @param firstPort the first port of the range, 1 to 65535
 * @param lastPort the last port of the range, {@code firstPort} to 65535
 * @param idleLifetime how long a mapping, and what it has contacted, lasts without an outbound packet; above zero (RFC
 *     4787 REQ-5)
 * @param inboundRefresh whether an inbound packet that passed the filter prolongs too (RFC 4787 REQ-6: may)
 * @param hairpin what happens to a packet to the NAT's own external address
 * @param maxMappings how many mappings may exist at once, at least 1
 * @param maxContacts how many remote transport addresses one mapping, and with {@link FilterScope#HOST} one host, may
 *     have in contact at once, at least 1
 * @param blocked protocols that do not pass in either direction
 */
public record NatBehaviour(
        String name,
        boolean translates,
        Mapping mapping,
        Filtering filtering,
        FilterScope filterScope,
        PortAllocation ports,
        int firstPort,
        int lastPort,
        Duration idleLifetime,
        boolean inboundRefresh,
        Hairpin hairpin,
        int maxMappings,
        int maxContacts,
        Set<IpProtocol> blocked) {

    private static final int MAX_PORT = 65535;
    private static final int FIRST_UNPRIVILEGED_PORT = 1024;
    private static final Duration LONGEST_LIFETIME = Duration.ofDays(365);

    /** Refuses what is out of the ranges above. */
    public NatBehaviour {
        if (firstPort < 1 || firstPort > lastPort || lastPort > MAX_PORT) {
            throw new IllegalArgumentException(
                    "ports " + firstPort + "-" + lastPort + ": the range must lie within 1-" + MAX_PORT);
        }
        if (idleLifetime.isNegative() || idleLifetime.isZero() || idleLifetime.compareTo(LONGEST_LIFETIME) > 0) {
            throw new IllegalArgumentException(
                    "idleLifetime " + idleLifetime + " must be above zero and at most a year");
        }
        if (maxMappings < 1 || maxContacts < 1) {
            throw new IllegalArgumentException(
                    "maxMappings " + maxMappings + " and maxContacts " + maxContacts + " must each be at least 1");
        }
        blocked = Set.copyOf(blocked);
    }

    /** The given axes with everything else as in {@link Builder}; called {@code EIM/APDF} and so on. */
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

    /** A NAT that passes no UDP at all. */
    public static NatBehaviour udpBlocked() {
        return builder("UDP blocked", Mapping.EIM, Filtering.APDF)
                .blocked(Set.of(IpProtocol.UDP))
                .build();
    }

    public static Builder builder(String name, Mapping mapping, Filtering filtering) {
        return new Builder(name, mapping, filtering);
    }

    /** A builder that starts from this behaviour. */
    public Builder toBuilder() {
        Builder builder = new Builder(name, mapping, filtering);
        builder.translates = translates;
        builder.filterScope = filterScope;
        builder.ports = ports;
        builder.firstPort = firstPort;
        builder.lastPort = lastPort;
        builder.idleLifetime = idleLifetime;
        builder.inboundRefresh = inboundRefresh;
        builder.hairpin = hairpin;
        builder.maxMappings = maxMappings;
        builder.maxContacts = maxContacts;
        builder.blocked = blocked;
        return builder;
    }

    /**
     * Collects a behaviour. Unless told otherwise: translates, filters per mapping, preserves ports within 1024 to
     * 65535, keeps idle mappings for the 5 minutes that RFC 4787 REQ-5 recommends, refreshes outbound only, does not
     * hairpin, blocks nothing.
     */
    public static final class Builder {
        private String name;
        private boolean translates = true;
        private final Mapping mapping;
        private final Filtering filtering;
        private FilterScope filterScope = FilterScope.MAPPING;
        private PortAllocation ports = PortAllocation.PRESERVE;
        private int firstPort = FIRST_UNPRIVILEGED_PORT;
        private int lastPort = MAX_PORT;
        private Duration idleLifetime = Duration.ofMinutes(5);
        private boolean inboundRefresh;
        private Hairpin hairpin = Hairpin.NONE;
        private int maxMappings = 4096;
        private int maxContacts = 256;
        private Set<IpProtocol> blocked = Set.of();

        private Builder(String name, Mapping mapping, Filtering filtering) {
            this.name = name;
            this.mapping = mapping;
            this.filtering = filtering;
        }

        public Builder name(String value) {
            name = value;
            return this;
        }

        public Builder translates(boolean value) {
            translates = value;
            return this;
        }

        public Builder filterScope(FilterScope value) {
            filterScope = value;
            return this;
        }

        public Builder ports(PortAllocation value) {
            ports = value;
            return this;
        }

        public Builder portRange(int first, int last) {
            firstPort = first;
            lastPort = last;
            return this;
        }

        public Builder idleLifetime(Duration value) {
            idleLifetime = value;
            return this;
        }

        public Builder inboundRefresh(boolean value) {
            inboundRefresh = value;
            return this;
        }

        public Builder hairpin(Hairpin value) {
            hairpin = value;
            return this;
        }

        public Builder maxMappings(int value) {
            maxMappings = value;
            return this;
        }

        public Builder maxContacts(int value) {
            maxContacts = value;
            return this;
        }

        public Builder blocked(Set<IpProtocol> value) {
            blocked = value;
            return this;
        }

        /**
         * The behaviour.
         *
         * @throws IllegalArgumentException with one sentence if a value is out of its range
         */
        public NatBehaviour build() {
            return new NatBehaviour(
                    name,
                    translates,
                    mapping,
                    filtering,
                    filterScope,
                    ports,
                    firstPort,
                    lastPort,
                    idleLifetime,
                    inboundRefresh,
                    hairpin,
                    maxMappings,
                    maxContacts,
                    blocked);
        }
    }
}
