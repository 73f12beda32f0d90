package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnLimits;
import dev.postern.turn.core.RelayLegs.Missing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one client holds on the relay (RFC 8656 section 3.2): one or two legs with a lifetime each, permissions and
 * channels. It lives as long as one of its legs. Belongs to the thread of the engine whose {@link AllocationTable} it is in.
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
    private final String username;
    private final String quotaUser;
    private final IpAddress quotaSource;
    private final boolean relaysTcp;
    private final RelayLegs legs;
    private final Permissions permissions;
    private final ChannelBindings channels;
    private final PeerConnections connections = new PeerConnections();
    private final TrafficMeter traffic;
    private @Nullable AllocateRequest request;
    private @Nullable TransactionId allocateId;
    private FiveTuple path;
    private @Nullable Roaming roaming;
    private State state = State.OPENING;
    private @Nullable RateBucket icmpErrors;
    private long packetsToPeers;
    private long bytesToPeers;
    private long packetsToClient;
    private long bytesToClient;

    Allocation(
            AllocationTable home,
            long id,
            AllocateRequest request,
            List<? extends RelaySource> sources,
            @Nullable Missing missing,
            TurnLimits limits,
            TrafficMeter traffic) {
        this.home = home;
        this.id = id;
        this.request = request;
        this.allocateId = request.replyTo().id();
        this.username = request.replyTo().caller().username();
        this.quotaUser = request.replyTo().caller().quotaUser();
        this.quotaSource = request.replyTo().path().client().ip();
        this.relaysTcp = request.tcp();
        this.path = request.replyTo().path();
        this.legs = new RelayLegs(this, sources, missing, limits);
        this.traffic = traffic;
        this.permissions = new Permissions(limits.permissions());
        this.channels = new ChannelBindings(limits.channels());
    }

    /** The table, and with it the engine, that this allocation belongs to. */
    AllocationTable home() {
        return home;
    }

    /** The 5-tuple by which its client hears. */
    FiveTuple path() {
        return path;
    }

    void moveTo(FiveTuple other) {
        path = other;
        allocateId = null;
    }

    /** How its client moves, or null if it may not. */
    @Nullable
    Roaming roaming() {
        return roaming;
    }

    void roamBy(Roaming how) {
        roaming = how;
    }

    /** Its client has sent data by this path. Makes no garbage. */
    void onClientData(FiveTuple from) {
        Roaming how = roaming;
        if (how != null && how.state() == Roaming.State.MOVING) {
            how.onClientData(from);
        }
    }

    /** Whether its client has no 5-tuple now. Makes no garbage. */
    boolean isAway() {
        Roaming how = roaming;
        return how != null && how.state() == Roaming.State.AWAY;
    }

    String username() {
        return username;
    }

    String quotaUser() {
        return quotaUser;
    }

    /** Where its Allocate came from, which its quota stays with when the client moves. */
    IpAddress quotaSource() {
        return quotaSource;
    }

    /** What its traffic is measured with. */
    TrafficMeter traffic() {
        return traffic;
    }

    /** The Allocate that made it, until it is {@linkplain #answered answered}. */
    AllocateRequest request() {
        if (request == null) {
            throw new IllegalStateException("allocation " + id + " is answered");
        }
        return request;
    }

    /** Forgets what was kept for the answer. */
    void answered() {
        request = null;
    }

    /** Whether this request is the Allocate that made it, sent again from where it came. */
    boolean isMadeBy(ReplyTo allocate) {
        return allocate.id().equals(allocateId) && path.equals(allocate.path());
    }

    /** Its one or two relay sockets. */
    RelayLegs legs() {
        return legs;
    }

    List<RelayLeg> liveLegs(long nowNanos) {
        List<RelayLeg> all = legs.all();
        boolean allLive = true;
        for (RelayLeg leg : all) {
            allLive &= leg.isLive(nowNanos);
        }
        return allLive ? all : all.stream().filter(leg -> leg.isLive(nowNanos)).toList();
    }

    /** The live leg that reaches this peer, or null if there is none of its family. Makes no garbage. */
    @Nullable
    RelayLeg legTo(IpAddress peer, long nowNanos) {
        RelayLeg leg = legs.to(peer);
        return leg != null && leg.isLive(nowNanos) ? leg : null;
    }

    Permissions permissions() {
        return permissions;
    }

    ChannelBindings channels() {
        return channels;
    }

    /** Whether it relays TCP (RFC 6062), not UDP. */
    boolean relaysTcp() {
        return relaysTcp;
    }

    /** Its connections with peers; of one that relays TCP. */
    PeerConnections connections() {
        return connections;
    }

    /** It permits this address from now on. */
    void permitted(IpAddress address, long nowNanos) {
        Seat seat = seatTo(address);
        if (seat != null) {
            seat.relay().peers().permitted(seat, address, nowNanos);
        }
    }

    /** Whether {@link #own} may change something: on a shared relay a peer can be its own, and this one is not. */
    boolean mayOwn(TransportAddress peer) {
        Seat seat = seatTo(peer.ip());
        return seat != null
                && peer.port() != 0
                && !seat.diverts(peer)
                && !seat.owned().contains(peer);
    }

    /** Its client has named a peer that it permits: on a shared relay the peer is its own, unless it is another's. */
    void own(TransportAddress peer, long nowNanos) {
        Seat seat = seatTo(peer.ip());
        if (seat != null && mayOwn(peer)) {
            seat.relay().peers().claim(seat, peer, nowNanos);
        }
    }

    private @Nullable Seat seatTo(IpAddress address) {
        RelayLeg leg = legs.to(address);
        return leg == null ? null : leg.seat();
    }

    /** Whether a peer's address is of a family that is relayed now. */
    boolean relays(IpAddress peer, long nowNanos) {
        return legTo(peer, nowNanos) != null;
    }

    State state() {
        return state;
    }

    /** Whether it has an address now. Makes no garbage. */
    boolean isLive(long nowNanos) {
        return state == State.LIVE && legs.anyLive(nowNanos);
    }

    void goLive() {
        if (state != State.OPENING) {
            throw new IllegalStateException("allocation " + id + " is " + state);
        }
        state = State.LIVE;
    }

    /** When the last of its live legs ends; {@code nowNanos} if there is none. */
    long expiresAtNanos(long nowNanos) {
        long leftNanos = 0;
        for (RelayLeg leg : liveLegs(nowNanos)) {
            leftNanos = Math.max(leftNanos, leg.expiresAtNanos() - nowNanos);
        }
        return nowNanos + leftNanos;
    }

    void ended() {
        state = State.ENDED;
    }

    /** Forgets a closed leg, and what only it could reach (RFC 8656 section 8.1). */
    void drop(RelayLeg leg) {
        legs.drop(leg);
        permissions.removeAll(leg.family());
        channels.removeAll(leg.family());
    }

    /** Whether its client may be told of one more ICMP error: anybody can forge them. */
    boolean takesIcmp(long nowNanos) {
        RateBucket bucket = icmpErrors;
        if (bucket == null) { // most never hear of one
            bucket = new RateBucket(IcmpError.MOST_PER_SECOND, IcmpError.BURST_SECONDS, nowNanos);
            icmpErrors = bucket;
        }
        return bucket.take(nowNanos, 1);
    }

    void countToPeer(int payloadBytes) {
        packetsToPeers++;
        bytesToPeers += payloadBytes;
    }

    void countToClient(int payloadBytes) {
        packetsToClient++;
        bytesToClient += payloadBytes;
    }

    /** Bytes went over one of its connections with peers. */
    void countStream(long toPeerBytes, long toClientBytes) {
        bytesToPeers += toPeerBytes;
        bytesToClient += toClientBytes;
    }

    AllocationChange change(AllocationChange.Kind kind, long lifetimeSeconds) {
        List<TransportAddress> relayed = new ArrayList<>(2);
        for (RelayLeg leg : legs.all()) {
            if (leg.isBound()) {
                relayed.add(leg.relayed());
            }
        }
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
}
