package dev.postern.natsim.tester.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.tester.NatReport;
import dev.postern.natsim.tester.TesterConfig;
import dev.postern.natsim.tester.Topic;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stunserver.StunServer;
import dev.postern.stunserver.StunServerConfig;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tester on this machine's sockets, with a prefix before the IPv4 addresses that it knows. */
@Timeout(60)
class SocketNetIT {

    /** Makes ::1, where the server is, of 0.0.0.1: a NAT64 on loopback that has nothing to translate. */
    private static final Nat64Prefix PREFIX = Nat64Prefix.parse("::/96");

    private static final IpAddress IPV4 = IpAddress.parse("0.0.0.1");

    @BeforeEach
    void needsIpv6() {
        assumeTrue(hasIpv6(), "there is no IPv6 on loopback");
    }

    private static boolean hasIpv6() {
        try (DatagramSocket probe = new DatagramSocket(0, IpAddress.parse("::1").toInetAddress())) {
            return probe.isBound();
        } catch (SocketException absent) {
            return false;
        }
    }

    @Test
    void serverOfIpv4IsAskedWithThePrefixBeforeItsAddress() throws IOException {
        List<String> seen = new ArrayList<>();
        try (StunServer server = StunServer.start(
                StunServerConfig.builder().listen("udp://[::1]:0").build())) {
            int port = server.addresses().get(0).address().port();
            TransportAddress known = TransportAddress.of(IPV4, port);
            TesterConfig config = TesterConfig.of(known).withoutLifetimes().withPatience(Duration.ofMillis(20));
            try (SocketNet net = SocketNet.throughNat64(known, PREFIX)) {
                NatReport report = net.run(config, new Random(1), observation -> seen.add(observation.toString()));

                assertThat(report.find(Topic.UDP).is(true)).isTrue();
                assertThat(report.find(Topic.SERVER).reason()).contains("no OTHER-ADDRESS");
            }
        }
        assertThat(seen).anyMatch(line -> line.contains("answer from 0.0.0.1:"));
    }
}
