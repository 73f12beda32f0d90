package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.Exhaustion;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.IcmpErrors;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBehaviourBuilder;
import dev.postern.natsim.profile.Profiles;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** NATs that differ from a plain one in one option; the tester reports that option as it is set. */
class OptionsReportedTest {

    static Stream<NatBehaviour> oneOption() {
        return Stream.of(
                nat("rests 60 s").holdDown(Duration.ofSeconds(60)).build(),
                nat("rests 120 s").holdDown(Duration.ofSeconds(120)).build(),
                nat("rests 4 min").holdDown(Duration.ofMinutes(4)).build(),
                nat("short and rests 20 s")
                        .idleLifetime(Duration.ofSeconds(30))
                        .holdDown(Duration.ofSeconds(20))
                        .build(),
                nat("few ports pass").udpPorts(Set.of(53, 3478, 3479)).build(),
                nat("error ends").icmpEndsMapping(true).build(),
                nat("error ends, ADM", Mapping.ADM, Filtering.ADF)
                        .icmpEndsMapping(true)
                        .build(),
                nat("error ends, EIF", Mapping.EIM, Filtering.EIF)
                        .icmpEndsMapping(true)
                        .build(),
                nat("error ends, firewall")
                        .translates(false)
                        .icmpEndsMapping(true)
                        .build(),
                nat("errors dropped").icmpErrors(IcmpErrors.DROPPED).build(),
                nat("error prolongs").icmpProlongsMapping(true).build(),
                nat("error prolongs, APDM", Mapping.APDM, Filtering.APDF)
                        .icmpProlongsMapping(true)
                        .build(),
                nat("error prolongs, 30 s")
                        .idleLifetime(Duration.ofSeconds(30))
                        .icmpProlongsMapping(true)
                        .build());
    }

    private static NatBehaviourBuilder nat(String name) {
        return nat(name, Mapping.EIM, Filtering.APDF);
    }

    private static NatBehaviourBuilder nat(String name, Mapping mapping, Filtering filtering) {
        return NatBehaviour.builder(name, mapping, filtering);
    }

    @ParameterizedTest
    @MethodSource("oneOption")
    void isReportedAsItIsSet(NatBehaviour nat) {
        ExpectedReport.of(nat).check(SimulatedTest.of(nat, 11));
    }

    private static SessionLimit sessions(NatBehaviour nat) {
        return SimulatedTest.of(nat, 5, config -> config.withSessions(2000))
                .find(Topic.SESSIONS)
                .value();
    }

    @Test
    void limitOfMappingsIsFoundToTheLastOne() {
        SessionLimit refused = new SessionLimit(1234, 1235, SessionLimit.End.REFUSED);
        assertThat(sessions(nat("1234").maxMappings(1234).build())).isEqualTo(refused);
        assertThat(sessions(nat("1234 per host").maxMappingsPerHost(1234).build()))
                .isEqualTo(refused);
        assertThat(sessions(nat("1234 ports").portRange(5000, 6233).build())).isEqualTo(refused);
        assertThat(sessions(
                        NatBehaviour.symmetric().toBuilder().maxMappings(1234).build()))
                .isEqualTo(refused);
        assertThat(sessions(Profiles.named("cgn-rfc6888").behaviour()))
                .isEqualTo(new SessionLimit(512, 513, SessionLimit.End.REFUSED));
        assertThat(sessions(nat("enough").build()).end()).isEqualTo(SessionLimit.End.NOT_REACHED);
    }

    @Test
    void limitIsNoNumberWhereMappingsOfOtherProbesCount() {
        NatBehaviour nat = Profiles.named("cgn-rfc6888").behaviour();
        SessionLimit limit = SimulatedTest.of(
                        nat, 5, config -> config.withSessions(2000).withoutLifetimes())
                .find(Topic.SESSIONS)
                .value();
        assertThat(limit.atLeast()).isBetween(50, 512);
        assertThat(limit.atMost()).isEqualTo(SessionLimit.UNKNOWN);
        assertThat(limit).asString().matches("at least \\d+, then new ones are refused .*");
    }

    /** TCP connections that are kept for hours to see how long a NAT does come after it, and are not disturbed by it. */
    @Test
    void limitOfMappingsAndLifetimesOfTcpAreFoundInOneTest() {
        NatReport report = SimulatedTest.of(
                Profiles.named("cgn-rfc6888").behaviour(),
                5,
                config -> config.withSessions(2000).withTcpLifetimes());
        assertThat(report.find(Topic.SESSIONS).value()).isEqualTo(new SessionLimit(512, 513, SessionLimit.End.REFUSED));
        assertThat(report.find(Topic.TCP_CLOSING).isMeasured()).isTrue();
    }

    @Test
    void oldMappingsThatEndForNewOnesAreSeen() {
        SessionLimit limit = sessions(nat("evicting")
                .maxMappings(1234)
                .exhaustion(Exhaustion.EVICT_OLDEST)
                .build());
        assertThat(limit.end()).isEqualTo(SessionLimit.End.OLD_ONES_END);
        assertThat(1234).isBetween(limit.atLeast() - 1, limit.atMost());
        assertThat(limit.atMost() - limit.atLeast()).isLessThan(100);
    }

    @Test
    void portsThatPassAreToldWhereTheServersOwnDoesNot() {
        NatReport report =
                SimulatedTest.of(nat("DNS and HTTP/3").udpPorts(Set.of(53, 443)).build(), 1);
        assertThat(report.find(Topic.UDP).is(false)).isTrue();
        assertThat(report.find(Topic.UDP_PORTS).value().ports()).containsExactly(53, 443);
        assertThat(report.meaning().get(0)).contains("only to its ports 53, 443, not to 3478");
    }
}
