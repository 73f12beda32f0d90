package dev.postern.signaling.protocol;

import java.util.Objects;

/**
 * A session description on its way from one peer to another. The server relays it and reads nothing in it.
 *
 * @param type what it is
 * @param sdp the SDP; empty for {@link SdpType#ROLLBACK}
 */
public record Description(
        SdpType type, @Wire(absentWith = "type=rollback") String sdp) {

    public Description {
        Objects.requireNonNull(type);
        Objects.requireNonNull(sdp);
    }

    /** Leaves the SDP out, so that a log of a message does not carry addresses and keys. */
    @Override
    public String toString() {
        return "Description[" + type.wireName() + ", " + sdp.length() + " chars]";
    }
}
