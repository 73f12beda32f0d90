package dev.postern.natsim.fabric;

/** What a host or router does with a packet that has come down the line of one of its attachments. */
@FunctionalInterface
interface Arrival {

    void on(Flight flight, Attachment at);
}
