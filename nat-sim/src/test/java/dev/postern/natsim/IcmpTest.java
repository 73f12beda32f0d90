package dev.postern.natsim;

import static dev.postern.natsim.Packets.at;
import static dev.postern.natsim.Packets.ip;
import static dev.postern.natsim.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** ICMP through a NAT: RFC 5508. */
class IcmpTest {

    private static final long MILLI = 1_000_000;
    private static final String INSIDE = "10.0.0.2:5000";
    private static final String EXTERNAL = "203.0.113.1:5000";
    private static final String REMOTE = "198.51.100.1:80";
    private static final NatBehaviour NAT = NatBehaviour.of(Mapping.EIM, Filtering.APDF);

    @Test
    @DisplayName(
            "RFC 5508 REQ-1, REQ-2: an echo's identifier is mapped as a port is, and lasts 60 s to the millisecond")
    void echoGoesOutAndItsReplyComesIn() {
        NatBox nat = nat(NAT.toBuilder().ports(PortAllocation.SEQUENTIAL).build());

        assertThat(nat.outbound(ping("10.0.0.2:7"), 0).toString())
                .contains("203.0.113.1 > 198.51.100.1 echo request id 1024");
        Verdict reply = nat.inbound(pong("203.0.113.1:1024"), 59_999 * MILLI);
        assertThat(((Verdict.Forward) reply).packet()).isEqualTo(pong("10.0.0.2:7"));
        assertThat(nat.mappings(59_999 * MILLI)).isOne();
        assertThat(((Verdict.Drop) nat.inbound(pong("203.0.113.1:1024"), 60_000 * MILLI)).reason())
                .isEqualTo(DropReason.EXPIRED);
    }

    @Test
    @DisplayName("RFC 5508 REQ-1: two hosts that ask with one identifier do not get each other's replies")
    void identifiersAreKeptApart() {
        NatBox nat = nat(NAT);
        nat.outbound(ping("10.0.0.2:2000"), 0);
        nat.outbound(ping("10.0.0.3:2000"), 0);

        assertThat(((Verdict.Forward) nat.inbound(pong("203.0.113.1:2000"), 0))
                        .packet()
                        .destination())
                .isEqualTo(at("10.0.0.2:2000"));
        assertThat(nat.mappings(0)).isEqualTo(2);
    }

    @Test
    @DisplayName("RFC 5508 section 3.1: an echo reply that nobody asked for is dropped")
    void replyWithoutRequestIsDropped() {
        assertThat(nat(NAT).inbound(pong("203.0.113.1:2000"), 0)).isInstanceOf(Verdict.Drop.class);
    }

    @Test
    @DisplayName("RFC 5508 REQ-4: an error from outside is translated, and the packet that it quotes")
    void errorFromOutsideIsTranslated() {
        NatBox nat = nat(NAT);
        Packet sent = ((Verdict.Forward) nat.outbound(udp(INSIDE, REMOTE), 0)).packet();

        Verdict verdict = nat.inbound(Packet.error(ip("192.0.2.9"), IcmpReason.HOPS_EXHAUSTED, sent), 0);

        assertThat(verdict)
                .isEqualTo(new Verdict.Forward(
                        Packet.error(ip("192.0.2.9"), IcmpReason.HOPS_EXHAUSTED, udp(INSIDE, REMOTE)),
                        Side.INSIDE,
                        PassReason.ICMP_ERROR));
    }

    @Test
    @DisplayName("RFC 4787 REQ-13, RFC 5382 REQ-9: 'too big' comes in with its MTU")
    void tooBigComesIn() {
        NatBox nat = nat(NAT);
        Packet sent = ((Verdict.Forward) nat.outbound(udp(INSIDE, REMOTE), 0)).packet();

        Verdict verdict = nat.inbound(Packet.tooBig(ip("192.0.2.9"), 1280, sent), 0);

        assertThat(((Verdict.Forward) verdict).packet())
                .isEqualTo(Packet.tooBig(ip("192.0.2.9"), 1280, udp(INSIDE, REMOTE)));
    }

    @Test
    @DisplayName("RFC 5508 REQ-5: an error from inside leaves from the external address and quotes the external one")
    void errorFromInsideIsTranslated() {
        NatBox nat = nat(NAT);
        nat.outbound(udp(INSIDE, REMOTE), 0);
        nat.inbound(udp(REMOTE, EXTERNAL), 0);

        Verdict verdict =
                nat.outbound(Packet.error(ip("10.0.0.2"), IcmpReason.PORT_UNREACHABLE, udp(REMOTE, INSIDE)), 0);

        assertThat(verdict)
                .isEqualTo(new Verdict.Forward(
                        Packet.error(ip("203.0.113.1"), IcmpReason.PORT_UNREACHABLE, udp(REMOTE, EXTERNAL)),
                        Side.OUTSIDE,
                        PassReason.ICMP_ERROR));
    }

