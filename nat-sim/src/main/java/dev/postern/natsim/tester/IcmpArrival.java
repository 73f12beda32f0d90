package dev.postern.natsim.tester;

import dev.postern.natsim.IcmpReason;
import dev.postern.stun.TransportAddress;

/**
 * An ICMP error that has arrived about a datagram of the tester.
 *
 * @param to whom the datagram was for
 * @param reason what the error says
 */
public record IcmpArrival(TransportAddress to, IcmpReason reason) {}
