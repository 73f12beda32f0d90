package dev.postern.natsim.junit;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Router;
import dev.postern.natsim.ice4j.VirtualDatagramSocket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.List;
import java.util.function.Supplier;
import org.ice4j.ice.Agent;

/** One of the machines of a {@link Lab}. Any thread. */
public final class Peer {

    private final Lab lab;
    private final Host host;
    private final Supplier<List<Router>> nats;

    Peer(Lab lab, Host host, Supplier<List<Router>> nats) {
        this.lab = lab;
        this.host = host;
        this.nats = nats;
    }

    /** Such as {@code A}, or as the file has it. */
    public String name() {
        return host.name();
    }

    /** Its address in the network that it is in, behind its NATs. */
    public InetAddress address() {
        return host.ip().toInetAddress();
    }

    /** The address that it is known by on the internet: that of its outermost NAT which translates, or its own. */
    public InetAddress outside() {
        return lab.net()
                .with(owned -> nats().stream()
                        .filter(router -> router.behaviour().translates())
                        .reduce((inner, outer) -> outer)
                        .map(router -> router.externals().get(0))
                        .orElse(host.ip()))
                .toInetAddress();
    }

    /** The machine in the network; for use within {@link Lab#net}. */
    public Host host() {
        return host;
    }

    /** Its NATs and firewalls as they are now, from the machine outwards; for use within {@link Lab#net}. */
    public List<Router> nats() {
        return nats.get();
    }

    /** A UDP socket on this machine, at a port of its choice, which opens none of the real machine; the lab closes it. */
    public DatagramSocket socket() throws SocketException {
        return socket(0);
    }

    /**
     * A UDP socket at a port of this machine; see {@link VirtualDatagramSocket}. Its receive timeout is time of the lab.
     *
     * @param port 1 to 65535, or 0 for a free one
     * @throws SocketException if the port is in use
     */
    public DatagramSocket socket(int port) throws SocketException {
        return lab.closing(new VirtualDatagramSocket(lab.net(), host, port));
    }

    /**
     * An ice4j agent on this machine. It has no harvester but the one for this machine's address: add those for STUN and TURN as
     * your program does, with {@link Lab#server}. The lab frees it, unless you have.
     */
    public Agent agent() {
        return attach(lab.agents().make());
    }

    /**
     * Puts an ice4j agent that your program has made on this machine, before its first component: it then gathers here alone.
     *
     * @return the agent
     */
    public <T extends Agent> T attach(T agent) {
        lab.agents().attach(agent, host);
        return agent;
    }
}
