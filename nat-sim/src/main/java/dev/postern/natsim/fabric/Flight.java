package dev.postern.natsim.fabric;

import dev.postern.natsim.Packet;

/** A packet on its way, which stays the same flight when a NAT changes the packet. */
record Flight(long number, Host origin, Packet sent, Packet packet, int hops) {

    Flight translated(Packet newPacket) {
        return new Flight(number, origin, sent, newPacket, hops);
    }

    Flight nextHop() {
        return new Flight(number, origin, sent, packet, hops + 1);
    }
}
