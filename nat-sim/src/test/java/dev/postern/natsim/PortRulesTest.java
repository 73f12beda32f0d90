package dev.postern.natsim;

import static dev.postern.natsim.Packets.at;
import static dev.postern.natsim.Packets.ip;
import static dev.postern.natsim.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which external address and port a new mapping gets. */
class PortRulesTest {

    private static final String REMOTE = "198.51.100.1:80";
    private static final long SECOND = 1_000_000_000L;

    /** One rule, what inside ports of 10.0.0.2 are opened one after the other, and which external ports they get. */
    private record Case(String name, NatBehaviourBuilder rule, List<Integer> inside, List<Integer> outside) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> rules() {
        return Stream.of(
                new Case(
                        "preserved where free (RFC 4787 section 4.2.1)",
                        rule().ports(PortAllocation.PRESERVE).portRange(1024, 65535),
                        List.of(5000, 6001, 9),
                        List.of(5000, 6001, 1024)),
                new Case(
                        "sequential",
                        rule().ports(PortAllocation.SEQUENTIAL).portRange(5000, 5003),
                        List.of(1, 2, 3),
                        List.of(5000, 5001, 5002)),
                new Case(
                        "every second",
                        rule().ports(PortAllocation.SEQUENTIAL).portStep(2).portRange(5000, 5009),
                        List.of(1, 2, 3),
                        List.of(5000, 5002, 5004)),
                new Case(
                        "downwards by three",
                        rule().ports(PortAllocation.SEQUENTIAL).portStep(-3).portRange(5000, 5009),
                        List.of(1, 2, 3),
                        List.of(5009, 5006, 5003)),
                new Case(
                        "a step that leaves ports out uses them at last",
                        rule().ports(PortAllocation.SEQUENTIAL).portStep(2).portRange(5000, 5003),
                        List.of(1, 2, 3, 4),
                        List.of(5000, 5002, 5001, 5003)),
                new Case(
                        "parity (RFC 4787 REQ-4)",
                        rule().ports(PortAllocation.SEQUENTIAL).portParity(true).portRange(5000, 5009),
                        List.of(11, 13, 20, 22),
                        List.of(5001, 5003, 5004, 5006)),
                new Case(
                        "parity gives way when no such port is left",
                        rule().ports(PortAllocation.SEQUENTIAL).portParity(true).portRange(5000, 5002),
                        List.of(20, 22, 24),
                        List.of(5000, 5002, 5001)),
                new Case(
                        "contiguity (RFC 4787 section 4.2.3)",
                        rule().ports(PortAllocation.SEQUENTIAL)
                                .portStep(3)
                                .portContiguity(true)
                                .portRange(5000, 5099),
                        List.of(20, 21, 30, 31),
                        List.of(5000, 5001, 5003, 5004)),
                new Case(
                        "range kept (RFC 4787 REQ-3 a)",
                        rule().ports(PortAllocation.SEQUENTIAL)
                                .portKeepRange(true)
                                .portRange(1020, 1030),
                        List.of(500, 5000, 501),
                        List.of(1020, 1024, 1021)),
                new Case(
                        "blocks of a host (RFC 6888 section 4)",
                        rule().ports(PortAllocation.SEQUENTIAL)
                                .portBlocks(PortBlocks.DYNAMIC, 2, 2)
                                .portRange(5000, 5007),
                        List.of(1, 2, 3, 4),
                        List.of(5000, 5001, 5002, 5003)),
                new Case(
                        "block from the inside address (RFC 7422)",
                        rule().ports(PortAllocation.SEQUENTIAL)
                                .portBlocks(PortBlocks.DETERMINISTIC, 10, 1)
                                .portRange(5000, 5099),
                        List.of(1, 2),
                        List.of(5020, 5021)));
    }

