package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatPreset;
import dev.postern.natsim.PortControl;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.natsim.profile.Profiles;
import dev.postern.natsim.server.DiscoveryHosts;
import dev.postern.stun.IpAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the tester says of NATs that give ports on request. */
class PortControlReportedTest {

    private static final IpAddress GATEWAY = IpAddress.parse("10.0.0.1");

    private static NatBehaviour nat(NatBehaviour like, boolean natPmp, boolean pcp, Duration longest) {
        return like.toBuilder()
                .portControl(new PortControl(natPmp, pcp, longest))
                .build();
    }

    private static NatReport report(NatBehaviour nat) {
        return SimulatedTest.of(nat, 3, config -> config.withoutLifetimes().withMapPort());
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "true, true"})
    void mappedPortIsARealFullConeBehindEveryNat(boolean natPmp, boolean pcp) {
        for (NatBehaviour like : List.of(
                NatBehaviour.fullCone(),
                NatBehaviour.portRestricted(),
                NatBehaviour.symmetric(),
                NatBehaviour.of(Mapping.ADM, Filtering.ADF),
                NatBehaviour.linux())) {
            NatReport report = report(nat(like, natPmp, pcp, Duration.ofHours(2)));
            assertThat(report.find(Topic.PORT_CONTROL).value()).isEqualTo(new PortControlSeen(natPmp, pcp, 0));
            assertThat(report.find(Topic.NESTED).is(false))
                    .as(like.name() + " " + report.find(Topic.NESTED))
                    .isTrue();
            MappedPort port = report.find(Topic.MAPPED_PORT).value();
            assertThat(port.open()).as(like.name()).isTrue();
            assertThat(port.granted()).isEqualTo(Duration.ofMinutes(2));
            assertThat(report.observations()).anyMatch(seen -> seen.text().startsWith("given up"));
        }
    }

    @Test
    void shorterLifetimeThanAskedForIsTold() {
        NatReport report = report(nat(NatBehaviour.portRestricted(), true, false, Duration.ofSeconds(30)));
        assertThat(report.find(Topic.MAPPED_PORT).value().granted()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void profileThatHasPcpIsReportedToHaveIt() {
        NatReport report = report(Profiles.named("cgn-rfc6888").behaviour());
        assertThat(report.find(Topic.PORT_CONTROL).value()).isEqualTo(new PortControlSeen(false, true, 0));
        assertThat(report.find(Topic.MAPPED_PORT).value().open()).isTrue();
    }

    @Test
    void nothingIsMappedUnlessAskedFor() {
        NatBehaviour nat = nat(NatBehaviour.portRestricted(), true, true, Duration.ofHours(2));
        NatReport report = SimulatedTest.of(nat, 3, TesterConfig::withoutLifetimes);
        assertThat(report.find(Topic.MAPPED_PORT).reason()).isEqualTo("it was not asked for");
        assertThat(report.observations()).noneMatch(seen -> seen.probe().equals("C2"));
    }

    @Test
    void gatewayThatAnswersNothingGivesNone() {
        NatReport report = report(NatPreset.PORT_RESTRICTED.behaviour());
        assertThat(report.find(Topic.PORT_CONTROL).value()).isEqualTo(new PortControlSeen(false, false, 0));
        assertThat(report.find(Topic.MAPPED_PORT).reason()).isEqualTo("the gateway gives no ports on request");
    }

    @Test
    void carriersNatBehindTheGatewayIsSeen() {
        VirtualNet net = new VirtualNet(1, 0);
        Host primary = net.host("server", net.internet(), TesterScene.P1.ip(), Link.PERFECT);
        Host alternate = net.host("other", net.internet(), TesterScene.A2, Link.PERFECT);
        new DiscoveryHosts(primary, alternate, TesterScene.P1.port(), TesterScene.PORT_2);
        Zone carrier = net.zone("carrier");
        net.nat("cgn", carrier, net.internet(), NatBehaviour.fullCone(), IpAddress.parse("198.51.100.1"), Link.PERFECT);
        Zone home = net.zone("home");
        NatBehaviour natPmp = nat(NatBehaviour.portRestricted(), true, false, Duration.ofHours(2));
        net.nat("home nat", home, carrier, natPmp, IpAddress.parse("100.64.0.2"), Link.PERFECT)
                .insideAddress(GATEWAY);
        Host client = net.host("client", home, IpAddress.parse("10.0.0.2"), Link.PERFECT);
        TesterConfig config = TesterConfig.of(TesterScene.P1).withoutLifetimes().withMapPort();

        NatReport report = new VirtualTester(net, List.of(client), GATEWAY, config).run();

        assertThat(report.find(Topic.NESTED).is(true)).isTrue();
        assertThat(report.anomalies())
                .contains("There is another NAT behind the gateway: the gateway has 100.64.0.2, the server sees"
                        + " 198.51.100.1.");
        assertThat(report.find(Topic.MAPPED_PORT).isMeasured()).isFalse();
    }
}
