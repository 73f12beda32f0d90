package dev.postern.natsim;

import static dev.postern.natsim.Packets.ip;
import static dev.postern.natsim.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NatBoxTest {

    private static final String EXTERNAL = "203.0.113.1";
    private static final String HOST = "10.0.0.2:5000";
    private static final String REMOTE = "198.51.100.1:80";
    private static final long MILLI = 1_000_000;
    private static final long LIFETIME = 120_000 * MILLI;

    private static final NatBehaviour PORT_RESTRICTED = NatBehaviour.of(Mapping.EIM, Filtering.APDF).toBuilder()
            .idleLifetime(Duration.ofNanos(LIFETIME))
            .build();

    @Test
    void sentenceNamesTheSenderAndTheMapping() {
        NatBox nat = nat(NatBehaviour.of(Mapping.EIM, Filtering.APDF));
        nat.outbound(udp("10.0.0.2:61003", REMOTE), 0);

        assertThat(nat.inbound(udp("198.51.100.7:4000", EXTERNAL + ":61003"), 0))
                .isEqualTo(new Verdict.Drop(
                        DropReason.FILTERED, "APDF: 198.51.100.7:4000 never contacted from mapping :61003"));
    }

    @Test
    void packetToAPortThatNobodyHasIsDropped() {
        assertThat(nat(PORT_RESTRICTED).inbound(udp(REMOTE, EXTERNAL + ":61003"), 0))
                .isEqualTo(new Verdict.Drop(
                        DropReason.NO_MAPPING, "no mapping: nobody inside has :61003, to which 198.51.100.1:80 sent"));
    }

    @Test
    void packetToAnotherAddressIsNotOurs() {
        assertThat(reason(nat(PORT_RESTRICTED).inbound(udp(REMOTE, "203.0.113.2:61003"), 0)))
                .isEqualTo(DropReason.NOT_OURS);
    }

    /** Clocks may start anywhere: near zero, and so high that they overflow within the lifetime. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, Long.MAX_VALUE - LIFETIME / 2, Long.MIN_VALUE, -LIFETIME})
    void mappingEndsAfterItsIdleLifetimeAndNotAMillisecondBefore(long start) {
        NatBox nat = nat(PORT_RESTRICTED);
        nat.outbound(udp(HOST, REMOTE), start);

        assertThat(comesIn(nat, start + LIFETIME - MILLI)).isTrue();
        assertThat(nat.mappings(start + LIFETIME - MILLI)).isOne();
        assertThat(nat.inbound(udp(REMOTE, EXTERNAL + ":5000"), start + LIFETIME))
                .isEqualTo(
                        new Verdict.Drop(
                                DropReason.EXPIRED,
                                "expired: mapping :5000 of 10.0.0.2:5000 ended 0 s ago, after 120 s without an outbound packet"));
        assertThat(nat.inbound(udp(REMOTE, EXTERNAL + ":5000"), start + LIFETIME + MILLI))
                .isEqualTo(
                        new Verdict.Drop(
                                DropReason.EXPIRED,
                                "expired: mapping :5000 of 10.0.0.2:5000 ended 0.001 s ago, after 120 s without an outbound packet"));
        assertThat(nat.mappings(start + LIFETIME + MILLI)).isZero();
    }

    @Test
    void outboundPacketProlongsTheMappingByTheWholeLifetime() {
        NatBox nat = nat(PORT_RESTRICTED);
        nat.outbound(udp(HOST, REMOTE), 0);
        long refreshed = LIFETIME - MILLI;
        nat.outbound(udp(HOST, REMOTE), refreshed);

        assertThat(comesIn(nat, refreshed + LIFETIME - MILLI)).isTrue();
        assertThat(comesIn(nat, refreshed + LIFETIME)).isFalse();
    }

    @Test
    void inboundPacketDoesNotProlongTheMapping() {
        NatBox nat = nat(PORT_RESTRICTED);
        nat.outbound(udp(HOST, REMOTE), 0);

        assertThat(comesIn(nat, LIFETIME - MILLI)).isTrue();
        assertThat(comesIn(nat, LIFETIME)).isFalse();
    }

    @Test
    void inboundPacketProlongsTheMappingWhereTheNatIsLikeThat() {
        NatBox nat = nat(PORT_RESTRICTED.toBuilder().inboundRefresh(true).build());
        nat.outbound(udp(HOST, REMOTE), 0);

        assertThat(comesIn(nat, LIFETIME - MILLI)).isTrue();
        assertThat(comesIn(nat, 2 * LIFETIME - 2 * MILLI)).isTrue();
        assertThat(comesIn(nat, 3 * LIFETIME - 2 * MILLI)).isFalse();
    }

    @Test
    void strangerWhoComesInByInboundRefreshIsNoContact() {
        NatBox nat =
                nat(NatBehaviour.fullCone().toBuilder().inboundRefresh(true).build());
        nat.outbound(udp(HOST, REMOTE), 0);

        assertThat(nat.inbound(udp("198.51.100.9:9", EXTERNAL + ":5000"), 1)).isInstanceOf(Verdict.Forward.class);
        assertThat(nat.table(1).rows()).hasSize(1);
    }

    @Test
    void droppedPacketDoesNotProlongTheMapping() {
        NatBox nat = nat(PORT_RESTRICTED.toBuilder().inboundRefresh(true).build());
        nat.outbound(udp(HOST, REMOTE), 0);
        nat.inbound(udp("198.51.100.9:9", EXTERNAL + ":5000"), LIFETIME - MILLI);

        assertThat(comesIn(nat, LIFETIME)).isFalse();
    }

    @Test
    void contactEndsByItselfWhileTheMappingLivesOn() {
        NatBox nat = nat(PORT_RESTRICTED);
        nat.outbound(udp(HOST, REMOTE), 0);
        nat.outbound(udp(HOST, "198.51.100.2:80"), LIFETIME / 2);

        assertThat(comesIn(nat, LIFETIME - MILLI)).isTrue();
        assertThat(nat.inbound(udp(REMOTE, EXTERNAL + ":5000"), LIFETIME + MILLI))
                .isEqualTo(
                        new Verdict.Drop(
                                DropReason.FILTERED,
                                "APDF: 198.51.100.1:80 last contacted from mapping :5000 120.001 s ago, which counts for 120 s"));
        assertThat(nat.inbound(udp("198.51.100.2:80", EXTERNAL + ":5000"), LIFETIME + MILLI))
                .isInstanceOf(Verdict.Forward.class);
    }

    @Test
    void forgottenContactIsNotCalledNeverContacted() {
        NatBox nat = nat(PORT_RESTRICTED.toBuilder().maxContacts(2).build());
        nat.outbound(udp(HOST, REMOTE), 0);
        nat.outbound(udp(HOST, "198.51.100.2:80"), LIFETIME / 2);
        nat.outbound(udp(HOST, "198.51.100.3:80"), LIFETIME + MILLI);

        assertThat(nat.inbound(udp(REMOTE, EXTERNAL + ":5000"), LIFETIME + MILLI))
                .isEqualTo(new Verdict.Drop(
                        DropReason.FILTERED,
                        "APDF: 198.51.100.1:80 not contacted from mapping :5000 in the time that is remembered"));
    }

    @Test
    void expiredMappingLeavesItsPortToOthers() {
        NatBox nat = nat(PORT_RESTRICTED);
        nat.outbound(udp(HOST, REMOTE), 0);

        assertThat(port(nat.outbound(udp("10.0.0.3:5000", REMOTE), LIFETIME - MILLI)))
                .isNotEqualTo(5000);
        assertThat(port(nat.outbound(udp("10.0.0.4:5000", REMOTE), LIFETIME))).isEqualTo(5000);
    }

    @Test
    void everyMappingOfAnIdleNatIsGoneFromItsTable() {
        NatBox nat = nat(NatBehaviour.symmetric().toBuilder()
                .idleLifetime(Duration.ofNanos(LIFETIME))
                .build());
        IntStream.range(1, 101).forEach(i -> nat.outbound(udp(HOST, "198.51.100.1:" + i), i));

        assertThat(nat.table(LIFETIME).rows()).hasSize(100);
        assertThat(nat.table(LIFETIME + 50).rows()).hasSize(50);
        assertThat(nat.table(LIFETIME + 100).rows()).isEmpty();
    }

    @Test
    void preservedPortIsTheInternalOneAndTheNextFreeOneWhereThatIsTaken() {
        NatBox nat = nat(NatBehaviour.of(Mapping.EIM, Filtering.EIF).toBuilder()
                .portRange(5000, 5002)
                .build());

        assertThat(port(nat.outbound(udp("10.0.0.2:5001", REMOTE), 0))).isEqualTo(5001);
        assertThat(port(nat.outbound(udp("10.0.0.3:5001", REMOTE), 0))).isEqualTo(5000);
        assertThat(port(nat.outbound(udp("10.0.0.4:9", REMOTE), 0))).isEqualTo(5002);
    }

    @Test
    void sequentialPortsWrapAround() {
        NatBox nat = nat(NatBehaviour.of(Mapping.EIM, Filtering.EIF).toBuilder()
                .ports(PortAllocation.SEQUENTIAL)
                .portRange(5000, 5002)
                .idleLifetime(Duration.ofNanos(LIFETIME))
                .build());

        assertThat(IntStream.range(0, 3).mapToObj(i -> port(nat.outbound(udp("10.0.0.2:" + (i + 1), REMOTE), i))))
                .containsExactly(5000, 5001, 5002);
        assertThat(port(nat.outbound(udp("10.0.0.2:9", REMOTE), LIFETIME))).isEqualTo(5000);
    }

    @Test
    void randomPortsDependOnTheSeedAlone() {
        assertThat(randomPorts(7)).isEqualTo(randomPorts(7)).isNotEqualTo(randomPorts(8));
        assertThat(new HashSet<>(randomPorts(7))).hasSize(50);
        assertThat(randomPorts(7)).allMatch(port -> port >= 50_000 && port <= 50_099);
    }

    private static List<Integer> randomPorts(long seed) {
        NatBox nat = new NatBox(
                NatBehaviour.symmetric().toBuilder().portRange(50_000, 50_099).build(), ip(EXTERNAL), new Random(seed));
        return IntStream.range(1, 51)
                .mapToObj(i -> port(nat.outbound(udp(HOST, "198.51.100.1:" + i), 0)))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(PortAllocation.class)
    void newMappingWithoutAFreePortIsRefusedAndOldOnesStay(PortAllocation ports) {
        NatBox nat = nat(NatBehaviour.of(Mapping.EIM, Filtering.EIF).toBuilder()
                .ports(ports)
                .portRange(5000, 5003)
                .build());
        IntStream.range(0, 4).forEach(i -> nat.outbound(udp("10.0.0.2:" + (5000 + i), REMOTE), 0));

        assertThat(nat.outbound(udp("10.0.0.3:5000", REMOTE), 0))
                .isEqualTo(new Verdict.Drop(
                        DropReason.PORTS_EXHAUSTED,
                        "ports exhausted: all of 5000-5003 are in use, none left for 10.0.0.3:5000"));
        assertThat(nat.mappings(0)).isEqualTo(4);
    }

    @Test
    void newMappingAboveTheMostIsRefusedUntilOneEnds() {
        NatBox nat = nat(PORT_RESTRICTED.toBuilder().maxMappings(2).build());
        nat.outbound(udp("10.0.0.2:1111", REMOTE), 0);
        nat.outbound(udp("10.0.0.2:2222", REMOTE), 1);

        assertThat(nat.outbound(udp("10.0.0.2:3333", REMOTE), 2))
                .isEqualTo(new Verdict.Drop(
                        DropReason.MAPPINGS_EXHAUSTED,
                        "mappings exhausted: all 2 are in use, none left for 10.0.0.2:3333"));
        assertThat(nat.outbound(udp("10.0.0.2:1111", REMOTE), 2)).isInstanceOf(Verdict.Forward.class);
        assertThat(nat.outbound(udp("10.0.0.2:3333", REMOTE), LIFETIME + 1)).isInstanceOf(Verdict.Forward.class);
    }

    @Test
    void scanOfTheInternetDoesNotGrowAMappingWithoutBound() {
        NatBox nat = nat(PORT_RESTRICTED);
        List<Verdict> verdicts = IntStream.range(1, 2001)
                .mapToObj(i -> nat.outbound(udp(HOST, "198.51.100.1:" + i), i))
                .toList();

        assertThat(verdicts.subList(0, 256)).allMatch(verdict -> verdict instanceof Verdict.Forward);
        assertThat(verdicts.subList(256, 2000)).allMatch(v -> reason(v) == DropReason.CONTACTS_EXHAUSTED);
        assertThat(nat.table(2001).rows()).hasSize(256);
        assertThat(nat.outbound(udp(HOST, "198.51.100.1:9999"), LIFETIME + 1)).isInstanceOf(Verdict.Forward.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.51.100.1:80", "203.0.113.1:5000"})
    void blockedProtocolPassesInNeitherDirection(String destination) {
        NatBox nat = nat(NatBehaviour.udpBlocked());

        assertThat(nat.outbound(udp(HOST, destination), 0))
                .isEqualTo(new Verdict.Drop(DropReason.BLOCKED, "UDP is blocked: 10.0.0.2:5000 to " + destination));
        assertThat(reason(nat.inbound(udp(REMOTE, EXTERNAL + ":5000"), 0))).isEqualTo(DropReason.BLOCKED);
    }

    @Test
    void openRouterChangesNothing() {
        NatBox router = nat(NatBehaviour.open());

        assertThat(router.outbound(udp("198.51.100.9:5", REMOTE), 0))
                .isEqualTo(new Verdict.Forward(udp("198.51.100.9:5", REMOTE), Side.OUTSIDE, PassReason.STATELESS));
        assertThat(router.inbound(udp(REMOTE, "198.51.100.9:6"), 0))
                .isEqualTo(new Verdict.Forward(udp(REMOTE, "198.51.100.9:6"), Side.INSIDE, PassReason.STATELESS));
        assertThat(router.mappings(0)).isZero();
    }

    @Test
    void statefulFirewallKeepsAddressesAndRefusesStrangers() {
        NatBox firewall = nat(NatBehaviour.statefulFirewall());

        assertThat(firewall.outbound(udp("198.51.100.9:5", REMOTE), 0))
                .isEqualTo(new Verdict.Forward(udp("198.51.100.9:5", REMOTE), Side.OUTSIDE, PassReason.NEW_MAPPING));
        assertThat(firewall.inbound(udp(REMOTE, "198.51.100.9:5"), 0)).isInstanceOf(Verdict.Forward.class);
        assertThat(firewall.inbound(udp("198.51.100.7:4000", "198.51.100.9:5"), 0))
                .isEqualTo(new Verdict.Drop(
                        DropReason.FILTERED, "APDF: 198.51.100.7:4000 never contacted from 198.51.100.9:5"));
        assertThat(reason(firewall.inbound(udp(REMOTE, "198.51.100.8:5"), 0))).isEqualTo(DropReason.FILTERED);
    }

    @Test
    void filterPerMappingAndFilterPerHostDifferWhereAnotherPortMadeTheContact() {
        NatBox perMapping = nat(NatBehaviour.of(Mapping.EIM, Filtering.APDF));
        NatBox perHost = nat(NatBehaviour.portRestricted());
        for (NatBox nat : List.of(perMapping, perHost)) {
            nat.outbound(udp("10.0.0.2:5000", "198.51.100.1:80"), 0);
            nat.outbound(udp("10.0.0.2:6000", "198.51.100.2:80"), 0);
            nat.outbound(udp("10.0.0.3:7000", "198.51.100.3:80"), 0);
        }

        assertThat(reason(perMapping.inbound(udp("198.51.100.2:80", EXTERNAL + ":5000"), 0)))
                .isEqualTo(DropReason.FILTERED);
        assertThat(perHost.inbound(udp("198.51.100.2:80", EXTERNAL + ":5000"), 0))
                .isInstanceOf(Verdict.Forward.class);
        assertThat(reason(perHost.inbound(udp("198.51.100.3:80", EXTERNAL + ":5000"), 0)))
                .isEqualTo(DropReason.FILTERED);
    }

    @Test
    void udpAndTcpDoNotShareAMapping() {
        NatBox nat = nat(PORT_RESTRICTED);
        nat.outbound(udp(HOST, REMOTE), 0);
        Packet tcp =
                Packet.tcp(Packets.at(REMOTE), Packets.at(EXTERNAL + ":5000"), Content.Tcp.of(Content.Tcp.SYN, 1, 0));

        assertThat(reason(nat.inbound(tcp, 0))).isEqualTo(DropReason.NO_MAPPING);
    }

    @Test
    void behaviourOutOfRangeIsRefusedInOneSentence() {
        NatBehaviourBuilder builder = NatBehaviour.fullCone().toBuilder();
        assertThatThrownBy(() -> builder.portRange(5000, 4999).build())
                .hasMessage("ports 5000-4999: the range must lie within 1-65535");
        assertThatThrownBy(() ->
                        builder.portRange(1, 2).idleLifetime(Duration.ZERO).build())
                .hasMessage("idleLifetime PT0S must be above zero and at most a year");
        assertThatThrownBy(() -> builder.idleLifetime(Duration.ofSeconds(1))
                        .maxContacts(0)
                        .build())
                .hasMessage("maxMappings 4096 and maxContacts 0 must each be at least 1");
        assertThat(NatBehaviour.udpBlocked().blocked()).isEqualTo(Set.of(IpProtocol.UDP));
    }

    private static NatBox nat(NatBehaviour behaviour) {
        return new NatBox(behaviour, ip(EXTERNAL), new Random(1));
    }

    private static boolean comesIn(NatBox nat, long nowNanos) {
        return nat.inbound(udp(REMOTE, EXTERNAL + ":5000"), nowNanos) instanceof Verdict.Forward;
    }

    private static DropReason reason(Verdict verdict) {
        return ((Verdict.Drop) verdict).reason();
    }

    private static int port(Verdict verdict) {
        return ((Verdict.Forward) verdict).packet().source().port();
    }
}
