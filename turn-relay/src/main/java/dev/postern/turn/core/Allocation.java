package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.time.Deadlines.Deadline;
import dev.postern.turn.TurnLimits;
import org.jspecify.annotations.Nullable;

/**
 * What one client holds on the relay (RFC 8656 section 3.2): a leg, permissions, channels, and the time until which it does.
 * Belongs to the thread of the engine whose {@link AllocationTable} it is in.
 *
 * <pre>
 *   OPENING --relay open--> LIVE --deleted, expired, stream closed, stopped--> ENDED
 *      \---------- relay failed, stream closed, stopped ----------------------/
 * </pre>
 */
final class Allocation {

    /** Where in its life an allocation is. */
    enum State {
        /** Waits for its relay socket; the client has no answer yet. */
        OPENING,
        LIVE,
        ENDED
    }

    private final AllocationTable home;
    private final long id;
    private final AllocateRequest request;
    private final RelayLeg leg;
    private final Permissions permissions;
    private final ChannelBindings channels;
    private @Nullable Deadline expiry;
    private State state = State.OPENING;
    private long expiresAtNanos;
    private int openAttempts = 1;
    private long packetsToPeers;
    private long bytesToPeers;
    private long packetsToClient;
    private long bytesToClient;

    Allocation(AllocationTable home, long id, AllocateRequest request, PortClaim claim, TurnLimits limits) {
        this.home = home;
        this.id = id;
        this.request = request;
        this.leg = new RelayLeg(this, claim);
        this.permissions = new Permissions(limits.permissions());
        this.channels = new ChannelBindings(limits.channels());
    }

    /** The table, and with it the engine, that this allocation belongs to. */
    AllocationTable home() {
        return home;
    }

    FiveTuple path() {
        return request.replyTo().path();
    }

    String username() {
        return request.replyTo().caller().username();
    }

    String quotaUser() {
        return request.replyTo().caller().quotaUser();
    }

    /** The Allocate that made it. */
    AllocateRequest request() {
        return request;
    }

    RelayLeg leg() {
        return leg;
    }

    Permissions permissions() {
        return permissions;
    }

    ChannelBindings channels() {
        return channels;
    }

    /** Whether a peer's address is of the family that is relayed. */
    boolean relays(IpAddress peer) {
        return peer.isIpv4() == leg.relayed().ip().isIpv4();
    }

    State state() {
        return state;
    }

    boolean isLive(long nowNanos) {
        return state == State.LIVE && expiresAtNanos - nowNanos > 0;
    }

    void opened(Deadline whenItExpires) {
        require(State.OPENING);
        state = State.LIVE;
        expiry = whenItExpires;
    }

    void expiresAt(long atNanos) {
        require(State.LIVE);
        expiresAtNanos = atNanos;
        if (expiry != null) {
            expiry.schedule(atNanos);
        }
    }

    long expiresAtNanos() {
        return expiresAtNanos;
    }

    void ended() {
        state = State.ENDED;
        if (expiry != null) {
            expiry.cancel();
        }
    }

    /** How often its relay socket was asked for; this call counts one more. */
    int countOpenAttempt() {
        return ++openAttempts;
    }

    void countToPeer(int payloadBytes) {
        packetsToPeers++;
        bytesToPeers += payloadBytes;
    }

    void countToClient(int payloadBytes) {
        packetsToClient++;
        bytesToClient += payloadBytes;
    }

    AllocationChange change(AllocationChange.Kind kind, long lifetimeSeconds) {
        TransportAddress relayed = leg.isOpen() ? leg.relayed() : null;
        return new AllocationChange(
                kind,
                id,
                path(),
                username(),
                relayed,
                lifetimeSeconds,
                packetsToPeers,
                bytesToPeers,
                packetsToClient,
                bytesToClient);
    }

    private void require(State expected) {
        if (state != expected) {
            throw new IllegalStateException("allocation " + id + " is " + state);
        }
    }
}
