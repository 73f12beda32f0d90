package dev.postern.conformance;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/**
 * What came: one datagram or one message of a stream.
 *
 * @param from who sent it
 * @param bytes from position to limit; nobody else's
 */
public record Arrival(TransportAddress from, ByteBuffer bytes) {}
