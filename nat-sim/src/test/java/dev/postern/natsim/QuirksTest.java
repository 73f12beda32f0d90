package dev.postern.natsim;

import static dev.postern.natsim.Packets.at;
import static dev.postern.natsim.Packets.ip;
import static dev.postern.natsim.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What some NATs do and none should, and what passes at all. */
class QuirksTest {

    private static final long MILLI = 1_000_000;
    private static final String INSIDE = "10.0.0.2:5000";
    private static final String EXTERNAL = "203.0.113.1:5000";
    private static final String SERVER = "198.51.100.1:3478";
    private static final String PEER = "198.51.100.7:4000";
    private static final NatBehaviour NAT = NatBehaviour.of(Mapping.EIM, Filtering.APDF);

    @Test
    @DisplayName("Linux with open INPUT: a peer's early packet makes it symmetric towards that peer, and only that one")
    void earlyPacketOfThePeerMakesItSymmetricTowardsHim() {
        NatBox nat = nat(NatBehaviour.linuxOpenInput());
        assertThat(source(nat, SERVER, 0)).isEqualTo(EXTERNAL);

        assertThat(nat.inbound(udp(PEER, EXTERNAL), 0).sentence())
                .isEqualTo("APDF: 198.51.100.7:4000 never contacted from mapping :5000; the NAT took it in itself and"
                        + " keeps :5000 towards its sender");
        assertThat(source(nat, PEER, 1)).isNotEqualTo(EXTERNAL);
        assertThat(nat.inbound(udp(PEER, EXTERNAL), 2)).isInstanceOf(Verdict.Drop.class);
        assertThat(source(nat, "198.51.100.7:4001", 3)).isEqualTo(EXTERNAL);
        assertThat(source(nat, SERVER, 4)).isEqualTo(EXTERNAL);
    }

    @Test
    void whatTheOpenInputTookEndsAfterTheIdleTimeToTheMillisecond() {
        for (long offset : List.of(-MILLI, 0L, MILLI)) {
            NatBox nat = nat(NatBehaviour.linuxOpenInput());
            nat.inbound(udp(PEER, EXTERNAL), 0);

            assertThat(source(nat, PEER, 30_000 * MILLI + offset).equals(EXTERNAL))
                    .isEqualTo(offset >= 0);
        }
    }

    @Test
    void earlyPacketDoesNothingToLinuxThatDropsIt() {
        NatBox nat = nat(NatBehaviour.linux());
        source(nat, SERVER, 0);
        nat.inbound(udp(PEER, EXTERNAL), 0);

        assertThat(source(nat, PEER, 1)).isEqualTo(EXTERNAL);
        assertThat(nat.inbound(udp(PEER, EXTERNAL), 2)).isInstanceOf(Verdict.Forward.class);
    }

    @Test
    void whoSendsUninvitedIsBlacklistedEvenIfHeIsContactedThen() {
        NatBox nat = nat(NAT.toBuilder().blacklist(Duration.ofSeconds(90)).build());
        source(nat, SERVER, 0);
        assertThat(nat.inbound(udp(PEER, EXTERNAL), 0).sentence())
                .isEqualTo(
                        "APDF: 198.51.100.7:4000 never contacted from mapping :5000; its sender is blacklisted for it");
        source(nat, PEER, 1);

        assertThat(nat.inbound(udp(PEER, EXTERNAL), 89_999 * MILLI))
                .isEqualTo(new Verdict.Drop(
                        DropReason.BLACKLISTED,
                        "blacklisted: 198.51.100.7:4000 sent to :5000 uninvited 89.999 s ago, which counts for 90 s"));
        assertThat(nat.inbound(udp(PEER, EXTERNAL), 90_000 * MILLI)).isInstanceOf(Verdict.Forward.class);
        assertThat(nat.inbound(udp(SERVER, EXTERNAL), 1)).isInstanceOf(Verdict.Forward.class);
    }

