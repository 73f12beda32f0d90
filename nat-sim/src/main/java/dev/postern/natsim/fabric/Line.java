package dev.postern.natsim.fabric;

/**
 * The line by which a host or router is attached to a zone. It can go down and change while the network runs; do so from
 * {@link VirtualNet#at} for a change at a given time. Belongs to the thread that runs the network.
 */
public final class Line {

    private final VirtualNet net;
    private final String owner;
    private final Arrival arrival;
    private final Zone zone;
    private final Direction up;
    private final Direction down;
    private boolean connected = true;
    /** Counts how often the line went down, so that packets which were on it then can be told from those after. */
    private int cuts;

    /** The line of the host or router with the given name. */
    Line(VirtualNet net, String owner, Arrival arrival, Zone zone, Link link) {
        this.net = net;
        this.owner = owner;
        this.arrival = arrival;
        this.zone = zone;
        this.up = new Direction(net, this, true, link.up());
        this.down = new Direction(net, this, false, link.down());
    }

    /** What the line does to packets now. */
    public Link link() {
        return new Link(up.conditions(), down.conditions());
    }

    /** Does this to packets that are sent from now on; those that wait or are on their way arrive as they would have. */
    public void change(Link link) {
        up.change(link.up());
        down.change(link.down());
    }

    /** Cuts the line: what is on it is lost, and so is what is sent until {@link #reconnect}. Nobody is told. */
    public void disconnect() {
        if (connected) {
            connected = false;
            cuts++;
            up.clear();
            down.clear();
        }
    }

    /** Ends {@link #disconnect}. */
    public void reconnect() {
        connected = true;
    }

    public boolean isConnected() {
        return connected;
    }

    Zone zone() {
        return zone;
    }

    /** The name of the host or router whose line this is. */
    String owner() {
        return owner;
    }

    int cuts() {
        return cuts;
    }

    /** The longest packet that this line carries from the host or router into the zone, in bytes. */
    int mtuUp() {
        return up.conditions().mtuBytes();
    }

    /** From the host or router into the zone; the caller has seen to it that a packet over {@link #mtuUp} may be cut. */
    void up(Flight flight) {
        carry(flight, up);
    }

    /** From the zone to the host or router. */
    void down(Flight flight) {
        int mtuBytes = down.conditions().mtuBytes();
        if (Fragmentation.forbids(flight.packet(), mtuBytes, false)) {
            zone.onTooBig(flight, mtuBytes, this);
        } else {
            carry(flight, down);
        }
    }

    private void carry(Flight flight, Direction direction) {
        if (connected) {
            direction.carry(flight);
        } else {
            net.drop(flight, zone.name(), "link down: the line of " + owner() + " is cut");
        }
    }

    /** A packet has come to the end of the line. */
    void onArrival(Flight flight, boolean upwards, int cutsBefore) {
        if (cuts != cutsBefore) {
            net.drop(flight, zone.name(), "link down: the line of " + owner() + " was cut with the packet on it");
        } else if (upwards) {
            zone.route(flight, this);
        } else {
            arrival.on(flight, this);
        }
    }
}
