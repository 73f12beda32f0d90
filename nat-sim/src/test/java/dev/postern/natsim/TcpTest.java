package dev.postern.natsim;

import static dev.postern.natsim.Packets.at;
import static dev.postern.natsim.Packets.ip;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TCP through a NAT: RFC 5382, with the state machine of RFC 7857. */
class TcpTest {

    private static final long MILLI = 1_000_000;
    private static final long MINUTE = 60_000 * MILLI;
    private static final String INSIDE = "10.0.0.2:5000";
    private static final String EXTERNAL = "203.0.113.1:5000";
    private static final String REMOTE = "198.51.100.1:80";

    private static final NatBehaviour NAT = NatBehaviour.of(Mapping.EIM, Filtering.APDF);

    /**
     * A connection and how long it then lasts.
     *
     * @param segments in order: {@code >} leaves, {@code <} comes in, then S, A, F, R for the flags
     */
    private record Case(String name, String segments, long lastsNanos) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> lifetimes() {
        return Stream.of(
                new Case("REQ-5: a SYN without answer lasts 4 minutes", ">S", 4 * MINUTE),
                new Case("REQ-5: an open connection lasts 2 h 4 min", ">S <SA >A", 124 * MINUTE),
                new Case("REQ-2: a simultaneous open is one, too", ">S <S >SA <SA", 124 * MINUTE),
                new Case("REQ-5: one FIN does not close it", ">S <SA >A >FA <A", 124 * MINUTE),
                new Case("REQ-5: a FIN in both directions leaves 4 minutes", ">S <SA >A >FA <FA >A", 4 * MINUTE),
                new Case("REQ-5: also when the other closes first", ">S <SA >A <FA >FA <A", 4 * MINUTE),
                new Case("RFC 7857 2.2: a RST leaves 4 minutes", ">S <SA >A <R", 4 * MINUTE),
                new Case("RFC 7857 2.2: also one from inside", ">S <SA >A >R", 4 * MINUTE),
                new Case("RFC 6146 3.5.2.2: data after a RST makes it live again", ">S <SA >A <R >A", 124 * MINUTE),
                new Case("a new SYN after the end is a new attempt", ">S <SA >A >FA <FA >S", 4 * MINUTE));
    }

    @ParameterizedTest
    @MethodSource("lifetimes")
    void connectionLastsToTheMillisecond(Case expected) {
        for (long offset : List.of(-MILLI, -1L, 0L, MILLI)) {
            NatBox nat = nat(NAT);
            run(nat, expected.segments(), 0);
            Verdict verdict = nat.inbound(tcp(REMOTE, EXTERNAL, "A"), expected.lastsNanos() + offset);
            if (offset < 0) {
                assertThat(verdict).isInstanceOf(Verdict.Forward.class);
            } else {
                assertThat(((Verdict.Drop) verdict).reason()).isEqualTo(DropReason.EXPIRED);
            }
        }
    }

    private static void run(NatBox nat, String segments, long nowNanos) {
        for (String segment : segments.split(" ")) {
            String flags = segment.substring(1);
            Verdict verdict = segment.startsWith(">")
                    ? nat.outbound(tcp(INSIDE, REMOTE, flags), nowNanos)
                    : nat.inbound(tcp(REMOTE, EXTERNAL, flags), nowNanos);
            assertThat(verdict).as(segment).isInstanceOf(Verdict.Forward.class);
        }
    }

    @Test
    @DisplayName(
            "RFC 5382 REQ-1: TCP mappings are endpoint-independent where the NAT is, and per destination where not")
    void tcpMappingFollowsTheSameAxis() {
        NatBox cone = nat(NAT);
        NatBox symmetric = nat(NatBehaviour.symmetric());

        assertThat(port(cone.outbound(tcp(INSIDE, REMOTE, "S"), 0)))
                .isEqualTo(port(cone.outbound(tcp(INSIDE, "198.51.100.2:80", "S"), 0)));
        assertThat(port(symmetric.outbound(tcp(INSIDE, REMOTE, "S"), 0)))
                .isNotEqualTo(port(symmetric.outbound(tcp(INSIDE, "198.51.100.2:80", "S"), 0)));
    }

