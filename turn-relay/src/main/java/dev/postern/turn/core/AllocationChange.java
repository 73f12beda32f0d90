package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.util.List;

/**
 * A step in the life of an allocation, for logs and for whoever accounts for it.
 *
 * @param kind which step
 * @param id counts allocations of this server from 1
 * @param path the client's 5-tuple
 * @param username as the client sent it: escape it before it meets a log
 * @param relayed the relayed transport addresses, one of each family at most; empty if it came to none
 * @param lifetimeSeconds what was granted; 0 at the end
 * @param packetsToPeers what was relayed so far
 * @param bytesToPeers payload that was relayed so far
 * @param packetsToClient what was relayed so far
 * @param bytesToClient payload that was relayed so far
 */
public record AllocationChange(
        Kind kind,
        long id,
        FiveTuple path,
        String username,
        List<TransportAddress> relayed,
        long lifetimeSeconds,
        long packetsToPeers,
        long bytesToPeers,
        long packetsToClient,
        long bytesToClient) {

    public AllocationChange {
        relayed = List.copyOf(relayed);
    }

    /** The steps. All but the first four are ends. */
    public enum Kind {
        /** Answered with a relayed transport address. */
        OPENED,
        /** A Refresh gave it more time. */
        REFRESHED,
        /** Its client sends by another 5-tuple now. */
        MOVED,
        /** One of its two addresses was deleted or expired; the other one stays. */
        FAMILY_ENDED,
        /** Deleted by a Refresh with lifetime 0. */
        DELETED,
        /** Nobody refreshed it. */
        EXPIRED,
        /** Its client's stream closed. */
        STREAM_CLOSED,
        /** Its relay socket could not be bound. */
        OPEN_FAILED,
        /** Its user or room was revoked. */
        REVOKED,
        /** The relay stops. */
        STOPPED
    }
}
