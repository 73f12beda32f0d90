package dev.postern.natsim.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.FilterScope;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.explore.Candidate.Kind;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Placement;
import dev.postern.natsim.server.StunTurnHost;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Agents on a host of IPv6 behind a NAT64 against agents of IPv4: the oracle says of the NAT64 what it says of a NAT that maps and filters
 * like it.
 */
class Nat64CallTest {

    private static final Link LINE = Link.latency(Duration.ofMillis(10));
    private static final IpAddress CLAT = IpAddress.parse("192.0.0.1");

    private final VirtualNet net = new VirtualNet(64, 0);
    private final ModelServer server = server();

    private ModelServer server() {
        Host host = net.host("server", net.internet(), IpAddress.parse("203.0.113.10"), LINE);
        TurnConfig config = TurnConfig.builder()
                .listen("udp://203.0.113.10:3478")
                .relayAddress("203.0.113.10")
                .realm(TopologyNet.REALM)
                .user(TopologyNet.USER, "secret")
                .allowPeers("198.51.100.0/24")
                .build();
        return new ModelServer(
                new StunTurnHost(net, host, 3478, config).address(),
                null,
                TopologyNet.REALM,
                TopologyNet.USER,
                "secret");
    }

    private Host behindNat64(String name, NatBehaviour behaviour, Nat64Prefix prefix, String external) {
        Zone zone = net.zone("inside of " + name);
        net.nat64(name + "'s NAT64", zone, net.internet(), behaviour, prefix, List.of(IpAddress.parse(external)), LINE);
        return net.host(name, zone, IpAddress.parse("2001:db8:64::2"), Link.PERFECT)
                .speakIpv4(CLAT, prefix);
    }

    private Host behindNat(String name, NatBehaviour behaviour, String external) {
        Zone zone = net.zone("inside of " + name);
        net.nat(name + "'s NAT", zone, net.internet(), behaviour, IpAddress.parse(external), LINE);
        return net.host(name, zone, IpAddress.parse("192.168.1.2"), Link.PERFECT);
    }

    private ModelCall call(Host a, Host b, Turn turn) {
        ModelCall call = new ModelCall(net, a, b, server, turn, Timing.ofTrials(0));
        call.start();
        net.runUntil(net.nowNanos() + Duration.ofSeconds(20).toNanos());
        return call;
    }

    static List<NatBehaviour> behaviours() {
        List<NatBehaviour> all = new ArrayList<>();
        for (Mapping mapping : Mapping.values()) {
            for (Filtering filtering : Filtering.values()) {
                all.add(NatBehaviour.builder(mapping + "/" + filtering, mapping, filtering)
                        .filterScope(filtering == Filtering.ADF ? FilterScope.HOST : FilterScope.MAPPING)
                        .ports(mapping == Mapping.EIM ? PortAllocation.PRESERVE : PortAllocation.RANDOM)
                        .build());
            }
        }
        return all;
    }

    static Stream<Arguments> pairs() {
        return behaviours().stream().flatMap(a -> behaviours().stream().map(b -> Arguments.of(a, b)));
    }

    @ParameterizedTest(name = "NAT64 {0} against {1}")
    @MethodSource("pairs")
    void pairEndsAsTheOracleSaysOfANat(NatBehaviour a, NatBehaviour b) {
        Host hostA = behindNat64("A", a, Nat64Prefix.WELL_KNOWN, "198.51.100.1");
        Host hostB = behindNat("B", b, "198.51.100.2");
        for (Turn turn : List.of(Turn.UDP, Turn.NONE)) {
            Placement placement = Placement.pair(a, b).withTurn(turn);
            assertThat(call(hostA, hostB, turn).outcome())
                    .as(turn + ": " + net.why(hostA, hostB).sentence())
                    .isIn(Oracle.allowed(placement));
            net.runUntil(net.nowNanos() + Duration.ofMinutes(10).toNanos()); // until every mapping has ended
        }
    }

    @Test
    void bothBehindNat64sOfTheirOwnMeetInIpv4() {
        NatBehaviour eim = NatBehaviour.of(Mapping.EIM, Filtering.APDF);
        Host a = behindNat64("A", eim, Nat64Prefix.WELL_KNOWN, "198.51.100.1");
        Host b = behindNat64("B", eim, Nat64Prefix.parse("2001:db8:4600::/40"), "198.51.100.2");
        assertThat(call(a, b, Turn.UDP).outcome()).isEqualTo(Oracle.predict(Placement.pair(eim, eim)));
    }

    /** What a STUN server of IPv4 sees is the IPv4 address of the NAT64, which is what peers of IPv4 need to know. */
    @Test
    void serverReflexiveCandidateIsTheOutsideAddressOfTheNat64() {
        Host host = behindNat64("A", NatBehaviour.portRestricted(), Nat64Prefix.WELL_KNOWN, "198.51.100.1");
        ModelAgent agent = new ModelAgent(net, host, server, true, Turn.UDP, 1000, Script.unnoted());
        agent.gather(() -> {});
        net.runUntil(Duration.ofSeconds(2).toNanos());
        assertThat(agent.candidates())
                .extracting(Candidate::kind)
                .containsExactly(Kind.HOST, Kind.SERVER_REFLEXIVE, Kind.RELAYED);
        assertThat(agent.candidates().get(1).address()).isEqualTo(TransportAddress.parse("198.51.100.1:49152"));
        assertThat(agent.candidates().get(2).address().ip()).isEqualTo(IpAddress.parse("203.0.113.10"));
    }
}
