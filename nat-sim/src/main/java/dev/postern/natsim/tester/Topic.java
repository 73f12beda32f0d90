package dev.postern.natsim.tester;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Fragments;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.IcmpErrors;
import dev.postern.natsim.Mapping;
import java.util.List;

/**
 * Something that the tester can find out. Compared by identity.
 *
 * @param <T> the kind of what it finds
 */
@SuppressWarnings("UnusedTypeParameter") // it ties what is put under a topic to what is found there
public final class Topic<T> {

    /** R1: whether datagrams reach the server and come back. */
    public static final Topic<Boolean> UDP = new Topic<>("udp", "UDP");
    /** R2: at which ports of the server datagrams get an answer. */
    public static final Topic<PortList> UDP_PORTS = new Topic<>("udp-ports", "UDP to ports");
    /** R3: which of the server's usual ports are reached over TCP. */
    public static final Topic<TcpReach> TCP = new Topic<>("tcp", "TCP");
    /** R3: which TLS handshakes with port 443 come about. */
    public static final Topic<TlsReach> TLS = new Topic<>("tls", "TLS on 443");
    /** R3: whether the HTTP proxy lets through to port 443. */
    public static final Topic<Boolean> PROXY = new Topic<>("proxy", "HTTP CONNECT");
    /** R4: whether addresses are translated. */
    public static final Topic<Translation> TRANSLATION = new Topic<>("translation", "Translation");
    /** R5: whether the server sends from all of the addresses that it is asked to. */
    public static final Topic<Boolean> SERVER = new Topic<>("server", "Server usable");
    /** M1: which destinations share a mapping. */
    public static final Topic<Mapping> MAPPING = new Topic<>("mapping", "Mapping");
    /** F1 to F3: whose packets come in. */
    public static final Topic<Filtering> FILTERING = new Topic<>("filtering", "Filtering");
    /** F4: whether what one socket contacted may send to the others, too. */
    public static final Topic<Boolean> FILTER_PER_HOST = new Topic<>("filter-per-host", "Filter per host");
    /** F5: whether a packet that leaves opens the filter though it does not arrive. */
    public static final Topic<Boolean> OPENED_BY_LEAVING = new Topic<>("opened-by-leaving", "Leaving opens it");
    /** F7: whose SYNs come in. */
    public static final Topic<Filtering> TCP_FILTERING = new Topic<>("tcp-filtering", "TCP filtering");
    /** F7: what a SYN gets as an answer that does not come in. */
    public static final Topic<SynAnswer> UNSOLICITED_SYN = new Topic<>("unsolicited-syn", "Unsolicited SYN");
    /** M11: which destinations share a mapping of TCP. */
    public static final Topic<Mapping> TCP_MAPPING = new Topic<>("tcp-mapping", "TCP mapping");
    /** M11: whether echo requests reach the server. */
    public static final Topic<Boolean> ICMP = new Topic<>("icmp", "ICMP echo");
    /** M11: which hosts share a mapping of an ICMP identifier. */
    public static final Topic<Mapping> ICMP_MAPPING = new Topic<>("icmp-mapping", "ICMP mapping");
    /** M11: whether UDP, TCP and ICMP from one port have mappings that do not depend on each other. */
    public static final Topic<Boolean> PROTOCOLS_APART = new Topic<>("protocols-apart", "Protocols apart");
    /** M3 and M6: which external ports are picked. */
    public static final Topic<PortRule> PORTS = new Topic<>("ports", "Ports");
    /** H1 and H2: what happens to packets to the own external address. */
    public static final Topic<Hairpin> HAIRPIN = new Topic<>("hairpin", "Hairpin");
    /** H3: what happens to SYNs to the own external address. */
    public static final Topic<Hairpin> HAIRPIN_TCP = new Topic<>("hairpin-tcp", "Hairpin of TCP");
    /** H3: whether an ICMP error about a hairpinned datagram comes back. */
    public static final Topic<Boolean> HAIRPIN_ICMP = new Topic<>("hairpin-icmp", "Hairpin of ICMP");
    /** H3: whether a socket reaches itself at its own external address. */
    public static final Topic<Boolean> HAIRPIN_SELF = new Topic<>("hairpin-self", "Hairpin to itself");
    /** F6: what becomes of a peer whose packet arrives before he is contacted. */
    public static final Topic<EarlyPacket> EARLY_PACKET = new Topic<>("early-packet", "Early packet");
    /** M2: whether sockets are mapped the same way when many mappings are alive. */
    public static final Topic<Boolean> STEADY = new Topic<>("steady", "Same under load");
    /** M4: whether two machines may have the same external address and port. */
    public static final Topic<Boolean> OVERLOADING = new Topic<>("overloading", "Overloading");
    /** M5: whether an even port becomes an even one, and an odd one odd. */
    public static final Topic<Boolean> PARITY = new Topic<>("parity", "Parity kept");
    /** M5: whether neighbouring ports become neighbouring ones. */
    public static final Topic<Boolean> CONTIGUITY = new Topic<>("contiguity", "Contiguity kept");
    /** M7: which external addresses are used. */
    public static final Topic<PoolingSeen> POOLING = new Topic<>("pooling", "Pooling");
    /** M8: which external ports are used. */
    public static final Topic<PortRange> PORT_RANGE = new Topic<>("port-range", "Port range");
    /** M9: how long an external port is given to nobody after its mapping has ended. */
    public static final Topic<Span> PORT_REST = new Topic<>("port-rest", "Ports rest");
    /** M10: whether new mappings end old ones. */
    public static final Topic<Boolean> EVICTION = new Topic<>("eviction", "New ones end old");
    /** M10: how many mappings one machine may have at once. */
    public static final Topic<SessionLimit> SESSIONS = new Topic<>("session-limit", "Mappings at once");
    /** G1: whether an answer of two fragments comes in. */
    public static final Topic<Boolean> FRAGMENTS_IN = new Topic<>("fragments-in", "Fragments in");
    /** G1: whether a request of two fragments goes out. */
    public static final Topic<Boolean> FRAGMENTS_OUT = new Topic<>("fragments-out", "Fragments out");
    /** G2: in which order fragments go out. */
    public static final Topic<Fragments> FRAGMENT_ORDER = new Topic<>("fragment-order", "Fragments' order");
    /** G3: whether "fragmentation needed" comes in and says about what. */
    public static final Topic<Boolean> PATH_MTU = new Topic<>("path-mtu", "Path MTU learnt");
    /** G4: what happens to ICMP errors. */
    public static final Topic<IcmpErrors> ICMP_ERRORS = new Topic<>("icmp-errors", "ICMP errors");
    /** G4: how many routers on the way to the server count the TTL down. */
    public static final Topic<Integer> HOPS = new Topic<>("hops", "Hops");
    /** G5: which of them forget. */
    public static final Topic<StatefulHops> STATEFUL_HOPS = new Topic<>("stateful-hops", "Hops that forget");
    /** G6: whether the DSCP is left alone. */
    public static final Topic<Boolean> DSCP = new Topic<>("dscp", "DSCP kept");
    /** G6: whether ECN is left alone. */
    public static final Topic<Boolean> ECN = new Topic<>("ecn", "ECN kept");
    /** G6: whether datagrams without a checksum pass. */
    public static final Topic<Boolean> ZERO_CHECKSUM = new Topic<>("zero-checksum", "No checksum passes");
    /** R6: whether something rewrites addresses inside of packets. */
    public static final Topic<Boolean> ALG = new Topic<>("alg", "Rewriting (ALG)");
    /** L1: how long a mapping lasts after a single packet. */
    public static final Topic<Span> LIFETIME = new Topic<>("lifetime", "Lifetime");
    /** L2: how long it lasts after an exchange in both directions. */
    public static final Topic<Span> STREAM_LIFETIME = new Topic<>("stream-lifetime", "After an exchange");
    /** L5: how long the filter remembers an address while the mapping is kept alive by another. */
    public static final Topic<Span> FILTER_LIFETIME = new Topic<>("filter-lifetime", "Filter's memory");
    /** L4: whether packets from inside prolong a mapping. */
    public static final Topic<Boolean> OUTBOUND_REFRESH = new Topic<>("outbound-refresh", "Outbound prolongs");
    /** L3: whether packets from outside do. */
    public static final Topic<Boolean> INBOUND_REFRESH = new Topic<>("inbound-refresh", "Inbound prolongs");
    /** L6: which port a socket gets after its mapping has ended. */
    public static final Topic<PortAfterEnd> PORT_AFTER_END = new Topic<>("port-after-end", "Port after the end");

