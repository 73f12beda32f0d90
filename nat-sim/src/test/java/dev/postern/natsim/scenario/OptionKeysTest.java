package dev.postern.natsim.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.natsim.Alg;
import dev.postern.natsim.Exhaustion;
import dev.postern.natsim.FilterScope;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Fragments;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.IcmpErrors;
import dev.postern.natsim.Instability;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBehaviourBuilder;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.PortBlocks;
import dev.postern.natsim.PortControl;
import dev.postern.natsim.PortSharing;
import dev.postern.natsim.UnsolicitedSyn;
import dev.postern.natsim.UpnpIgd;
import dev.postern.natsim.fabric.Bursts;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.LinkConditions;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every option of a NAT and of a link has a key, and each key reaches its option. */
class OptionKeysTest {

    @Test
    void natCanBeWrittenOutFromAnyOther() throws ScenarioException {
        Scenario scenario = ScenarioFile.parse("f", """
                title: t
                networks:
                  home:
                    address: 198.51.100.1
                    nat: {like: full-cone, mapping: apdm, filtering: ADF, ports: sequential, idle-lifetime: 30s}
                """);

        NatBehaviour nat = scenario.networks().get(0).nat().behaviour();
        assertThat(nat.mapping()).isEqualTo(Mapping.APDM);
        assertThat(nat.filtering()).isEqualTo(Filtering.ADF);
        assertThat(nat.ports().allocation()).isEqualTo(PortAllocation.SEQUENTIAL);
        assertThat(nat.lifetimes().udp()).isEqualTo(Duration.ofSeconds(30));
        assertThat(nat.filterScope()).isEqualTo(NatBehaviour.fullCone().filterScope());
    }

    @Test
    void everyKeyOfANatIsRead() throws ScenarioException {
        Scenario scenario = ScenarioFile.parse("f", """
                title: t
                networks:
                  home:
                    address: 198.51.100.1
                    nat:
                      like: linux
                      rewrites: addresses-and-ports
                      mapping: ADM
                      filtering: EIF
                      filter-scope: host
                      pooling: paired
                      ports: preserve
                      port-fallback: sequential
                      port-range: 2000-2999
                      port-step: -2
                      port-parity: true
                      port-contiguity: true
                      port-keep-range: true
                      port-sharing: always
                      hold-down: 1s
                      idle-lifetime: 2s
                      stream-lifetime: 3s
                      filter-lifetime: 4s
                      tcp-attempt: 5s
                      tcp-established: 6s
                      tcp-transitory: 7s
                      icmp-query: 8s
                      outbound-refresh: false
                      inbound-refresh: false
                      hairpin: internal-source
                      hairpin-filtered: false
                      max-mappings: 9
                      max-mappings-per-host: 10
                      max-contacts: 11
                      exhaustion: evict-oldest
                      blocked: [tcp, icmp]
                      udp-ports: [53, 3478]
                      tcp-ports: 443
                      unsolicited-syn: icmp-after-wait
                      syn-wait: 12s
                      tcp-pick-up: false
                      icmp-errors: quote-untouched
                      fragments: in-order
                      open-input: false
                      blacklist: 13s
                      icmp-ends-mapping: true
                      icmp-prolongs-mapping: true
                      clears-dscp: true
                      port-blocks: dynamic
                      block-size: 14
                      blocks-per-host: 15
                      alg: both
                      alg-ports: 5060
                      unstable: load
                      unstable-mapping: APDM
                      unstable-load: 16
                      port-control: pcp
                      port-control-longest: 17s
                """);

        assertThat(scenario.networks().get(0).nat().behaviour())
                .isEqualTo(NatBehaviour.builder("Linux", Mapping.ADM, Filtering.EIF)
                        .filterScope(FilterScope.HOST)
                        .portRange(2000, 2999)
                        .portStep(-2)
                        .portParity(true)
                        .portContiguity(true)
                        .portKeepRange(true)
                        .portSharing(PortSharing.ALWAYS)
                        .holdDown(Duration.ofSeconds(1))
                        .idleLifetime(Duration.ofSeconds(2))
                        .streamLifetime(Duration.ofSeconds(3))
                        .filterLifetime(Duration.ofSeconds(4))
                        .tcpAttempt(Duration.ofSeconds(5))
                        .tcpEstablished(Duration.ofSeconds(6))
                        .tcpTransitory(Duration.ofSeconds(7))
                        .icmpQuery(Duration.ofSeconds(8))
                        .outboundRefresh(false)
                        .hairpin(Hairpin.INTERNAL_SOURCE)
                        .hairpinFiltered(false)
                        .maxMappings(9)
                        .maxMappingsPerHost(10)
                        .maxContacts(11)
                        .exhaustion(Exhaustion.EVICT_OLDEST)
                        .blocked(Set.of(IpProtocol.TCP, IpProtocol.ICMP))
                        .udpPorts(Set.of(53, 3478))
                        .tcpPorts(Set.of(443))
                        .unsolicitedSyn(UnsolicitedSyn.ICMP_AFTER_WAIT)
                        .synWait(Duration.ofSeconds(12))
                        .icmpErrors(IcmpErrors.QUOTE_UNTOUCHED)
                        .fragments(Fragments.IN_ORDER)
                        .blacklist(Duration.ofSeconds(13))
                        .icmpEndsMapping(true)
                        .icmpProlongsMapping(true)
                        .clearsDscp(true)
                        .portBlocks(PortBlocks.DYNAMIC, 14, 15)
                        .alg(new Alg(true, true, Set.of(5060)))
                        .instability(new Instability(Instability.Trigger.LOAD, Mapping.APDM, 16))
                        .portControl(new PortControl(false, true, Duration.ofSeconds(17)))
                        .build());
    }

