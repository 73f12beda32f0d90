package dev.postern.natsim.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.IpFields;
import dev.postern.natsim.NatBehaviour;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The run whose trace docs/nat-sim.md shows under "The network". */
class NetworkTourTest {

    private static final long SECOND = 1_000_000_000;

    private final VirtualNet net = new VirtualNet(7);
    private final Zone home = net.zone("home");
    private final Link dsl = new Link(
            LinkConditions.builder()
                    .latency(Duration.ofMillis(12))
                    .bitsPerSecond(2_000_000)
                    .queue(10_000, 50)
                    .mtu(1492)
                    .build(),
            LinkConditions.builder()
                    .latency(Duration.ofMillis(12))
                    .jitter(Duration.ofMillis(4))
                    .bursts(Bursts.of(0.05, 4))
                    .build());
    private final Router nat =
            net.nat("nat", home, net.internet(), NatBehaviour.portRestricted(), ip("203.0.113.1"), dsl);
    private final Host phone = net.host("phone", home, ip("10.0.0.2"), Link.PERFECT);
    private final UdpPort port = phone.openAny(5000, (now, from, data) -> {});
    private final UdpPort[] mirror = new UdpPort[1];

    @Test
    void traceIsTheOneInTheDocumentation() throws IOException {
        mirror[0] = net.host("mirror", net.internet(), ip("198.51.100.1"), Link.PERFECT)
                .open(3478, (now, from, data) -> mirror[0].send(from, data));
        for (int i = 0; i < 9; i++) {
            send(1300, IpFields.PLAIN);
        }
        net.at(SECOND, nat::reboot);
        net.at(2 * SECOND, () -> mirror[0].send(TransportAddress.parse("203.0.113.1:5000"), ByteBuffer.allocate(10)));
        net.at(3 * SECOND, nat.line()::disconnect);
        net.at(3 * SECOND, () -> send(20, IpFields.PLAIN));
        net.at(4 * SECOND, nat.line()::reconnect);
        net.at(5 * SECOND, () -> send(20, IpFields.PLAIN.withTtl(1)));
        net.at(6 * SECOND, () -> send(1472, IpFields.PLAIN.withDontFragment(true)));
        net.at(7 * SECOND, () -> phone.roam(net.internet(), ip("192.0.2.44"), Link.PERFECT));
        net.at(7 * SECOND, () -> send(20, IpFields.PLAIN));

        net.runUntil(8 * SECOND);

        String trace = net.trace().events().stream()
                .filter(event -> event.nanos() >= SECOND || event.step() == TraceEvent.Step.DROPPED)
                .map(event -> event + "\n")
                .collect(Collectors.joining());
        try (InputStream file = NetworkTourTest.class.getResourceAsStream("network-tour.txt")) {
            assertThat(file).isNotNull();
            assertThat(trace).isEqualTo(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private void send(int bytes, IpFields fields) {
        port.send(mirror[0].address(), ByteBuffer.allocate(bytes), fields);
    }

    private static IpAddress ip(String address) {
        return IpAddress.parse(address);
    }
}