    @Test
    void mappingLastsAsLongAsTheLongestOfItsConnections() {
        NatBox nat = nat(NAT);
        run(nat, ">S <SA >A", 0);
        nat.outbound(tcp(INSIDE, "198.51.100.2:80", "S"), MINUTE);

        assertThat(nat.inbound(tcp(REMOTE, EXTERNAL, "A"), 100 * MINUTE)).isInstanceOf(Verdict.Forward.class);
        assertThat(((Verdict.Drop) nat.inbound(tcp("198.51.100.2:80", EXTERNAL, "SA"), 101 * MINUTE)).reason())
                .isEqualTo(DropReason.NO_CONNECTION);
        assertThat(nat.mappings(223 * MINUTE)).isOne();
        assertThat(nat.mappings(224 * MINUTE)).isZero();
    }

    @Test
    @DisplayName("RFC 5382 REQ-3: the filter decides about a SYN from outside as about UDP")
    void filterDecidesAboutSyns() {
        for (Filtering filtering : Filtering.values()) {
            NatBox nat = nat(NatBehaviour.of(Mapping.EIM, filtering));
            nat.outbound(tcp(INSIDE, REMOTE, "S"), 0);
            boolean otherPort = nat.inbound(tcp("198.51.100.1:81", EXTERNAL, "S"), 0) instanceof Verdict.Forward;
            boolean otherHost = nat.inbound(tcp("198.51.100.2:80", EXTERNAL, "S"), 0) instanceof Verdict.Forward;

            assertThat(otherPort).isEqualTo(filtering != Filtering.APDF);
            assertThat(otherHost).isEqualTo(filtering == Filtering.EIF);
        }
    }

    @Test
    void segmentOfNoConnectionIsDropped() {
        NatBox nat = nat(NAT);

        assertThat(nat.outbound(tcp(INSIDE, REMOTE, "A"), 0))
                .isEqualTo(new Verdict.Drop(
                        DropReason.NO_CONNECTION,
                        "no connection: ACK of 10.0.0.2:5000 to 198.51.100.1:80 without a SYN before it"));
    }

    @Test
    void natThatPicksUpGoesOnAfterItsReboot() {
        NatBox nat = nat(NAT.toBuilder().tcpPickUp(true).build());
        run(nat, ">S <SA >A", 0);
        nat.clear();

        assertThat(nat.outbound(tcp(INSIDE, REMOTE, "A"), 1)).isInstanceOf(Verdict.Forward.class);
        assertThat(nat.inbound(tcp(REMOTE, EXTERNAL, "A"), 120 * MINUTE)).isInstanceOf(Verdict.Forward.class);
        assertThat(nat.outbound(tcp("10.0.0.3:5", REMOTE, "R"), 0)).isInstanceOf(Verdict.Drop.class);
    }

    @Test
    @DisplayName("RFC 5382 REQ-4: an unsolicited SYN is answered by ICMP after 6 s and not a millisecond before")
    void unsolicitedSynIsAnsweredAfterSixSeconds() {
        NatBox nat = nat(
                NAT.toBuilder().unsolicitedSyn(UnsolicitedSyn.ICMP_AFTER_WAIT).build());
        Packet syn = tcp(REMOTE, EXTERNAL, "S");

        assertThat(nat.inbound(syn, 0)).isInstanceOf(Verdict.Drop.class);
        assertThat(nat.nextDueNanos()).isEqualTo(OptionalLong.of(6000 * MILLI));
        assertThat(nat.due(6000 * MILLI - MILLI)).isEmpty();
        assertThat(nat.due(6000 * MILLI))
                .containsExactly(new Verdict.Forward(
                        Packet.error(ip("203.0.113.1"), IcmpReason.PORT_UNREACHABLE, syn),
                        Side.OUTSIDE,
                        PassReason.OWN_ANSWER));
        assertThat(nat.due(6000 * MILLI + MILLI)).isEmpty();
        assertThat(nat.nextDueNanos()).isEmpty();
    }

