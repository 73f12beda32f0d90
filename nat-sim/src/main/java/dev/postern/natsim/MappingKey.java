package dev.postern.natsim;

import dev.postern.stun.TransportAddress;

/**
 * What a mapping is found by from inside.
 *
 * @param destination as much of the destination as the mapping depends on
 */
record MappingKey(IpProtocol protocol, TransportAddress internal, TransportAddress destination) {}
