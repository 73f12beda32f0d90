package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.FilterScope;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatPreset;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.tester.Finding.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The tester, run against every NAT that can be configured, reports what is configured. */
class ConfiguredBehaviourTest {

    /** How many port rules, hairpins and lifetimes there are, each. */
    private static final int THREE = 3;

    private static final int NINE = THREE * THREE;
    private static final List<PortAllocation> PORTS = List.of(PortAllocation.values());
    private static final List<Hairpin> HAIRPINS = List.of(Hairpin.values());
    private static final List<Duration> LIFETIMES =
            List.of(Duration.ofSeconds(20), Duration.ofSeconds(65), Duration.ofMinutes(5));

    @ParameterizedTest
    @EnumSource(NatPreset.class)
    void presetIsReportedAsItIs(NatPreset preset) {
        NatBehaviour nat = preset.behaviour();
        NatReport report = SimulatedTest.of(nat, 1);
        if (preset == NatPreset.UDP_BLOCKED) {
            assertThat(report.find(Topic.UDP).is(false)).isTrue();
            Topic.ALL.stream()
                    .filter(topic -> topic != Topic.UDP && topic != Topic.TCP)
                    .forEach(topic -> assertThat(report.find(topic).status()).isEqualTo(Status.NOT_MEASURABLE));
        } else {
            ExpectedReport.of(nat).check(report);
        }
    }

    /** Mapping, filtering and scope, each combination with a number. */
    static Stream<Arguments> axes() {
        List<Arguments> all = new ArrayList<>();
        for (Mapping mapping : Mapping.values()) {
            for (Filtering filtering : Filtering.values()) {
                for (FilterScope scope : FilterScope.values()) {
                    all.add(Arguments.of(all.size(), mapping, filtering, scope));
                }
            }
        }
        return all.stream();
    }

    /**
     * Each with nine of the 27 combinations of port rule, hairpin and lifetime, in which any two of the three stand together in every way.
     * The nine are others for the next combination of the axes, so that any three of them are all 27.
     */
    @ParameterizedTest
    @MethodSource("axes")
    void everyCombinationIsReportedAsItIs(int number, Mapping mapping, Filtering filtering, FilterScope scope) {
        for (int i = 0; i < NINE; i++) {
            int seed = NINE * number + i;
            NatBehaviour nat = NatBehaviour.builder("grid", mapping, filtering)
                    .filterScope(scope)
                    .ports(PORTS.get(i / THREE))
                    .hairpin(HAIRPINS.get(i % THREE))
                    .idleLifetime(LIFETIMES.get((i / THREE + i + number) % THREE))
                    .inboundRefresh(seed % 2 == 1)
                    .build();
            ExpectedReport.of(nat).check(SimulatedTest.of(nat, seed));
        }
    }
}