    /** L7: whether an ICMP error about one destination ends a mapping. */
    public static final Topic<Boolean> ICMP_ENDS = new Topic<>("icmp-ends-mapping", "ICMP error ends it");
    /** L8: whether an ICMP error from inside prolongs a mapping. */
    public static final Topic<Boolean> ICMP_PROLONGS = new Topic<>("icmp-prolongs-mapping", "ICMP error prolongs");

    /** M12: whether the network has a NAT64. */
    public static final Topic<Boolean> NAT64 = new Topic<>("nat64", "NAT64");
    /** M12: whether a STUN server of IPv4 answers through it, and says the IPv4 address that peers would see. */
    public static final Topic<Boolean> IPV4_THROUGH_NAT64 = new Topic<>("ipv4-through-nat64", "IPv4 through NAT64");
    /** C1: by which protocols the gateway gives ports on request. */
    public static final Topic<PortControlSeen> PORT_CONTROL = new Topic<>("port-control", "Ports on request");
    /** C1: whether the gateway's external address is another than the server sees. */
    public static final Topic<Boolean> NESTED = new Topic<>("nested-nat", "Another NAT behind");
    /** C2: what becomes of a port that is asked for. */
    public static final Topic<MappedPort> MAPPED_PORT = new Topic<>("mapped-port", "Mapped port");