    @Test
    @DisplayName("RFC 5508 REQ-4: an error about a packet that was never sent is dropped")
    void forgedErrorIsDropped() {
        NatBox nat = nat(NAT);
        nat.outbound(udp(INSIDE, REMOTE), 0);
        Packet otherPort = Packet.error(ip("192.0.2.9"), IcmpReason.PORT_UNREACHABLE, udp("203.0.113.1:5001", REMOTE));
        Packet otherPeer =
                Packet.error(ip("192.0.2.9"), IcmpReason.PORT_UNREACHABLE, udp(EXTERNAL, "198.51.100.7:4000"));

        assertThat(((Verdict.Drop) nat.inbound(otherPort, 0)).reason()).isEqualTo(DropReason.NO_MAPPING);
        assertThat(nat.inbound(otherPeer, 0))
                .isEqualTo(new Verdict.Drop(
                        DropReason.FILTERED,
                        "an error of 192.0.2.9 about a packet that was not sent: 203.0.113.1:5000 has not contacted"
                                + " 198.51.100.7:4000"));
    }

    @Test
    @DisplayName("RFC 4787 REQ-12, RFC 5508 REQ-6, RFC 7857: an error neither ends nor prolongs a mapping")
    void errorNeitherEndsNorProlongs() {
        NatBox nat = nat(NAT.toBuilder()
                .idleLifetime(Duration.ofSeconds(30))
                .inboundRefresh(true)
                .build());
        Packet sent = ((Verdict.Forward) nat.outbound(udp(INSIDE, REMOTE), 0)).packet();
        nat.inbound(Packet.error(ip("192.0.2.9"), IcmpReason.PORT_UNREACHABLE, sent), 29_000 * MILLI);
        nat.outbound(Packet.error(ip("10.0.0.2"), IcmpReason.PORT_UNREACHABLE, udp(REMOTE, INSIDE)), 29_000 * MILLI);

        assertThat(nat.mappings(29_999 * MILLI)).isOne();
        assertThat(nat.mappings(30_000 * MILLI)).isZero();
    }

    @Test
    @DisplayName("RFC 5382 REQ-10: nor does it end a TCP connection")
    void errorDoesNotEndAConnection() {
        NatBox nat = nat(NAT);
        Packet syn = Packet.tcp(at(INSIDE), at(REMOTE), Content.Tcp.of(Content.Tcp.SYN, 1, 0));
        Packet sent = ((Verdict.Forward) nat.outbound(syn, 0)).packet();

        assertThat(nat.inbound(Packet.error(ip("192.0.2.9"), IcmpReason.HOST_UNREACHABLE, sent), 0))
                .isInstanceOf(Verdict.Forward.class);
        assertThat(nat.mappings(0)).isOne();
    }

    @Test
    @DisplayName("RFC 4787 REQ-12 violated: the quirk ends the mapping, and the next drop says so")
    void errorEndsTheMappingOfANatThatIsLikeThat() {
        NatBox nat = nat(NAT.toBuilder().icmpEndsMapping(true).build());
        Packet sent = ((Verdict.Forward) nat.outbound(udp(INSIDE, REMOTE), 0)).packet();
        nat.inbound(Packet.error(ip("192.0.2.9"), IcmpReason.PORT_UNREACHABLE, sent), 0);

        assertThat(nat.inbound(udp(REMOTE, EXTERNAL), MILLI).sentence())
                .isEqualTo("expired: mapping :5000 of 10.0.0.2:5000 ended 0.001 s ago, by an ICMP error");
    }

    @Test
    void errorsAreDroppedOrHalfTranslatedByNatsThatAreLikeThat() {
        NatBox drops = nat(NAT.toBuilder().icmpErrors(IcmpErrors.DROPPED).build());
        NatBox half = nat(NAT.toBuilder().icmpErrors(IcmpErrors.QUOTE_UNTOUCHED).build());
        Packet sent = ((Verdict.Forward) drops.outbound(udp(INSIDE, REMOTE), 0)).packet();
        half.outbound(udp(INSIDE, REMOTE), 0);
        Packet error = Packet.error(ip("192.0.2.9"), IcmpReason.PORT_UNREACHABLE, sent);

        assertThat(drops.inbound(error, 0)).isInstanceOf(Verdict.Drop.class);
        assertThat(((Verdict.Forward) half.inbound(error, 0)).packet()).isEqualTo(error.to(at("10.0.0.2:0")));
    }

    @Test
    @DisplayName("RFC 5508 REQ-7: an error about a hairpinned packet is turned around, too")
    void errorIsHairpinned() {
        NatBox nat = nat(NatBehaviour.fullCone().toBuilder()
                .hairpin(Hairpin.EXTERNAL_SOURCE)
                .build());
        nat.outbound(udp("10.0.0.3:6000", REMOTE), 0);
        Packet seen = ((Verdict.Forward) nat.outbound(udp(INSIDE, "203.0.113.1:6000"), 0)).packet();

        Verdict verdict = nat.outbound(Packet.error(ip("10.0.0.3"), IcmpReason.PORT_UNREACHABLE, seen), 0);

        assertThat(verdict)
                .isEqualTo(new Verdict.Forward(
                        Packet.error(ip("203.0.113.1"), IcmpReason.PORT_UNREACHABLE, udp(INSIDE, "203.0.113.1:6000"))
                                .to(at("10.0.0.2:0")),
                        Side.INSIDE,
                        PassReason.ICMP_ERROR));
    }

    private static NatBox nat(NatBehaviour behaviour) {
        return new NatBox(behaviour, ip("203.0.113.1"), new Random(1));
    }

    private static Packet ping(String asking) {
        return Packet.echoRequest(at(asking), ip("198.51.100.1"), 1, ByteBuffer.allocate(8));
    }

    private static Packet pong(String asking) {
        return Packet.echoReply(ip("198.51.100.1"), at(asking), 1, ByteBuffer.allocate(8));
    }
}
