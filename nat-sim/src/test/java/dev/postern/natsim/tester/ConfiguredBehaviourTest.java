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

    static Stream<Arguments> axes() {
        List<Arguments> all = new ArrayList<>();
        for (Mapping mapping : Mapping.values()) {
            for (Filtering filtering : Filtering.values()) {
                for (FilterScope scope : FilterScope.values()) {
                    all.add(Arguments.of(mapping, filtering, scope));
                }
            }
        }
        return all.stream();
    }

    /** Each with every port rule, hairpin and lifetime. */
    @ParameterizedTest
    @MethodSource("axes")
    void everyCombinationIsReportedAsItIs(Mapping mapping, Filtering filtering, FilterScope scope) {
        long seed = 0;
        for (PortAllocation ports : PortAllocation.values()) {
            for (Hairpin hairpin : Hairpin.values()) {
                for (Duration lifetime : LIFETIMES) {
                    NatBehaviour nat = NatBehaviour.builder("grid", mapping, filtering)
                            .filterScope(scope)
                            .ports(ports)
                            .hairpin(hairpin)
                            .idleLifetime(lifetime)
                            .inboundRefresh(seed % 2 == 1)
                            .build();
                    ExpectedReport.of(nat).check(SimulatedTest.of(nat, seed++));
                }
            }
        }
    }
}
