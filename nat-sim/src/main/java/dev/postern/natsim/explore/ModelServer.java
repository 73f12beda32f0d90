package dev.postern.natsim.explore;

import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * The STUN and TURN server of the model's agents.
 *
 * @param udp where it listens for UDP
 * @param tcp where it listens for TCP; null if it does not
 */
public record ModelServer(
        TransportAddress udp, @Nullable TransportAddress tcp, String realm, String user, String password) {}
