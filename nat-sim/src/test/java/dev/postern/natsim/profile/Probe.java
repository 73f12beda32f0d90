package dev.postern.natsim.profile;

import dev.postern.natsim.Content;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.IcmpReason;
import dev.postern.natsim.IpFields;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBox;
import dev.postern.natsim.Packet;
import dev.postern.natsim.Verdict;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds out from packets alone how a NAT behaves: each question is asked of a new one. */
final class Probe {

    private static final String P1 = "198.51.100.1:3478";
    private static final String P2 = "198.51.100.1:3479";
    private static final String Q1 = "198.51.100.2:3478";
    private static final String Q2 = "198.51.100.2:3479";
    private static final Duration SHORTEST_LIFETIME = Duration.ofMinutes(2);
    private static final Duration SHORTEST_TCP = Duration.ofMinutes(124);
    private static final int MANY = 1000;
    private static final long MAX_MILLIS = 600_000;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000L;

    private final Supplier<NatBox> nats;

    Probe(Profile profile) {
        List<IpAddress> externals = IntStream.rangeClosed(1, profile.addresses())
                .mapToObj(i -> IpAddress.parse("203.0.113." + i))
                .toList();
        this.nats = () -> new NatBox(profile.behaviour(), externals, new Random(1));
    }

    TesterOutput result() {
        if (mapped(nats.get(), "10.0.0.2:5000", P1, 0) == null) {
            return new TesterOutput(false, null, null, Hairpin.NONE, PortsSeen.NONE, null, null, Set.of());
        }
        Duration lifetime = lifetime(false);
        EnumSet<Anomaly> anomalies = EnumSet.noneOf(Anomaly.class);
        for (Anomaly anomaly : Anomaly.values()) {
            if (has(anomaly, lifetime)) {
                anomalies.add(anomaly);
            }
        }
        return new TesterOutput(
                true,
                mapping(nats.get(), "10.0.0.2:5000"),
                filtering(),
                hairpin(),
                ports(),
                lifetime,
                lifetime(true),
                anomalies);
    }

    private boolean has(Anomaly anomaly, @Nullable Duration lifetime) {
        return switch (anomaly) {
            case OVERLOADING -> overloads();
            case ARBITRARY_POOLING -> addressesOfOneHost() > 1;
            case EARLY_PACKET_CHANGES_PORT -> afterEarlyPacket() == Early.CHANGED;
            case EARLY_PACKET_BLACKLISTS -> afterEarlyPacket() == Early.SHUT_OUT;
            case HAIRPIN_LEAKS_SOURCE -> hairpin() == Hairpin.INTERNAL_SOURCE;
            case CHANGES_UNDER_LOAD -> changesUnderLoad();
            case SHORT_LIFETIME -> lifetime != null && lifetime.compareTo(SHORTEST_LIFETIME) < 0;
            case REWRITES_PAYLOAD -> rewrites();
            case FEW_MAPPINGS -> isRefusedEarly();
            case EVICTS -> firstOfManyIsGone();
            case ICMP_ENDS_MAPPING -> icmpEnds();
            case RESETS_SYN -> resetsSyn();
            case SHORT_TCP_LIFETIME -> forgetsTcp();
            case DROPS_FRAGMENTS -> dropsFragments();
            case HOLDS_PORTS -> holdsPorts(lifetime);
        };
    }

    private static Mapping mapping(NatBox nat, String inside) {
        TransportAddress p1 = mapped(nat, inside, P1, 0);
        TransportAddress p2 = mapped(nat, inside, P2, 0);
        TransportAddress q1 = mapped(nat, inside, Q1, 0);
        boolean samePort = p1 != null && p1.equals(p2);
        boolean sameAddress = p1 != null && p1.equals(q1);
        if (samePort && sameAddress) {
            return Mapping.EIM;
        }
        return samePort ? Mapping.ADM : Mapping.APDM;
    }

    private Filtering filtering() {
        if (comesBack(Q2)) {
            return Filtering.EIF;
        }
        return comesBack(P2) ? Filtering.ADF : Filtering.APDF;
    }

    private boolean comesBack(String from) {
        NatBox nat = nats.get();
        TransportAddress external = mapped(nat, "10.0.0.2:5000", P1, 0);
        return external != null && nat.inbound(udp(from, external.toString()), 0) instanceof Verdict.Forward;
    }

