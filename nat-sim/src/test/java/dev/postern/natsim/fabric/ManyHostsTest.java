package dev.postern.natsim.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.NatBehaviour;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One net takes 10,000 hosts behind 5,000 routers; what they cost is measured by NetScale in bench. */
class ManyHostsTest {

    private static final int ROUTERS = 5000;

    @Test
    void tenThousandHostsBehindFiveThousandNatsAreEachAnswered() {
        VirtualNet net = new VirtualNet(1, 0);
        TransportAddress mirror = mirror(net);
        int[] answers = new int[1];
        List<UdpPort> ports = new ArrayList<>();
        for (int home = 0; home < ROUTERS; home++) {
            Zone zone = net.zone("home " + home);
            IpAddress external = IpAddress.ofIpv4(0x0B000000 + home);
            net.nat("nat " + home, zone, net.internet(), NatBehaviour.portRestricted(), external, Link.PERFECT);
            for (int i = 2; i < 4; i++) {
                Host host = net.host("host " + home + "." + i, zone, IpAddress.ofIpv4(0x0A000000 + i), Link.PERFECT);
                ports.add(host.open(5000, (now, from, data) -> answers[0]++));
            }
        }

        ports.forEach(port -> port.send(mirror, ByteBuffer.allocate(20)));
        net.runUntil(1);

        assertThat(answers[0]).isEqualTo(2 * ROUTERS);
    }

    /** Routes are looked up, not gone through: each of so many firewalls is found. */
    @Test
    void hostsBehindThousandsOfFirewallsAreEachReached() {
        VirtualNet net = new VirtualNet(1, 0);
        int[] heard = new int[1];
        List<TransportAddress> addresses = new ArrayList<>();
        for (int office = 0; office < ROUTERS; office++) {
            Zone zone = net.zone("office " + office);
            IpPrefix prefix = new IpPrefix(IpAddress.ofIpv4(0x0B000000 + (office << 8)), 24);
            net.firewall("router " + office, zone, net.internet(), NatBehaviour.open(), prefix, Link.PERFECT);
            IpAddress ip = IpAddress.ofIpv4(prefix.base().ipv4() + 7);
            addresses.add(net.host("host " + office, zone, ip, Link.PERFECT)
                    .open(80, (now, from, data) -> heard[0]++)
                    .address());
        }
        UdpPort sender = net.host("sender", net.internet(), IpAddress.parse("198.51.100.2"), Link.PERFECT)
                .open(1, (now, from, data) -> {});

        addresses.forEach(address -> sender.send(address, ByteBuffer.allocate(20)));
        net.runUntil(1);

        assertThat(heard[0]).isEqualTo(ROUTERS);
    }

    private static TransportAddress mirror(VirtualNet net) {
        UdpPort[] self = new UdpPort[1];
        self[0] = net.host("mirror", net.internet(), IpAddress.parse("198.51.100.1"), Link.PERFECT)
                .open(80, (now, from, data) -> self[0].send(from, data));
        return self[0].address();
    }
}