    @Test
    void millionStrangersAreRememberedInBoundedSpace() {
        NatBox nat = nat(NAT.toBuilder().blacklist(Duration.ofSeconds(90)).build());
        source(nat, SERVER, 0);
        for (int i = 1; i <= 10_000; i++) {
            nat.inbound(udp("198.51.100.7:" + i, EXTERNAL), i);
        }

        assertThat(((Verdict.Drop) nat.inbound(udp("198.51.100.7:10000", EXTERNAL), 10_001)).reason())
                .isEqualTo(DropReason.BLACKLISTED);
        assertThat(((Verdict.Drop) nat.inbound(udp("198.51.100.7:1", EXTERNAL), 10_001)).reason())
                .isEqualTo(DropReason.FILTERED);
    }

    @Test
    @DisplayName("RFC 8489 section 14.2: an ALG turns its own address in STUN's MAPPED-ADDRESS into the inside one")
    void algRewritesBinaryAddresses() {
        NatBox nat = nat(alg(new Alg(true, false, Set.of())));
        nat.outbound(udp(INSIDE, SERVER), 0);
        // MAPPED-ADDRESS 203.0.113.1:5000, then XOR-MAPPED-ADDRESS of the same
        String sent = "000100080001 1388 cb007101 002000080001 329a ea12d543".replace(" ", "");

        assertThat(payload(nat.inbound(packet(SERVER, EXTERNAL, sent), 1)))
                .isEqualTo("000100080001 1388 0a000002 002000080001 329a ea12d543".replace(" ", ""));
    }

    @Test
    void algRewritesTextInBothDirectionsAndOnItsPortsAlone() {
        NatBox nat = nat(alg(new Alg(false, true, Set.of(5060))));
        String inside = hex("o=- 1 1 IN IP4 10.0.0.2");
        String outside = hex("o=- 1 1 IN IP4 203.0.113.1");

        assertThat(payload(nat.outbound(packet(INSIDE, "198.51.100.1:5060", inside), 0)))
                .isEqualTo(outside);
        assertThat(payload(nat.inbound(packet("198.51.100.1:5060", EXTERNAL, outside), 0)))
                .isEqualTo(inside);
        assertThat(payload(nat.outbound(packet(INSIDE, SERVER, inside), 0))).isEqualTo(inside);
    }

    private static NatBehaviour alg(Alg alg) {
        return NAT.toBuilder().alg(alg).build();
    }

    @Test
    @DisplayName("RFC 4787 REQ-14: fragments pass in any order, or in order, or not at all")
    void fragmentsPassAsConfigured() {
        for (Fragments rule : Fragments.values()) {
            NatBox nat = nat(NAT.toBuilder().fragments(rule).build());
            boolean lastFirst = nat.outbound(fragment(8, false), 0) instanceof Verdict.Forward;
            boolean first = nat.outbound(fragment(0, true), 0) instanceof Verdict.Forward;
            boolean lastThen = nat.outbound(fragment(8, false), 0) instanceof Verdict.Forward;

            assertThat(List.of(lastFirst, first, lastThen))
                    .isEqualTo(
                            switch (rule) {
                                case ANY_ORDER -> List.of(true, true, true);
                                case IN_ORDER -> List.of(false, true, true);
                                case DROPPED -> List.of(false, false, false);
                            });
        }
    }

    @Test
    void rebootForgetsWhichFragmentsHadBegun() {
        NatBox nat = nat(NAT.toBuilder().fragments(Fragments.IN_ORDER).build());
        nat.outbound(fragment(0, true), 0);
        nat.clear();

        assertThat(((Verdict.Drop) nat.outbound(fragment(8, false), 0)).reason())
                .isEqualTo(DropReason.FRAGMENT);
    }

    private static Packet fragment(int offset, boolean more) {
        return udp(INSIDE, SERVER).with(IpFields.PLAIN.withFragment(new IpFields.Fragment(1, offset, 8, more)));
    }