    private Hairpin hairpin() {
        NatBox nat = nats.get();
        TransportAddress one = mapped(nat, "10.0.0.2:5000", P1, 0);
        TransportAddress other = mapped(nat, "10.0.0.3:6000", P1, 0);
        if (one == null || other == null || one.equals(at("10.0.0.2:5000"))) {
            return Hairpin.NONE;
        }
        nat.outbound(udp("10.0.0.3:6000", one.toString()), 0);
        if (!(nat.outbound(udp("10.0.0.2:5000", other.toString()), 0) instanceof Verdict.Forward forward)) {
            return Hairpin.NONE;
        }
        return forward.packet().source().equals(at("10.0.0.2:5000"))
                ? Hairpin.INTERNAL_SOURCE
                : Hairpin.EXTERNAL_SOURCE;
    }

    private PortsSeen ports() {
        NatBox nat = nats.get();
        List<Integer> seen = new ArrayList<>();
        boolean kept = true;
        boolean translated = false;
        for (int port = 5000; port < 5060; port += 3) {
            TransportAddress external = mapped(nat, "10.0.0.2:" + port, P1, 0);
            kept &= external != null && external.port() == port;
            translated |= external != null && !external.ip().equals(IpAddress.parse("10.0.0.2"));
            seen.add(external == null ? 0 : external.port());
        }
        if (!translated) {
            return PortsSeen.NONE;
        }
        if (kept) {
            return PortsSeen.PRESERVED;
        }
        Set<Integer> steps = new HashSet<>();
        for (int i = 1; i < seen.size(); i++) {
            steps.add(seen.get(i) - seen.get(i - 1));
        }
        return steps.size() == 1 ? PortsSeen.SEQUENTIAL : PortsSeen.RANDOM;
    }

    /** The time of silence after which P1 is no longer let in, to the millisecond; null if that never happens. */
    private @Nullable Duration lifetime(boolean stream) {
        long lives = 0;
        long ended = MAX_MILLIS;
        if (livesAfter(ended * MILLI, stream)) {
            return null;
        }
        while (ended - lives > 1) {
            long middle = (lives + ended) / 2;
            if (livesAfter(middle * MILLI, stream)) {
                lives = middle;
            } else {
                ended = middle;
            }
        }
        return Duration.ofMillis(ended);
    }

    private boolean livesAfter(long silentNanos, boolean stream) {
        NatBox nat = nats.get();
        TransportAddress external = mapped(nat, "10.0.0.2:5000", P1, 0);
        long last = 0;
        if (stream && external != null) {
            nat.inbound(udp(P1, external.toString()), SECOND);
            last = 3 * SECOND;
            nat.outbound(udp("10.0.0.2:5000", P1), last);
        }
        return external != null
                && nat.inbound(udp(P1, external.toString()), last + silentNanos) instanceof Verdict.Forward;
    }

    private boolean overloads() {
        NatBox nat = nats.get();
        TransportAddress one = mapped(nat, "10.0.0.2:5000", P1, 0);
        TransportAddress other = mapped(nat, "10.0.0.3:5000", P1, 0);
        return one != null && one.equals(other);
    }

    private int addressesOfOneHost() {
        NatBox nat = nats.get();
        Set<IpAddress> addresses = new HashSet<>();
        for (int port = 5000; port < 5030; port++) {
            TransportAddress external = mapped(nat, "10.0.0.2:" + port, P1, 0);
            if (external != null) {
                addresses.add(external.ip());
            }
        }
        return addresses.size();
    }

    private enum Early {
        NOTHING,
        CHANGED,
        SHUT_OUT
    }

    private Early afterEarlyPacket() {
        NatBox nat = nats.get();
        TransportAddress external = mapped(nat, "10.0.0.2:5000", P1, 0);
        if (external == null || mapping(nats.get(), "10.0.0.2:5000") != Mapping.EIM) {
            return Early.NOTHING;
        }
        nat.inbound(udp(Q2, external.toString()), 0);
        if (!external.ip().equals(addressTo(nat, Q2)) || !external.equals(mapped(nat, "10.0.0.2:5000", Q2, 1))) {
            return Early.CHANGED;
        }
        return nat.inbound(udp(Q2, external.toString()), 2) instanceof Verdict.Forward ? Early.NOTHING : Early.SHUT_OUT;
    }

    private static @Nullable IpAddress addressTo(NatBox nat, String remote) {
        TransportAddress external = mapped(nat, "10.0.0.2:5000", remote, 1);
        return external == null ? null : external.ip();
    }

