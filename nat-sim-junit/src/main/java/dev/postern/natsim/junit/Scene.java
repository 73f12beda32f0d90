package dev.postern.natsim.junit;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Router;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.oracle.Placement;
import dev.postern.stun.TransportAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The network of a lab, built and still at time 0. */
interface Scene {

    /** Where STUN and TURN are reached over UDP, and by whom. */
    record Server(TransportAddress address, String user, String password) {}

    VirtualNet net();

    /** The name of the host that A is. */
    String a();

    /** The name of the host that B is. */
    String b();

    /**
     * The host of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    Host host(String name);

    /** The NATs and firewalls of a host, as they are now, from it outwards. */
    List<Router> natsOf(String host);

    /** The server that the peers know; null for none. */
    @Nullable
    Server server();

    /** Where A and B are now, for the oracle. */
    Placement placement();

    /** What was to happen and could not, a sentence for each. */
    List<String> impossible();
}
