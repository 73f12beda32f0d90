package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.TcpConnection;
import dev.postern.natsim.fabric.TcpEnd;
import dev.postern.natsim.fabric.TcpHandler;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.natsim.server.DiscoveryHosts;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Ways to the server that are longer, or narrower, than one NAT. */
class PathsTest {

    private static final Link LINE = Link.latency(Duration.ofMillis(10));
    private static final TransportAddress PROXY = TransportAddress.parse("203.0.113.80:8080");

    private final VirtualNet net = new VirtualNet(5, 0);

    @Test
    void bothNatsAreFoundIfTheNearerForgetsSooner() {
        NatReport report = nested(60, 120);
        assertThat(report.find(Topic.HOPS).value()).isEqualTo(2);
        assertThat(report.find(Topic.STATEFUL_HOPS).value()).isEqualTo(new StatefulHops(List.of(1, 2)));
    }

    /** What the nearer one remembers longer does not show: the flow is dead before. */
    @Test
    void ofTwoNatsTheOneBehindIsFoundIfItForgetsSooner() {
        NatReport report = nested(300, 60);
        assertThat(report.find(Topic.STATEFUL_HOPS).value()).isEqualTo(new StatefulHops(List.of(2)));
    }

    private NatReport nested(int homeSeconds, int carrierSeconds) {
        Zone carrier = net.zone("carrier");
        Zone home = net.zone("home");
        nat("carrier's NAT", carrier, net.internet(), carrierSeconds, "198.51.100.1");
        nat("home's NAT", home, carrier, homeSeconds, "100.64.0.2");
        return test(home, TesterConfig.of(SimulatedTest.SERVER));
    }

    private void nat(String name, Zone inside, Zone outside, int seconds, String external) {
        NatBehaviour nat = NatBehaviour.builder(name, Mapping.EIM, Filtering.APDF)
                .idleLifetime(Duration.ofSeconds(seconds))
                .build();
        net.nat(name, inside, outside, nat, IpAddress.parse(external), LINE);
    }

    private NatReport test(Zone home, TesterConfig config) {
        Host client = net.host("client", home, IpAddress.parse("10.0.0.2"), Link.PERFECT);
        Host primary = net.host("server", net.internet(), SimulatedTest.SERVER.ip(), Link.PERFECT);
        Host alternate = net.host("other", net.internet(), TesterScene.A2, Link.PERFECT);
        new DiscoveryHosts(primary, alternate, SimulatedTest.SERVER.port(), TesterScene.PORT_2).overTcp(80, 443, 5349);
        return new VirtualTester(net, List.of(client), null, List.of(primary, alternate), config).run();
    }

    @Test
    void networkThatLeadsToAProxyAloneIsSaidToBeSo() {
        NatReport report = behindProxy();
        assertThat(report.find(Topic.UDP).is(false)).isTrue();
        assertThat(report.find(Topic.TCP).value().passing()).isEmpty();
        assertThat(report.find(Topic.PROXY).value()).isTrue();
        assertThat(report.find(Topic.PROXY).reason()).isEqualTo("proxy only; status 200, STUN answers");
        assertThat(report.meaning()).anyMatch(sentence -> sentence.contains("an HTTP proxy alone"));
    }

    private NatReport behindProxy() {
        Zone home = net.zone("office");
        NatBehaviour office = NatBehaviour.builder("proxy alone", Mapping.EIM, Filtering.APDF)
                .blocked(Set.of(IpProtocol.UDP))
                .tcpPorts(Set.of(PROXY.port()))
                .build();
        net.nat("office's NAT", home, net.internet(), office, IpAddress.parse("198.51.100.1"), LINE);
        new HttpProxy(net.host("proxy", net.internet(), PROXY.ip(), Link.PERFECT));
        return test(home, TesterConfig.of(SimulatedTest.SERVER).withProxy(PROXY).withoutLifetimes());
    }

    /** A proxy that knows CONNECT and nothing else. */
    private static final class HttpProxy {

        private final Host host;

        HttpProxy(Host host) {
            this.host = host;
            host.listen(PROXY.port(), connection -> new Tunnel());
        }

        private final class Tunnel implements TcpHandler {

            private @Nullable TcpConnection onward;

            @Override
            public void onData(TcpConnection client, ByteBuffer data) {
                if (onward != null) {
                    onward.send(data);
                    return;
                }
                String head = StandardCharsets.US_ASCII.decode(data).toString();
                TransportAddress target = TransportAddress.parse(head.split(" ")[1]);
                onward = host.connect(0, target, new TcpHandler() {
                    @Override
                    public void onConnected(TcpConnection connection) {
                        client.send(
                                ByteBuffer.wrap("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
                    }

                    @Override
                    public void onData(TcpConnection connection, ByteBuffer answer) {
                        client.send(answer);
                    }
                });
            }

            @Override
            public void onClosed(TcpConnection client, TcpEnd end) {
                if (onward != null) {
                    onward.close();
                }
            }
        }
    }
}