    private static NatBehaviourBuilder rule() {
        return NatBehaviour.builder("rule", Mapping.EIM, Filtering.APDF);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void rulesGiveThesePorts(Case expected) {
        NatBox nat = nat(expected.rule().build());

        assertThat(expected.inside().stream().map(port -> port(nat, "10.0.0.2:" + port, REMOTE, 0)))
                .isEqualTo(expected.outside());
    }

    @Test
    @DisplayName("RFC 4787 REQ-3: two inside hosts with one port get different external ones")
    void twoHostsWithOnePortGetDifferentOnes() {
        NatBox nat = nat(rule().build());

        assertThat(port(nat, "10.0.0.2:5000", REMOTE, 0)).isEqualTo(5000);
        assertThat(port(nat, "10.0.0.3:5000", REMOTE, 0)).isNotEqualTo(5000);
    }

    @Test
    @DisplayName("RFC 4787 REQ-3 violated: with overloading both get the same, and the contact decides who hears")
    void overloadingGivesBothTheSame() {
        NatBox nat = nat(rule().portSharing(PortSharing.ALWAYS).build());
        nat.outbound(udp("10.0.0.2:5000", "198.51.100.1:80"), 0);
        nat.outbound(udp("10.0.0.3:5000", "198.51.100.2:80"), 0);

        assertThat(hears(nat, "198.51.100.1:80", "203.0.113.1:5000")).isEqualTo("10.0.0.2:5000");
        assertThat(hears(nat, "198.51.100.2:80", "203.0.113.1:5000")).isEqualTo("10.0.0.3:5000");
        assertThat(hears(nat, "198.51.100.3:80", "203.0.113.1:5000")).isEqualTo("nobody");
    }

    @Test
    @DisplayName("Linux: a port is shared between hosts towards different destinations, and not towards the same")
    void linuxSharesPortsBetweenDestinations() {
        NatBox nat = nat(NatBehaviour.linux());

        assertThat(port(nat, "10.0.0.2:5000", "198.51.100.1:80", 0)).isEqualTo(5000);
        assertThat(port(nat, "10.0.0.3:5000", "198.51.100.2:80", 0)).isEqualTo(5000);
        assertThat(port(nat, "10.0.0.3:5000", "198.51.100.1:80", 0)).isNotEqualTo(5000);
        assertThat(hears(nat, "198.51.100.1:80", "203.0.113.1:5000")).isEqualTo("10.0.0.2:5000");
        assertThat(hears(nat, "198.51.100.2:80", "203.0.113.1:5000")).isEqualTo("10.0.0.3:5000");
    }

    @Test
    @DisplayName("RFC 6888 section 4: a host has no more than its blocks, and others are not given ports of them")
    void hostHasNoMoreThanItsBlocks() {
        NatBox nat = nat(rule().ports(PortAllocation.SEQUENTIAL)
                .portBlocks(PortBlocks.DYNAMIC, 2, 1)
                .portRange(5000, 5003)
                .build());
        List<Integer> ports = new ArrayList<>();
        for (String host : List.of("10.0.0.2:1", "10.0.0.3:1", "10.0.0.2:2", "10.0.0.3:2")) {
            ports.add(port(nat, host, REMOTE, 0));
        }

        assertThat(ports).containsExactly(5000, 5002, 5001, 5003);
        assertThat(nat.outbound(udp("10.0.0.2:3", REMOTE), 0).sentence())
                .isEqualTo("ports exhausted: all of the 2-port blocks that its host may have are in use, none left for"
                        + " 10.0.0.2:3");
        assertThat(nat.outbound(udp("10.0.0.4:1", REMOTE), 0)).isInstanceOf(Verdict.Drop.class);
        assertThat(port(nat, "10.0.0.4:1", REMOTE, 300 * SECOND)).isEqualTo(5000);
    }

    @Test
    @DisplayName("RFC 6888 REQ-8: a port is not given again until its hold-down is over, to the millisecond")
    void portIsHeldDown() {
        NatBox nat = nat(rule().portRange(5000, 5000)
                .idleLifetime(Duration.ofSeconds(30))
                .holdDown(Duration.ofSeconds(120))
                .build());
        nat.outbound(udp("10.0.0.2:5000", REMOTE), 0);

        assertThat(nat.outbound(udp("10.0.0.2:5000", REMOTE), 30 * SECOND)).isInstanceOf(Verdict.Drop.class);
        assertThat(nat.outbound(udp("10.0.0.2:5000", REMOTE), 150 * SECOND - 1_000_000))
                .isInstanceOf(Verdict.Drop.class);
        assertThat(port(nat, "10.0.0.2:5000", REMOTE, 150 * SECOND)).isEqualTo(5000);
    }

    @Test
    @DisplayName("RFC 6888 REQ-4: a host has no more mappings than it may, and others still have theirs")
    void hostHasNoMoreMappingsThanItMay() {
        NatBox nat = nat(rule().maxMappingsPerHost(2).build());
        nat.outbound(udp("10.0.0.2:1111", REMOTE), 0);
        nat.outbound(udp("10.0.0.2:2222", REMOTE), 0);

        assertThat(nat.outbound(udp("10.0.0.2:3333", REMOTE), 0))
                .isEqualTo(new Verdict.Drop(
                        DropReason.MAPPINGS_EXHAUSTED,
                        "mappings exhausted: 10.0.0.2 has its 2 already, none left for :3333"));
        assertThat(port(nat, "10.0.0.3:3333", REMOTE, 0)).isEqualTo(3333);
    }

    @Test
    void natThatEvictsEndsTheMappingNearestToItsEnd() {
        NatBox nat =
                nat(rule().maxMappings(2).exhaustion(Exhaustion.EVICT_OLDEST).build());
        nat.outbound(udp("10.0.0.2:1111", REMOTE), 0);
        nat.outbound(udp("10.0.0.2:2222", REMOTE), 1);
        nat.outbound(udp("10.0.0.2:1111", REMOTE), 2);
        nat.outbound(udp("10.0.0.2:3333", REMOTE), 3);

        assertThat(nat.mappings(3)).isEqualTo(2);
        assertThat(hears(nat, REMOTE, "203.0.113.1:1111")).isEqualTo("10.0.0.2:1111");
        assertThat(nat.inbound(udp(REMOTE, "203.0.113.1:2222"), 3 * SECOND).sentence())
                .startsWith(
                        "expired: mapping :2222 of 10.0.0.2:2222 ended 2.999999997 s ago, to make room for another");
    }

    @Test
    @DisplayName("RFC 4787 REQ-2, RFC 6888 REQ-2: paired pooling gives a host one address, arbitrary gives it several")
    void poolingDecidesHowManyAddressesAHostHas() {
        assertThat(addressesOf(Pooling.PAIRED)).hasSize(1);
        assertThat(addressesOf(Pooling.ARBITRARY)).hasSize(3);
    }

    private static Set<String> addressesOf(Pooling pooling) {
        NatBox nat = new NatBox(
                rule().pooling(pooling).build(),
                List.of(ip("203.0.113.1"), ip("203.0.113.2"), ip("203.0.113.3")),
                new Random(1));
        Set<String> addresses = new HashSet<>();
        IntStream.range(0, 30)
                .forEach(i -> addresses.add(((Verdict.Forward) nat.outbound(udp("10.0.0.2:" + (2000 + i), REMOTE), 0))
                        .packet()
                        .source()
                        .ip()
                        .toString()));
        return addresses;
    }

    @Test
    @DisplayName("RFC 4787 REQ-11 violated: under load the NAT that was EIM maps new sockets per destination")
    void natUnderLoadMapsInAnotherWay() {
        NatBox nat = nat(rule().ports(PortAllocation.RANDOM)
                .instability(new Instability(Instability.Trigger.LOAD, Mapping.APDM, 2))
                .build());
        int before = port(nat, "10.0.0.2:1", "198.51.100.1:80", 0);
        port(nat, "10.0.0.2:2", "198.51.100.1:80", 0);

        assertThat(port(nat, "10.0.0.2:1", "198.51.100.2:80", 0)).isEqualTo(before);
        assertThat(port(nat, "10.0.0.2:3", "198.51.100.1:80", 0))
                .isNotEqualTo(port(nat, "10.0.0.2:3", "198.51.100.2:80", 0));
    }

    @Test
    @DisplayName("RFC 4787 REQ-11 violated: a socket whose port is taken is mapped per destination")
    void natMapsInAnotherWayAfterAConflict() {
        NatBox nat = nat(rule().instability(new Instability(Instability.Trigger.CONFLICT, Mapping.APDM, 1))
                .build());
        port(nat, "10.0.0.2:5000", REMOTE, 0);

        assertThat(port(nat, "10.0.0.2:5000", "198.51.100.2:80", 0)).isEqualTo(5000);
        assertThat(port(nat, "10.0.0.3:5000", "198.51.100.1:80", 0))
                .isNotEqualTo(port(nat, "10.0.0.3:5000", "198.51.100.2:80", 0));
    }

    @Test
    void contradictingRulesAreRefusedInOneSentence() {
        assertThatThrownBy(
                        () -> rule().portSharing(PortSharing.OTHER_DESTINATIONS).build())
                .hasMessage("rule: ports are shared between destinations only with mapping APDM");
        assertThatThrownBy(() -> rule().openInput(true).build())
                .hasMessage("rule: an open input takes ports of one destination, so they must be shared between"
                        + " destinations");
        assertThatThrownBy(() -> rule().portBlocks(PortBlocks.DYNAMIC, 8, 1)
                        .pooling(Pooling.ARBITRARY)
                        .build())
                .hasMessage("rule: blocks of ports belong to one address, so pooling must be paired");
        assertThatThrownBy(() -> rule().portStep(0).build()).hasMessage("step 0 gives the same port for ever");
    }

    private static NatBox nat(NatBehaviour behaviour) {
        return new NatBox(behaviour, ip("203.0.113.1"), new Random(1));
    }

    private static int port(NatBox nat, String from, String to, long nowNanos) {
        return ((Verdict.Forward) nat.outbound(udp(from, to), nowNanos))
                .packet()
                .source()
                .port();
    }

    private static String hears(NatBox nat, String from, String to) {
        return nat.inbound(udp(from, to), 3) instanceof Verdict.Forward forward
                ? forward.packet().destination().toString()
                : "nobody";
    }

    @Test
    void ipv4AndIpv6EachHaveTheirAddress() {
        NatBox nat = new NatBox(rule().build(), List.of(ip("203.0.113.1"), ip("2001:db8:f::1")), new Random(1));

        assertThat(nat.outbound(udp("[fd00::2]:5000", "[2001:db8::1]:80"), 0))
                .isEqualTo(new Verdict.Forward(
                        Packet.udp(at("[2001:db8:f::1]:5000"), at("[2001:db8::1]:80"), ByteBuffer.allocate(32)),
                        Side.OUTSIDE,
                        PassReason.NEW_MAPPING));
        assertThat(port(nat, "10.0.0.2:5000", REMOTE, 0)).isEqualTo(5000);
    }
}
