package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.FilterScope;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Fragments;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.IcmpErrors;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBehaviourBuilder;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.UnsolicitedSyn;
import dev.postern.natsim.tester.Finding.Status;
import dev.postern.natsim.tester.TcpReach.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a NAT does to TCP, to ICMP and to headers is reported as it is configured. */
class ProtocolsTest {

    static Stream<NatBehaviour> synAnswers() {
        List<NatBehaviour> nats = new ArrayList<>();
        for (Filtering filtering : Filtering.values()) {
            for (UnsolicitedSyn answer : UnsolicitedSyn.values()) {
                for (FilterScope scope : FilterScope.values()) {
                    nats.add(NatBehaviour.builder(filtering + " " + answer, Mapping.EIM, filtering)
                            .filterScope(scope)
                            .unsolicitedSyn(answer)
                            .synWait(Duration.ofSeconds(scope == FilterScope.HOST ? 6 : 10))
                            .build());
                }
            }
        }
        nats.add(nat("too soon")
                .unsolicitedSyn(UnsolicitedSyn.ICMP_AFTER_WAIT)
                .synWait(Duration.ofSeconds(2))
                .build());
        return nats.stream();
    }

    private static NatBehaviourBuilder nat(String name) {
        return NatBehaviour.builder(name, Mapping.EIM, Filtering.APDF);
    }

    @ParameterizedTest
    @MethodSource("synAnswers")
    void answerToStrangersSynIsReported(NatBehaviour nat) {
        NatReport report = quick(nat);
        new ExpectedProtocols(nat, report).check();
        boolean tooSoon = nat.filtering() != Filtering.EIF
                && (nat.tcp().unsolicitedSyn() == UnsolicitedSyn.RST_AT_ONCE
                        || nat.name().equals("too soon"));
        assertThat(report.anomalies()).as(report.anomalies().toString()).hasSize(tooSoon ? 1 : 0);
    }

    static Stream<NatBehaviour> headers() {
        List<NatBehaviour> nats = new ArrayList<>();
        for (IcmpErrors errors : IcmpErrors.values()) {
            for (Hairpin hairpin : Hairpin.values()) {
                nats.add(nat(errors + " " + hairpin)
                        .icmpErrors(errors)
                        .hairpin(hairpin)
                        .build());
            }
        }
        for (Fragments fragments : Fragments.values()) {
            nats.add(nat("fragments " + fragments).fragments(fragments).build());
        }
        nats.add(nat("clears DSCP").clearsDscp(true).build());
        nats.add(nat("random ports").ports(PortAllocation.RANDOM).build());
        nats.add(NatBehaviour.statefulFirewall());
        nats.add(NatBehaviour.open());
        return nats.stream();
    }

    @ParameterizedTest
    @MethodSource("headers")
    void errorsFragmentsAndHeadersAreReported(NatBehaviour nat) {
        new ExpectedProtocols(nat, quick(nat)).check();
    }

    @Test
    void timersOfTcpAndIcmpAreReported() {
        NatBehaviour nat = nat("timers")
                .tcpEstablished(Duration.ofMinutes(124))
                .tcpAttempt(Duration.ofSeconds(100))
                .tcpTransitory(Duration.ofSeconds(30))
                .icmpQuery(Duration.ofSeconds(75))
                .idleLifetime(Duration.ofSeconds(200))
                .build();
        NatReport report = SimulatedTest.of(nat, 3, TesterConfig::withTcpLifetimes);
        ExpectedProtocols expected = new ExpectedProtocols(nat, report);
        expected.checkLifetimes();
        expected.checkTcpLifetimes();
    }

    @Test
    void blockedProtocolsAreSaidToBeSo() {
        NatReport report = quick(nat("UDP alone")
                .blocked(Set.of(IpProtocol.TCP, IpProtocol.ICMP))
                .build());
        assertThat(report.find(Topic.MAPPING).is(Mapping.EIM)).isTrue();
        assertThat(report.find(Topic.TCP).value().passing()).isEmpty();
        assertThat(report.find(Topic.ICMP).is(false)).isTrue();
        assertThat(report.find(Topic.ICMP_ERRORS).is(IcmpErrors.DROPPED)).isTrue();
        for (Topic<?> topic : List.of(
                Topic.TCP_FILTERING,
                Topic.UNSOLICITED_SYN,
                Topic.TCP_MAPPING,
                Topic.ICMP_MAPPING,
                Topic.PROTOCOLS_APART,
                Topic.HAIRPIN_TCP)) {
            assertThat(report.find(topic).status())
                    .as(topic + ": " + report.find(topic))
                    .isEqualTo(Status.NOT_MEASURABLE);
        }
    }

    @Test
    void networkThatPassesTcp443AloneIsSaidToBeSo() {
        NatReport report = quick(NatBehaviour.onlyTcp443());
        TcpReach reach = report.find(Topic.TCP).value();
        assertThat(reach.ports())
                .isEqualTo(Map.of(80, Answer.SILENT, 443, Answer.STUN, 3478, Answer.SILENT, 5349, Answer.SILENT));
        assertThat(report.meaning()).anyMatch(sentence -> sentence.contains("TCP on port 443"));
        assertThat(ReportText.of(report))
                .contains("TCP                 STUN answers at 443; silent 80, 3478, 5349 (only TCP 443)");
    }

    static NatReport quick(NatBehaviour nat) {
        return SimulatedTest.of(nat, 3, TesterConfig::withoutLifetimes);
    }
}
