package dev.postern.natsim.fabric;

/** What a host or router does with a packet that has come down one of its lines. */
@FunctionalInterface
interface Arrival {

    void on(Flight flight, Line line);
}
