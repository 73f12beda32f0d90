package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.tester.Finding.Status;
import dev.postern.natsim.tester.PortRule.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A NAT64, tested by programs that speak IPv4 and by those that speak IPv6 (M12). */
class Nat64ReportedTest {

    private static final List<PortAllocation> PORTS = List.of(PortAllocation.values());
    private static final List<String> PREFIXES =
            List.of("64:ff9b::/96", "3fff::/32", "2001:db8:100::/40", "2001:db8:122::/48");

    static Stream<Arguments> axes() {
        List<Arguments> all = new ArrayList<>();
        for (Mapping mapping : Mapping.values()) {
            for (Filtering filtering : Filtering.values()) {
                all.add(Arguments.of(mapping, filtering, all.size()));
            }
        }
        return all.stream();
    }

    /** Through IPv6 and back to IPv4, the tester says of a NAT64 what it says of a NAT of that behaviour. */
    @ParameterizedTest
    @MethodSource("axes")
    void programOfIpv4FindsOutHowTheNat64MapsAndFilters(Mapping mapping, Filtering filtering, int number) {
        PortAllocation ports = PORTS.get(number % PORTS.size());
        NatBehaviour nat = NatBehaviour.builder("nat64", mapping, filtering)
                .ports(ports)
                .hairpin(Hairpin.EXTERNAL_SOURCE)
                .hairpinFiltered(false)
                .idleLifetime(Duration.ofSeconds(65))
                .build();
        Nat64Prefix prefix = Nat64Prefix.parse(PREFIXES.get(number % PREFIXES.size()));

        NatReport report = SimulatedTest.ofNat64(nat, prefix, number, UnaryOperator.identity());

        assertThat(report.find(Topic.SERVER).is(true))
                .as(report.find(Topic.SERVER).toString())
                .isTrue();
        assertThat(report.find(Topic.TRANSLATION).value()).isEqualTo(Translation.NAT);
        assertThat(report.find(Topic.MAPPING).value()).isEqualTo(mapping);
        assertThat(report.find(Topic.FILTERING).value()).isEqualTo(filtering);
        assertThat(report.find(Topic.TCP_MAPPING).value()).isEqualTo(mapping);
        assertThat(report.find(Topic.TCP_FILTERING).value()).isEqualTo(filtering);
        assertThat(report.find(Topic.PORTS).value().kind())
                .isEqualTo(
                        switch (ports) {
                            case PRESERVE -> Kind.PRESERVED;
                            case SEQUENTIAL -> Kind.SEQUENTIAL;
                            case RANDOM -> Kind.RANDOM;
                        });
        assertThat(report.find(Topic.HAIRPIN).value()).isEqualTo(Hairpin.EXTERNAL_SOURCE);
        assertThat(report.find(Topic.LIFETIME).value().contains(Duration.ofSeconds(65)))
                .isTrue();
        assertThat(report.find(Topic.FRAGMENTS_IN).is(true)).isTrue();
        assertThat(report.find(Topic.FRAGMENTS_OUT).is(true)).isTrue();
        assertThat(report.find(Topic.ICMP).is(true)).isTrue();
        assertThat(report.find(Topic.HOPS).value()).isEqualTo(2);
        assertThat(report.find(Topic.NAT64).status()).isEqualTo(Status.NOT_MEASURABLE);
    }

    private static NatReport beside(NatBehaviour nat) {
        return SimulatedTest.besideNat64(nat, Nat64Prefix.WELL_KNOWN, 1, TesterConfig::withoutLifetimes);
    }

    @Test
    void programOfIpv6FindsTheNat64AndAServerOfIpv4BehindIt() {
        NatReport report = beside(NatBehaviour.portRestricted());

        assertThat(report.find(Topic.TRANSLATION).value()).isEqualTo(Translation.NONE);
        assertThat(report.find(Topic.NAT64).is(true)).isTrue();
        assertThat(report.find(Topic.NAT64).reason()).isEqualTo("prefix [64:ff9b::/96]");
        assertThat(report.find(Topic.IPV4_THROUGH_NAT64).is(true)).isTrue();
        assertThat(report.find(Topic.IPV4_THROUGH_NAT64).reason())
                .matches("203\\.0\\.113\\.10:3478 sees this machine as 198\\.51\\.100\\.1:\\d+");
        assertThat(report.meaning())
                .contains(
                        "The network speaks IPv6 alone, and a NAT64 leads to IPv4: people who have only IPv4 are reached if the"
                                + " program writes their addresses with the network's prefix, or the machine does that for it.");
    }

    @Test
    void nat64ThatPassesNoUdpIsFoundOut() {
        NatReport report = beside(NatBehaviour.builder("no UDP", Mapping.EIM, Filtering.APDF)
                .blocked(Set.of(IpProtocol.UDP))
                .build());

        assertThat(report.find(Topic.NAT64).is(true)).isTrue();
        assertThat(report.find(Topic.IPV4_THROUGH_NAT64).is(false)).isTrue();
        assertThat(report.find(Topic.IPV4_THROUGH_NAT64).reason())
                .isEqualTo("nothing comes back from 203.0.113.10:3478, though there is a prefix for it");
        assertThat(report.meaning())
                .contains(
                        "The network promises IPv4 by a NAT64, but nothing comes back through it: people who have only IPv4 are"
                                + " reached through a relay with IPv6.");
    }
}