    @Test
    void dscpAndEcnAreKeptUnlessTheNatClearsTheFirst() {
        Packet marked = udp(INSIDE, SERVER).with(IpFields.PLAIN.withDscpAndEcn(46, 1));
        NatBox clears = nat(NAT.toBuilder().clearsDscp(true).build());

        assertThat(((Verdict.Forward) nat(NAT).outbound(marked, 0)).packet().ip())
                .isEqualTo(marked.ip());
        assertThat(((Verdict.Forward) clears.outbound(marked, 0)).packet().ip())
                .isEqualTo(IpFields.PLAIN.withDscpAndEcn(0, 1));
    }

    @Test
    void onlyTcp443PassesThroughThatFirewall() {
        NatBox nat = nat(NatBehaviour.onlyTcp443());
        Content.Tcp syn = Content.Tcp.of(Content.Tcp.SYN, 1, 0);

        assertThat(nat.outbound(Packet.tcp(at(INSIDE), at("198.51.100.1:443"), syn), 0))
                .isInstanceOf(Verdict.Forward.class);
        assertThat(nat.outbound(Packet.tcp(at(INSIDE), at("198.51.100.1:3478"), syn), 0)
                        .sentence())
                .isEqualTo("TCP to other ports than [443] is blocked: 10.0.0.2:5000 to 198.51.100.1:3478");
        assertThat(nat.outbound(udp(INSIDE, "198.51.100.1:443"), 0).sentence())
                .isEqualTo("UDP is blocked: 10.0.0.2:5000 to 198.51.100.1:443");
    }

    @Test
    void udpPassesOnTheAllowedPortsAlone() {
        NatBox nat = nat(NAT.toBuilder().udpPorts(Set.of(53)).build());

        assertThat(nat.outbound(udp(INSIDE, "198.51.100.1:53"), 0)).isInstanceOf(Verdict.Forward.class);
        assertThat(nat.inbound(udp("198.51.100.1:53", EXTERNAL), 0)).isInstanceOf(Verdict.Forward.class);
        assertThat(((Verdict.Drop) nat.outbound(udp(INSIDE, SERVER), 0)).reason())
                .isEqualTo(DropReason.BLOCKED);
    }

    @Test
    void rebootForgetsEverythingAndANewAddressTakesOver() {
        NatBox nat = nat(NAT);
        nat.outbound(udp(INSIDE, SERVER), 0);
        nat.clear();

        assertThat(nat.mappings(0)).isZero();
        assertThat(((Verdict.Drop) nat.inbound(udp(SERVER, EXTERNAL), 0)).reason())
                .isEqualTo(DropReason.NO_MAPPING);

        nat.outbound(udp(INSIDE, SERVER), 0);
        nat.readdress(List.of(ip("203.0.113.9")));

        assertThat(nat.externals()).containsExactly(ip("203.0.113.9"));
        assertThat(((Verdict.Drop) nat.inbound(udp(SERVER, EXTERNAL), 0)).reason())
                .isEqualTo(DropReason.NOT_OURS);
        assertThat(source(nat, SERVER, 0)).isEqualTo("203.0.113.9:5000");
    }

    private static NatBox nat(NatBehaviour behaviour) {
        return new NatBox(behaviour, ip("203.0.113.1"), new Random(1));
    }

    private static String source(NatBox nat, String to, long nowNanos) {
        return ((Verdict.Forward) nat.outbound(udp(INSIDE, to), nowNanos))
                .packet()
                .source()
                .toString();
    }

    private static Packet packet(String from, String to, String hexPayload) {
        return Packet.udp(at(from), at(to), ByteBuffer.wrap(HexFormat.of().parseHex(hexPayload)));
    }

    private static String payload(Verdict verdict) {
        ByteBuffer payload = ((Verdict.Forward) verdict).packet().payload();
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }
}
