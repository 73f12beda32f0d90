package dev.postern.natsim.tester;

import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;

/**
 * Packets as they are on the line, at the machines that are asked from and at the server, whose every address it has: for probes of
 * header fields, of ICMP, and of TCP segments that no socket would send. What arrives at either end is offered to {@link
 * NatTester#takes} and, if that takes it, handed to {@link NatTester#onPacket}. Used on the tester's thread.
 */
public interface ProbeWire {

    /** The address of a machine that is asked from. */
    IpAddress local(int host);

    /** Sends from a machine, whose address must be the packet's source. */
    void send(int host, Packet packet);

    /** Sends from the server, one of whose addresses must be the packet's source. */
    void sendFromServer(Packet packet);
}