    static final List<Topic<?>> PORT_CONTROLS = List.of(PORT_CONTROL, NESTED, MAPPED_PORT);
    /** L9: how long an open TCP connection may be silent. */
    public static final Topic<Span> TCP_IDLE = new Topic<>("tcp-idle", "TCP open");
    /** L9: how long a SYN is remembered that was not answered. */
    public static final Topic<Span> TCP_HALF_OPEN = new Topic<>("tcp-half-open", "TCP half open");
    /** L9: how long a connection is remembered that both sides have closed. */
    public static final Topic<Span> TCP_CLOSING = new Topic<>("tcp-closing", "TCP closed");
    /** L9: how long one is remembered that was reset. */
    public static final Topic<Span> TCP_RESET = new Topic<>("tcp-reset", "TCP reset");
    /** L10: how long an ICMP echo request is. */
    public static final Topic<Span> ICMP_LIFETIME = new Topic<>("icmp-lifetime", "ICMP echo waits");

    static final List<Topic<Span>> TCP_LIFETIMES = List.of(TCP_IDLE, TCP_HALF_OPEN, TCP_CLOSING, TCP_RESET);
    static final List<Topic<?>> CROWD = List.of(STEADY, EVICTION, OVERLOADING, PARITY, CONTIGUITY, POOLING, PORT_RANGE);
    static final List<Topic<?>> LIFETIMES = List.of(LIFETIME, STREAM_LIFETIME, FILTER_LIFETIME);

    /** All of them, in the order of a report. */
    public static final List<Topic<?>> ALL = List.of(
            UDP,
            UDP_PORTS,
            TCP,
            TLS,
            PROXY,
            TRANSLATION,
            SERVER,
            MAPPING,
            FILTERING,
            FILTER_PER_HOST,
            OPENED_BY_LEAVING,
            EARLY_PACKET,
            TCP_MAPPING,
            TCP_FILTERING,
            UNSOLICITED_SYN,
            ICMP,
            ICMP_MAPPING,
            PROTOCOLS_APART,
            PORTS,
            PORT_RANGE,
            PARITY,
            CONTIGUITY,
            OVERLOADING,
            POOLING,
            STEADY,
            EVICTION,
            HAIRPIN,
            HAIRPIN_SELF,
            HAIRPIN_TCP,
            HAIRPIN_ICMP,
            ALG,
            FRAGMENTS_IN,
            FRAGMENTS_OUT,
            FRAGMENT_ORDER,
            PATH_MTU,
            ICMP_ERRORS,
            HOPS,
            STATEFUL_HOPS,
            DSCP,
            ECN,
            ZERO_CHECKSUM,
            NAT64,
            IPV4_THROUGH_NAT64,
            PORT_CONTROL,
            NESTED,
            MAPPED_PORT,
            LIFETIME,
            STREAM_LIFETIME,
            FILTER_LIFETIME,
            OUTBOUND_REFRESH,
            INBOUND_REFRESH,
            ICMP_PROLONGS,
            ICMP_ENDS,
            PORT_AFTER_END,
            PORT_REST,
            SESSIONS,
            TCP_IDLE,
            TCP_HALF_OPEN,
            TCP_CLOSING,
            TCP_RESET,
            ICMP_LIFETIME);

    private final String key;
    private final String title;

    private Topic(String key, String title) {
        this.key = key;
        this.title = title;
    }

    /** The name for programs, such as {@code filter-per-host}. */
    public String key() {
        return key;
    }

    /** The name for people. */
    public String title() {
        return title;
    }

    @Override
    public String toString() {
        return key;
    }
}
