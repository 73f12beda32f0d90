package dev.postern.natsim.scenario.run;

import dev.postern.natsim.fabric.DatagramHandler;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Router;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One port that one host asks its router for, over a socket of its own. Owned by the thread that runs the network. */
abstract class PortAsk implements DatagramHandler {

    private final VirtualNet net;
    private final Parcel parcel;
    private final Scenario.PortWish wish;
    private final TransportAddress to;
    private final String router;
    private final IpAddress local;
    private final UdpPort socket;

    /**
     * An ask that is still to be sent.
     *
     * @param to the router's port that is asked first
     */
    PortAsk(VirtualNet net, Parcel parcel, Scenario.PortWish wish, Host host, TransportAddress to) {
        this.net = net;
        this.parcel = parcel;
        this.wish = wish;
        this.to = to;
        Router asked = host.router();
        this.router = asked == null ? "" : asked.name();
        this.local = host.addresses().stream()
                .filter(address -> address.isIpv4() == to.ip().isIpv4())
                .findFirst()
                .orElse(host.ip());
        this.socket = host.open(local, 0, this);
    }

    /** The first datagram. */
    abstract ByteBuffer request();

    final Scenario.PortWish wish() {
        return wish;
    }

    /** The inside port that it is about. */
    final int port() {
        return parcel.sending().from().port();
    }

    /** The address of the host that the router knows it by. */
    final IpAddress local() {
        return local;
    }

    final void send(ByteBuffer datagram) {
        socket.send(to, datagram);
    }

    final void granted(@Nullable TransportAddress mapped, long seconds) {
        parcel.onGranted(net.nowNanos(), mapped, seconds);
        socket.close();
    }

    final void refused(String how) {
        parcel.onDropped(router, "not served: " + wish.asking().label() + " " + how);
        socket.close();
    }
}
