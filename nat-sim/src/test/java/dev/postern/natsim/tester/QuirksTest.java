package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.Alg;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Instability;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBehaviourBuilder;
import dev.postern.natsim.Pooling;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.PortSharing;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** NATs that do more, or less, than the grid says; each is reported as it is configured. */
class QuirksTest {

    static Stream<NatBehaviour> unusual() {
        return Stream.of(
                NatBehaviour.linux(),
                NatBehaviour.linuxOpenInput(),
                nat("blacklisting").blacklist(Duration.ofMinutes(5)).build(),
                nat("rewriting").alg(new Alg(true, false, Set.of())).build(),
                nat("overloading").portSharing(PortSharing.ALWAYS).build(),
                nat("steps of 4").ports(PortAllocation.SEQUENTIAL).portStep(4).build(),
                nat("downwards").ports(PortAllocation.SEQUENTIAL).portStep(-1).build(),
                nat("parity").ports(PortAllocation.RANDOM).portParity(true).build(),
                nat("contiguity")
                        .ports(PortAllocation.RANDOM)
                        .portContiguity(true)
                        .build(),
                nat("unsteady")
                        .instability(new Instability(Instability.Trigger.LOAD, Mapping.APDM, 100))
                        .build(),
                nat("long streams")
                        .idleLifetime(Duration.ofSeconds(30))
                        .streamLifetime(Duration.ofSeconds(180))
                        .build(),
                nat("forgetful filter").filterLifetime(Duration.ofSeconds(60)).build(),
                nat("short").idleLifetime(Duration.ofSeconds(10)).build(),
                nat("not refreshed").outboundRefresh(false).build(),
                nat("few ports")
                        .portRange(40_000, 42_047)
                        .ports(PortAllocation.RANDOM)
                        .build());
    }

    private static NatBehaviourBuilder nat(String name) {
        return NatBehaviour.builder(name, Mapping.EIM, Filtering.APDF);
    }

    @ParameterizedTest
    @MethodSource("unusual")
    void isReportedAsItIs(NatBehaviour nat) {
        NatReport report = SimulatedTest.of(nat, 7);
        ExpectedReport.of(nat).check(report);
        assertThat(report.anomalies()).as(report.anomalies().toString()).hasSize(anomalies(nat));
    }

    private static int anomalies(NatBehaviour nat) {
        return switch (nat.name()) {
            case "Linux, open INPUT", "blacklisting", "rewriting", "overloading", "unsteady" -> 1;
            default -> 0;
        };
    }

    /**
     * Whether a mapping lives on was once asked from a socket whose own mapping had ended by then; where each mapping gets any address of
     * the NAT's, the answer then went elsewhere, and looked like a mapping that had ended.
     */
    @Test
    void whatProlongsAMappingIsKnownWhereItMayHaveAnyAddress() {
        int known = 0;
        for (int seed = 0; seed < 10; seed++) {
            boolean inbound = seed % 2 == 1;
            NatBehaviour nat = NatBehaviour.of(Mapping.EIM, Filtering.APDF).toBuilder()
                    .pooling(Pooling.ARBITRARY)
                    .inboundRefresh(inbound)
                    .build();
            NatReport report = SimulatedTest.of(nat, seed);
            assertThat(report.find(Topic.OUTBOUND_REFRESH).is(false)).isFalse();
            assertThat(report.find(Topic.INBOUND_REFRESH).is(!inbound)).isFalse();
            known += report.find(Topic.OUTBOUND_REFRESH).isMeasured() ? 1 : 0;
        }
        assertThat(known).isGreaterThanOrEqualTo(8);
    }
}
