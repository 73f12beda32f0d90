package dev.postern.natsim.ice4j;

import dev.postern.stun.TransportAddress;

/** Where an agent finds a STUN and TURN server, over UDP, and how it shows who it is. */
public record IceServer(TransportAddress address, String username, String password) {

    /** Without the password. */
    @Override
    public String toString() {
        return "turn:" + username + "@" + address;
    }
}
