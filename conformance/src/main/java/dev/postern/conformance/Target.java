package dev.postern.conformance;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The server under test and what is given for it: where it is, users that it knows, peers that it may reach. Immutable. */
public final class Target {

    private final String name;
    private final Map<TransportProtocol, TransportAddress> ipv4;
    private final Map<TransportProtocol, TransportAddress> ipv6;
    private final @Nullable Credentials first;
    private final @Nullable Credentials second;
    private final List<IpAddress> peers;
    private final Duration retransmitAfter;
    private final Duration quiet;

    private Target(Builder builder) {
        this.name = builder.name;
        this.ipv4 = new EnumMap<>(builder.ipv4);
        this.ipv6 = new EnumMap<>(builder.ipv6);
        this.first = builder.first;
        this.second = builder.second;
        this.peers = List.copyOf(builder.peers);
        this.retransmitAfter = builder.retransmitAfter;
        this.quiet = builder.quiet;
    }

    /** A builder; the name is what reports and TLS know the server by. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** Collects the values. */
    public static final class Builder {

        private final String name;
        private final Map<TransportProtocol, TransportAddress> ipv4 = new EnumMap<>(TransportProtocol.class);
        private final Map<TransportProtocol, TransportAddress> ipv6 = new EnumMap<>(TransportProtocol.class);
        private @Nullable Credentials first;
        private @Nullable Credentials second;
        private List<IpAddress> peers = List.of();
        private Duration retransmitAfter = Duration.ofMillis(500);
        private Duration quiet = Duration.ofMillis(400);

        private Builder(String name) {
            this.name = name;
        }

        /** Where the server listens for a protocol, once for each family at most. */
        public Builder at(TransportProtocol protocol, TransportAddress address) {
            (address.ip().isIpv4() ? ipv4 : ipv6).put(protocol, address);
            return this;
        }

        /** The users, null for none. */
        public Builder users(@Nullable Credentials one, @Nullable Credentials other) {
            first = one;
            second = other;
            return this;
        }

        /** Addresses of this machine that the server can send to as peers: up to two of IPv4, and one of IPv6. */
        public Builder peers(List<IpAddress> addresses) {
            peers = addresses;
            return this;
        }

        /** How long a reply is waited for before the request is sent again, and how long nothing must come for silence. */
        public Builder waits(Duration forReply, Duration forSilence) {
            retransmitAfter = forReply;
            quiet = forSilence;
            return this;
        }

        public Target build() {
            return new Target(this);
        }
    }

    /** What reports and TLS know the server by. */
    public String name() {
        return name;
    }

    /** The protocols that cases are run over. */
    public Set<TransportProtocol> protocols() {
        Set<TransportProtocol> all = EnumSet.noneOf(TransportProtocol.class);
        all.addAll(ipv4.keySet());
        all.addAll(ipv6.keySet());
        return all;
    }

    /** Where the server listens, or null if it does not, or not that anybody said. */
    public @Nullable TransportAddress address(TransportProtocol protocol, IpFamily family) {
        return (family == IpFamily.IPV4 ? ipv4 : ipv6).get(protocol);
    }

    /** Whether clients come over IPv4 unless a case is about IPv6; else the server has no IPv4 address. */
    public boolean hasIpv4() {
        return !ipv4.isEmpty();
    }

    /** The peer address of that family, or null if there are not so many. */
    public @Nullable IpAddress peer(IpFamily family, int place) {
        return peers.stream()
                .filter(address -> IpFamily.of(address) == family)
                .skip(place)
                .findFirst()
                .orElse(null);
    }

    public Duration retransmitAfter() {
        return retransmitAfter;
    }

    public Duration quiet() {
        return quiet;
    }

    /** What that makes for the cases. */
    public Given given() {
        Set<Need> needs = EnumSet.of(Need.SOCKETS);
        add(needs, Need.CREDENTIALS, first != null);
        add(needs, Need.SECOND_USER, second != null);
        add(needs, Need.PEER, peer(IpFamily.IPV4, 0) != null);
        add(needs, Need.SECOND_PEER_ADDRESS, peer(IpFamily.IPV4, 1) != null);
        add(needs, Need.IPV6_PEER, peer(IpFamily.IPV6, 0) != null);
        add(needs, Need.IPV6, !ipv6.isEmpty());
        add(needs, Need.TLS, protocols().contains(TransportProtocol.TLS));
        return new Given(first, second, needs, Set.of(Setup.EVERYTHING_ON));
    }

    private static void add(Set<Need> needs, Need need, boolean there) {
        if (there) {
            needs.add(need);
        }
    }
}