    @Test
    @DisplayName("RFC 5382 REQ-4: a SYN that leaves within the 6 s takes the answer away")
    void crossingSynTakesTheAnswerAway() {
        NatBox nat = nat(
                NAT.toBuilder().unsolicitedSyn(UnsolicitedSyn.ICMP_AFTER_WAIT).build());
        nat.inbound(tcp(REMOTE, EXTERNAL, "S"), 0);
        nat.outbound(tcp(INSIDE, REMOTE, "S"), 5999 * MILLI);

        assertThat(nat.due(7000 * MILLI)).isEmpty();
        assertThat(nat.inbound(tcp(REMOTE, EXTERNAL, "S"), 7000 * MILLI)).isInstanceOf(Verdict.Forward.class);
    }

    @Test
    @DisplayName("RFC 5382 REQ-4 violated: a NAT may reset at once, or say nothing ever")
    void unsolicitedSynIsResetOrNotAnswered() {
        NatBox resets =
                nat(NAT.toBuilder().unsolicitedSyn(UnsolicitedSyn.RST_AT_ONCE).build());
        NatBox silent = nat(NAT);
        resets.inbound(tcp(REMOTE, EXTERNAL, "S"), 0);
        silent.inbound(tcp(REMOTE, EXTERNAL, "S"), 0);
        resets.inbound(Packets.udp(REMOTE, EXTERNAL), 0);

        assertThat(resets.due(0))
                .extracting(answer -> answer.packet().toString())
                .containsExactly("TCP 203.0.113.1:5000 > 198.51.100.1:80 RST ACK seq 0 ack 8, 0 B");
        assertThat(silent.due(10 * MINUTE)).isEmpty();
    }

    @Test
    void floodOfSynsWaitsInBoundedSpace() {
        NatBox nat =
                nat(NAT.toBuilder().unsolicitedSyn(UnsolicitedSyn.RST_AT_ONCE).build());
        for (int i = 1; i <= 5000; i++) {
            nat.inbound(tcp("198.51.100.1:" + i, EXTERNAL, "S"), 0);
        }

        assertThat(nat.due(0)).hasSize(1024);
    }

    @Test
    @DisplayName("RFC 5382 REQ-8: TCP hairpins with the external source")
    void tcpHairpins() {
        NatBox nat = nat(NatBehaviour.fullCone().toBuilder()
                .hairpin(Hairpin.EXTERNAL_SOURCE)
                .build());
        nat.outbound(tcp("10.0.0.3:6000", REMOTE, "S"), 0);

        assertThat(nat.outbound(tcp(INSIDE, "203.0.113.1:6000", "S"), 0))
                .isEqualTo(new Verdict.Forward(tcp(EXTERNAL, "10.0.0.3:6000", "S"), Side.INSIDE, PassReason.ANYBODY));
        assertThat(nat.outbound(tcp("10.0.0.3:6000", EXTERNAL, "SA"), 0))
                .isEqualTo(
                        new Verdict.Forward(tcp("203.0.113.1:6000", INSIDE, "SA"), Side.INSIDE, PassReason.CONTACTED));
    }

    @Test
    void timersAreAsConfigured() {
        NatBox nat = nat(NAT.toBuilder()
                .tcpAttempt(Duration.ofSeconds(1))
                .tcpEstablished(Duration.ofSeconds(3))
                .tcpTransitory(Duration.ofSeconds(2))
                .build());
        run(nat, ">S", 0);
        assertThat(nat.mappings(999 * MILLI)).isOne();
        assertThat(nat.mappings(1000 * MILLI)).isZero();
        run(nat, ">S <SA", 10_000 * MILLI);
        assertThat(nat.mappings(12_999 * MILLI)).isOne();
        run(nat, ">R", 12_999 * MILLI);
        assertThat(nat.mappings(14_998 * MILLI)).isOne();
        assertThat(nat.mappings(14_999 * MILLI)).isZero();
    }

    private static NatBox nat(NatBehaviour behaviour) {
        return new NatBox(behaviour, ip("203.0.113.1"), new Random(1));
    }

    private static Packet tcp(String from, String to, String flags) {
        int bits = (flags.contains("S") ? Content.Tcp.SYN : 0)
                | (flags.contains("A") ? Content.Tcp.ACK : 0)
                | (flags.contains("F") ? Content.Tcp.FIN : 0)
                | (flags.contains("R") ? Content.Tcp.RST : 0);
        return Packet.tcp(at(from), at(to), Content.Tcp.of(bits, 7, 0));
    }

    private static int port(Verdict verdict) {
        return ((Verdict.Forward) verdict).packet().source().port();
    }
}