    @Test
    void portsMayBeAskedForBySeveralProtocols() throws ScenarioException {
        Scenario scenario = ScenarioFile.parse("f", """
                title: t
                networks:
                  home:
                    address: 198.51.100.1
                    nat: {port-control: [nat-pmp, upnp-igd2], port-control-longest: 10m}
                """);

        assertThat(scenario.networks().get(0).nat().behaviour().portControl())
                .isEqualTo(new PortControl(true, false, UpnpIgd.IGD2, Duration.ofMinutes(10)));
        assertThatThrownBy(() -> ScenarioFile.parse("f", """
                title: t
                networks:
                  home: {address: 198.51.100.1, nat: {port-control: [upnp-igd1, upnp-igd2]}}
                """))
                .hasMessageContaining("this NAT cannot be: port-control has two kinds of UPnP IGD.");
    }

    @Test
    void keysOfOneDirectionGoBeforeThoseOfBoth() throws ScenarioException {
        Scenario scenario = ScenarioFile.parse("f", """
                title: t
                hosts:
                  phone: {address: 198.51.100.1, link: {latency: 40ms, loss: 1%, up: {loss: 0.05}}}
                """);

        assertThat(scenario.hosts().get(0).link().up())
                .isEqualTo(LinkConditions.latency(Duration.ofMillis(40)).withLoss(0.05));
        assertThat(scenario.hosts().get(0).link().down())
                .isEqualTo(LinkConditions.latency(Duration.ofMillis(40)).withLoss(0.01));
    }

    @Test
    void everyKeyOfALinkIsRead() throws ScenarioException {
        Scenario scenario = ScenarioFile.parse("f", """
                title: t
                hosts:
                  phone:
                    address: [198.51.100.1, "2001:db8::1"]
                    link:
                      latency: 1ms
                      jitter: 2ms
                      loss: 3%
                      burst-loss: 10%
                      burst-length: 5
                      reorder: 4%
                      reorder-delay: 6ms
                      duplicate: 7%
                      bandwidth: 1.5Mbit/s
                      queue-bytes: 8000
                      queue-packets: 9
                      mtu: 1280
                """);

        assertThat(scenario.hosts().get(0).addresses()).hasSize(2);
        assertThat(scenario.hosts().get(0).link())
                .isEqualTo(Link.both(LinkConditions.builder()
                        .latency(Duration.ofMillis(1))
                        .jitter(Duration.ofMillis(2))
                        .loss(0.03)
                        .bursts(Bursts.of(0.1, 5))
                        .reorder(0.04, Duration.ofMillis(6))
                        .duplicate(0.07)
                        .bitsPerSecond(1_500_000)
                        .queue(8000, 9)
                        .mtu(1280)
                        .build()));
    }

    /** So that no option of a NAT can be had in code alone. */
    @Test
    void everyOptionOfANatHasAKey() {
        Map<String, String> otherwise =
                Map.of("translates", "rewrites", "instability", "unstable", "name", "like", "build", "like");
        assertThat(Arrays.stream(NatBehaviourBuilder.class.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .map(method -> dashed(method.getName()))
                        .map(name -> otherwise.getOrDefault(name, name)))
                .hasSizeGreaterThan(40)
                .allSatisfy(name -> assertThat(NatKeys.SECTION.names()).contains(name));
    }

    @Test
    void everyOptionOfALinkHasAKey() {
        Map<String, String> otherwise =
                Map.of("bits-per-second", "bandwidth", "mtu-bytes", "mtu", "bursts", "burst-loss");
        assertThat(components(LinkConditions.class).map(name -> otherwise.getOrDefault(name, name)))
                .allSatisfy(name -> assertThat(LinkKeys.DIRECTION.names()).contains(name));
    }

    private static Stream<String> components(Class<?> options) {
        return Arrays.stream(options.getRecordComponents()).map(component -> dashed(component.getName()));
    }

    private static String dashed(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