    private boolean changesUnderLoad() {
        NatBox nat = nats.get();
        for (int port = 10_000; port < 10_200; port++) {
            nat.outbound(udp("10.0.0.2:" + port, P1), 0);
        }
        return mapped(nat, "10.0.0.2:5000", P1, 0) != null
                && mapping(nat, "10.0.0.2:5001") != mapping(nats.get(), "10.0.0.2:5001");
    }

    private boolean rewrites() {
        NatBox nat = nats.get();
        TransportAddress external = mapped(nat, "10.0.0.2:5000", P1, 0);
        if (external == null) {
            return false;
        }
        ByteBuffer address = ByteBuffer.wrap(external.ip().toInetAddress().getAddress());
        Verdict verdict = nat.inbound(Packet.udp(at(P1), external, address), 0);
        return verdict instanceof Verdict.Forward forward
                && !forward.packet().payload().equals(address);
    }

    private boolean isRefusedEarly() {
        NatBox nat = nats.get();
        return IntStream.range(0, MANY).anyMatch(i -> mapped(nat, "10.0.0.2:" + (5000 + i), P1, 0) == null);
    }

    private boolean firstOfManyIsGone() {
        NatBox nat = nats.get();
        TransportAddress first = mapped(nat, "10.0.0.2:5000", P1, 0);
        for (int i = 1; i < MANY; i++) {
            nat.outbound(udp("10.0.0.2:" + (5000 + i), P1), 0);
        }
        return first != null && !(nat.inbound(udp(P1, first.toString()), 0) instanceof Verdict.Forward);
    }

    private boolean icmpEnds() {
        NatBox nat = nats.get();
        if (!(nat.outbound(udp("10.0.0.2:5000", P1), 0) instanceof Verdict.Forward forward)) {
            return false;
        }
        nat.inbound(Packet.error(at(P1).ip(), IcmpReason.PORT_UNREACHABLE, forward.packet()), 0);
        return !(nat.inbound(udp(P1, forward.packet().source().toString()), 0) instanceof Verdict.Forward);
    }

    private boolean resetsSyn() {
        NatBox nat = nats.get();
        nat.inbound(
                Packet.tcp(at(P1), TransportAddress.of(nat.external(), 5000), Content.Tcp.of(Content.Tcp.SYN, 1, 0)),
                0);
        return !nat.due(0).isEmpty();
    }

    /** A connection is opened, and nothing of it is let in a millisecond before it may be forgotten. */
    private boolean forgetsTcp() {
        NatBox nat = nats.get();
        Packet syn = Packet.tcp(at("10.0.0.2:5000"), at(P1), Content.Tcp.of(Content.Tcp.SYN, 1, 0));
        if (!(nat.outbound(syn, 0) instanceof Verdict.Forward forward)) {
            return false;
        }
        TransportAddress external = forward.packet().source();
        nat.inbound(Packet.tcp(at(P1), external, Content.Tcp.of(Content.Tcp.SYN | Content.Tcp.ACK, 1, 2)), 0);
        Packet late = Packet.tcp(at(P1), external, Content.Tcp.of(Content.Tcp.ACK, 2, 2));
        return !(nat.inbound(late, SHORTEST_TCP.toNanos() - MILLI) instanceof Verdict.Forward);
    }

    private boolean dropsFragments() {
        Packet first = udp("10.0.0.2:5000", P1).with(IpFields.PLAIN.withFragment(new IpFields.Fragment(1, 0, 8, true)));
        return !(nats.get().outbound(first, 0) instanceof Verdict.Forward);
    }

    private boolean holdsPorts(@Nullable Duration lifetime) {
        if (lifetime == null || ports() == PortsSeen.RANDOM) {
            return false;
        }
        NatBox nat = nats.get();
        TransportAddress before = mapped(nat, "10.0.0.2:5000", P1, 0);
        Set<Integer> after = new HashSet<>();
        for (int i = 0; i < 512; i++) {
            TransportAddress external = mapped(nat, "10.0.0.2:" + (5000 + i), P1, lifetime.toNanos());
            after.add(external == null ? 0 : external.port());
        }
        return before != null && !after.contains(before.port());
    }

    private static @Nullable TransportAddress mapped(NatBox nat, String inside, String remote, long nowNanos) {
        return nat.outbound(udp(inside, remote), nowNanos) instanceof Verdict.Forward forward
                ? forward.packet().source()
                : null;
    }

    private static Packet udp(String from, String to) {
        return Packet.udp(at(from), at(to), ByteBuffer.allocate(8));
    }

    private static TransportAddress at(String address) {
        return TransportAddress.parse(address);
    }
}
