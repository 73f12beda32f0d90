package dev.postern.natsim.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.NatBehaviour;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What {@link VirtualNet#why} says when addresses have changed between the packets and the question. */
class WhyAfterMovesTest {

    private static final IpAddress OLD = IpAddress.parse("203.0.113.1");

    private final VirtualNet net = new VirtualNet(1);
    private final Host a = net.host("A", net.internet(), IpAddress.parse("198.51.100.1"), Link.PERFECT);
    private final Zone home = net.zone("home");
    private final Router nat = net.nat("nat", home, net.internet(), NatBehaviour.portRestricted(), OLD, Link.PERFECT);
    private final Host b = net.host("B", home, IpAddress.parse("10.0.0.2"), Link.PERFECT);

    private void sendFromAToB(IpAddress address, int packets) {
        UdpPort port = a.open(0, (now, from, data) -> {});
        for (int i = 0; i < packets; i++) {
            port.send(TransportAddress.of(address, 5000), ByteBuffer.allocate(4));
        }
        port.close();
        net.runUntil(net.nowNanos() + 1);
    }

    @Test
    void packetsToAnExternalAddressThatIsGoneAreFound() {
        sendFromAToB(OLD, 3);
        nat.changeExternal(IpAddress.parse("203.0.113.2"));
        sendFromAToB(IpAddress.parse("203.0.113.2"), 2);

        Why why = net.why(a, b);

        assertThat(why.sentence())
                .contains("none of 5 packets from A to B arrived")
                .contains("nobody inside has :5000");
    }

    @Test
    void packetsToAnAddressThatTheHostHasLeftAreFound() {
        b.roam(net.internet(), IpAddress.parse("192.0.2.9"), Link.PERFECT);
        sendFromAToB(OLD, 3);
        b.roam(home, IpAddress.parse("10.0.0.7"), Link.PERFECT);
        sendFromAToB(IpAddress.parse("192.0.2.9"), 4);

        assertThat(net.why(a, b).sentence())
                .contains("none of 7 packets from A to B arrived")
                .contains("4 dropped at internet: no route: nobody has 192.0.2.9 in internet");
    }

    @Test
    void addressesOfOtherHostsAreNotTakenForTheirs() {
        sendFromAToB(OLD, 3);
        nat.changeExternal(IpAddress.parse("203.0.113.2"));
        Host c = net.host("C", net.internet(), IpAddress.parse("192.0.2.1"), Link.PERFECT);

        assertThat(net.why(a, c).sentence()).contains("A sent nothing to C");
    }
}
