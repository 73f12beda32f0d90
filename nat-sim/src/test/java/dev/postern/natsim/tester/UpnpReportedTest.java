package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.PortControl;
import dev.postern.natsim.UpnpIgd;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.natsim.server.DiscoveryHosts;
import dev.postern.stun.IpAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the tester says of NATs that give ports by UPnP IGD. */
class UpnpReportedTest {

    private static final IpAddress GATEWAY = IpAddress.parse("10.0.0.1");

    private static NatBehaviour nat(NatBehaviour like, boolean natPmp, UpnpIgd igd, Duration longest) {
        return like.toBuilder()
                .portControl(new PortControl(natPmp, false, igd, longest))
                .build();
    }

    private static NatBehaviour nat(UpnpIgd igd) {
        return nat(NatBehaviour.portRestricted(), false, igd, Duration.ofHours(2));
    }

    private static NatReport report(NatBehaviour nat) {
        return SimulatedTest.of(nat, 3, config -> config.withoutLifetimes().withMapPort());
    }

    @ParameterizedTest
    @CsvSource({"IGD1, 1", "IGD2, 2"})
    void mappedPortIsARealFullConeBehindEveryNat(UpnpIgd igd, int version) {
        for (NatBehaviour like :
                List.of(NatBehaviour.portRestricted(), NatBehaviour.symmetric(), NatBehaviour.linux())) {
            NatReport report = report(nat(like, false, igd, Duration.ofHours(2)));
            assertThat(report.find(Topic.PORT_CONTROL).value()).isEqualTo(new PortControlSeen(false, false, version));
            assertThat(report.find(Topic.NESTED).is(false)).as(like.name()).isTrue();
            MappedPort port = report.find(Topic.MAPPED_PORT).value();
            assertThat(port.open()).as(like.name()).isTrue();
            assertThat(port.granted()).isEqualTo(Duration.ofMinutes(2));
            assertThat(report.observations()).anyMatch(seen -> seen.text().equals("given up: UPnP IGD"));
        }
    }

    @Test
    void shorterLeaseThanAskedForIsTold() {
        NatReport report = report(nat(NatBehaviour.portRestricted(), false, UpnpIgd.IGD1, Duration.ofSeconds(30)));
        assertThat(report.find(Topic.MAPPED_PORT).value().granted()).isEqualTo(Duration.ofSeconds(30));
    }

    /** A port for ever is not asked for: it would stay if giving it up failed. */
    @Test
    void routerThatGivesPortsForEverAloneIsAskedForNone() {
        NatReport report = report(nat(UpnpIgd.IGD1_PERMANENT));
        assertThat(report.find(Topic.PORT_CONTROL).value()).isEqualTo(new PortControlSeen(false, false, 1));
        assertThat(report.find(Topic.MAPPED_PORT).reason())
                .isEqualTo("the gateway gives none: UPnP IGD, error 725 OnlyPermanentLeasesSupported");
    }

    @Test
    void otherPortIsTakenWhereTheNatHasNotTheSocketsOwn() {
        NatBehaviour few =
                nat(UpnpIgd.IGD2).toBuilder().portRange(20_000, 20_999).build();
        MappedPort port = report(few).find(Topic.MAPPED_PORT).value();
        assertThat(port.external().port()).isBetween(20_000, 20_999);
        assertThat(port.open()).isTrue();
    }

    @Test
    void nothingIsMappedUnlessAskedFor() {
        NatReport report = SimulatedTest.of(nat(UpnpIgd.IGD2), 3, TesterConfig::withoutLifetimes);
        assertThat(report.find(Topic.PORT_CONTROL).value()).isEqualTo(new PortControlSeen(false, false, 2));
        assertThat(report.find(Topic.NESTED).is(false)).isTrue();
        assertThat(report.find(Topic.MAPPED_PORT).reason()).isEqualTo("it was not asked for");
        assertThat(report.observations()).noneMatch(seen -> seen.probe().equals("C2"));
    }

    @Test
    void allThreeAreToldTogether() {
        NatBehaviour all = NatBehaviour.of(Mapping.EIM, Filtering.APDF).toBuilder()
                .portControl(new PortControl(true, true, UpnpIgd.IGD1, Duration.ofHours(2)))
                .build();
        NatReport report = report(all);
        assertThat(report.find(Topic.PORT_CONTROL).value()).hasToString("NAT-PMP, PCP and UPnP IGD:1");
        assertThat(report.find(Topic.MAPPED_PORT).value().open()).isTrue();
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
        net.nat("home nat", home, carrier, nat(UpnpIgd.IGD1), IpAddress.parse("100.64.0.2"), Link.PERFECT)
                .insideAddress(GATEWAY);
        Host client = net.host("client", home, IpAddress.parse("10.0.0.2"), Link.PERFECT);
        TesterConfig config = TesterConfig.of(TesterScene.P1).withoutLifetimes().withMapPort();

        NatReport report = new VirtualTester(net, List.of(client), GATEWAY, config).run();

        assertThat(report.anomalies())
                .contains("There is another NAT behind the gateway: the gateway has 100.64.0.2, the server sees"
                        + " 198.51.100.1.");
        assertThat(report.find(Topic.MAPPED_PORT).isMeasured()).isFalse();
    }
}
