package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.Rewrites;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.natsim.server.DiscoveryHosts;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same probes over IPv6 (M12): through a firewall, and where one prefix stands for another (RFC 6296). */
class Ipv6ReportedTest {

    private static final TransportAddress SERVER = TransportAddress.parse("[2001:db8:f::10]:3478");
    private static final IpPrefix INSIDE = IpPrefix.parse("fd00:1:2::/48");
    private static final IpPrefix OUTSIDE = IpPrefix.parse("2001:db8:1::/48");

    private final VirtualNet net = new VirtualNet(6, 0);
    private final Zone home = net.zone("home");

    private NatReport report(String client) {
        Host primary = net.host("server", net.internet(), SERVER.ip(), Link.PERFECT);
        Host alternate = net.host("other", net.internet(), IpAddress.parse("2001:db8:f::11"), Link.PERFECT);
        new DiscoveryHosts(primary, alternate, SERVER.port(), 3479);
        Host host = net.host("client", home, IpAddress.parse(client), Link.PERFECT);
        return new VirtualTester(net, host, TesterConfig.of(SERVER)).run();
    }

    private static NatBehaviour behaviour(Filtering filtering, Rewrites rewrites) {
        return NatBehaviour.builder("v6 " + filtering, Mapping.EIM, filtering)
                .rewrites(rewrites)
                .build();
    }

    private static void check(NatReport report, Filtering filtering) {
        assertThat(report.find(Topic.SERVER).is(true))
                .as(report.find(Topic.SERVER).toString())
                .isTrue();
        assertThat(report.find(Topic.FILTERING).value()).isEqualTo(filtering);
        assertThat(report.find(Topic.NAT64).is(false)).isTrue();
        assertThat(report.find(Topic.IPV4_THROUGH_NAT64).isMeasured()).isFalse();
        if (filtering == Filtering.EIF) {
            return;
        }
        assertThat(report.find(Topic.FILTER_PER_HOST).is(false)).isTrue();
        assertThat(report.find(Topic.LIFETIME).value().contains(Duration.ofMinutes(5)))
                .isTrue();
        assertThat(report.find(Topic.ICMP_ENDS).is(false))
                .as(report.find(Topic.ICMP_ENDS).toString())
                .isTrue();
        assertThat(report.find(Topic.ICMP_PROLONGS).is(false)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Filtering.class)
    void firewallIsReportedAsItIs(Filtering filtering) {
        net.firewall("firewall", home, net.internet(), behaviour(filtering, Rewrites.NOTHING), OUTSIDE, Link.PERFECT);
        NatReport report = report("2001:db8:1::2");
        assertThat(report.find(Topic.TRANSLATION).value()).isEqualTo(Translation.NONE);
        check(report, filtering);
    }

    @ParameterizedTest
    @EnumSource(Filtering.class)
    void prefixThatStandsForAnotherIsReported(Filtering filtering) {
        net.prefixNat(
                "nptv6", home, net.internet(), behaviour(filtering, Rewrites.ADDRESSES), INSIDE, OUTSIDE, Link.PERFECT);
        NatReport report = report("fd00:1:2::2");
        assertThat(report.find(Topic.TRANSLATION).value()).isEqualTo(Translation.NPTV6);
        assertThat(report.find(Topic.MAPPING).value()).isEqualTo(Mapping.EIM);
        check(report, filtering);
    }
}
