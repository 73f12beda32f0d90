package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.Fragments;
import dev.postern.natsim.profile.Anomaly;
import dev.postern.natsim.profile.PortsSeen;
import dev.postern.natsim.profile.Profile;
import dev.postern.natsim.profile.Profiles;
import dev.postern.natsim.profile.TesterOutput;
import dev.postern.natsim.tester.PortRule.Kind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tester reports of every profile what the profile says that it does. */
class ProfilesReportedTest {

    static Iterable<String> ids() {
        return Profiles.ids();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void profileIsReportedAsItSays(String id) {
        Profile profile = Profiles.named(id);
        TesterOutput says = profile.tester();
        NatReport report = SimulatedTest.of(profile);
        assertThat(report.find(Topic.UDP).value()).isEqualTo(says.udp());
        if (!says.udp()) {
            return;
        }
        assertThat(report.find(Topic.SERVER).is(true))
                .as(report.find(Topic.SERVER).toString())
                .isTrue();
        if (profile.behaviour().translates()) {
            assertThat(report.find(Topic.MAPPING).value()).isEqualTo(says.mapping());
        }
        assertThat(report.find(Topic.FILTERING).value()).isEqualTo(says.filtering());
        if (says.anomalies().contains(Anomaly.FEW_MAPPINGS)) {
            return; // the tester takes the mappings itself; what it then finds out depends on which are left
        }
        isOrCannotBeSeen(report, Topic.HAIRPIN, says.hairpin());
        lasts(report, Topic.LIFETIME, says.lifetime());
        lasts(report, Topic.STREAM_LIFETIME, says.streamLifetime());
        Finding<PortRule> ports = report.find(Topic.PORTS);
        if (ports.isMeasured()) {
            assertThat(ports.value().kind()).isEqualTo(kind(says.ports()));
        }
        anomaly(says, Anomaly.OVERLOADING, report.find(Topic.OVERLOADING).is(true));
        anomaly(says, Anomaly.ARBITRARY_POOLING, report.find(Topic.POOLING).is(PoolingSeen.ARBITRARY));
        anomaly(
                says,
                Anomaly.EARLY_PACKET_CHANGES_PORT,
                report.find(Topic.EARLY_PACKET).is(EarlyPacket.GETS_OTHER_PORT));
        anomaly(
                says,
                Anomaly.EARLY_PACKET_BLACKLISTS,
                report.find(Topic.EARLY_PACKET).is(EarlyPacket.SHUT_OUT));
        anomaly(says, Anomaly.EVICTS, report.find(Topic.EVICTION).is(true));
        anomaly(says, Anomaly.CHANGES_UNDER_LOAD, report.find(Topic.STEADY).is(false));
        anomaly(says, Anomaly.ICMP_ENDS_MAPPING, report.find(Topic.ICMP_ENDS).is(true));
        if (!says.anomalies().contains(Anomaly.EVICTS)) { // whose flows end each other while they are looked at
            ExpectedProtocols protocols = new ExpectedProtocols(profile.behaviour(), report);
            protocols.check();
            protocols.checkLifetimes();
            protocols.checkTcpLifetimes();
        }
        anomaly(
                says,
                Anomaly.RESETS_SYN,
                report.find(Topic.UNSOLICITED_SYN).isMeasured()
                        && report.find(Topic.UNSOLICITED_SYN).value().kind() == SynAnswer.Kind.RST);
        Finding<Span> tcp = report.find(Topic.TCP_IDLE);
        Duration end = tcp.isMeasured() ? tcp.value().atMost() : null;
        anomaly(says, Anomaly.SHORT_TCP_LIFETIME, end != null && end.compareTo(Duration.ofMinutes(124)) < 0);
        anomaly(says, Anomaly.DROPS_FRAGMENTS, report.find(Topic.FRAGMENT_ORDER).is(Fragments.DROPPED));
        anomaly(says, Anomaly.REWRITES_PAYLOAD, report.find(Topic.ALG).is(true));
    }

    private static void anomaly(TesterOutput says, Anomaly anomaly, boolean seen) {
        assertThat(seen).as(anomaly.toString()).isEqualTo(says.anomalies().contains(anomaly));
    }

    private static <T> void isOrCannotBeSeen(NatReport report, Topic<T> topic, @Nullable T says) {
        Finding<T> finding = report.find(topic);
        assertThat(finding.status()).as(topic + ": " + finding).isNotEqualTo(Finding.Status.INCONCLUSIVE);
        if (finding.isMeasured()) {
            assertThat(finding.value()).as(topic.toString()).isEqualTo(says);
        }
    }

    private static void lasts(NatReport report, Topic<Span> topic, @Nullable Duration says) {
        Finding<Span> finding = report.find(topic);
        assertThat(finding.status()).as(topic + ": " + finding).isNotEqualTo(Finding.Status.INCONCLUSIVE);
        if (finding.isMeasured()) {
            boolean asSaid = says == null
                    ? finding.value().atMost() == null
                    : finding.value().contains(says);
            assertThat(asSaid).as(topic + ": " + finding + ", not " + says).isTrue();
        }
    }

    private static Kind kind(PortsSeen seen) {
        return switch (seen) {
            case PRESERVED -> Kind.PRESERVED;
            case SEQUENTIAL -> Kind.SEQUENTIAL;
            case RANDOM, NONE -> Kind.RANDOM;
        };
    }
}
