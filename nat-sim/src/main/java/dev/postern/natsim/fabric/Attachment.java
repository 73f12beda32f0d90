package dev.postern.natsim.fabric;

import java.util.Random;

/** The place where a host or router is attached to a zone: the line between them, with a random source per direction. */
final class Attachment {

    private final VirtualNet net;
    private final String name;
    private final Arrival arrival;
    private final Zone zone;
    private final Link link;
    private final Random upRandom;
    private final Random downRandom;

    /** The place of the host or router with the given name. */
    Attachment(VirtualNet net, String name, Arrival arrival, Zone zone, Link link) {
        this.net = net;
        this.name = name;
        this.arrival = arrival;
        this.zone = zone;
        this.link = link;
        this.upRandom = net.newRandom();
        this.downRandom = net.newRandom();
    }

    Zone zone() {
        return zone;
    }

    Link link() {
        return link;
    }

    /** From the host or router into the zone. */
    void up(Flight flight) {
        carry(flight, link.up(), upRandom, "from " + name, () -> zone.route(flight, this));
    }

    /** From the zone to the host or router. */
    void down(Flight flight) {
        carry(flight, link.down(), downRandom, "to " + name, () -> arrival.on(flight, this));
    }

    private void carry(Flight flight, LinkConditions conditions, Random random, String line, Runnable arrive) {
        if (conditions.loss() > 0 && random.nextDouble() < conditions.loss()) {
            net.drop(flight, zone.name(), "lost: on the line " + line);
            return;
        }
        long jitterNanos = conditions.jitter().toNanos();
        long extraNanos = jitterNanos == 0 ? 0 : (long) (random.nextDouble() * jitterNanos);
        net.carry(flight, conditions.latency().toNanos() + extraNanos, arrive);
    }
}
