package dev.postern.turn.core;

import dev.postern.stun.ChannelData;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.Demux;
import dev.postern.stun.Fingerprint;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.auth.RequestGate;
import dev.postern.stun.time.Deadlines;
import dev.postern.stun.time.SourceLimiter;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;

/**
 * A TURN server (RFC 8656) as a state machine: inputs with their time in, calls of {@link TurnOutput} out, and {@link
 * #nextTimeout} says when it wants to be called next. It holds no socket, thread or clock, and serves clients over UDP and
 * streams alike.
 *
 * <p>One owner thread calls it; a server with several has an engine each and one {@link SharedState} for all. Nothing that comes
 * from the network throws: what is malformed is counted and dropped, or answered as the RFC says. {@code nowNanos} may
 * start anywhere and overflow; engines of one server share its origin.
 *
 * <p>Not for Binding requests, which need no allocation: the shell gives those to a STUN engine.
 */
public final class TurnEngine {

    /** How many deadlines one call of {@link #onTimeout} handles, so that inputs need not wait long. */
    private static final int EXPIRIES_PER_CALL = 256;

    private static final byte NOTHING = (byte) 0xFF; // the first byte of no protocol here
    private static final byte FIRST_CHANNEL_BYTE = ChannelData.MIN_NUMBER >>> Byte.SIZE;

    private final SharedState shared;
    private final int lastChannelByte;
    private final Tally tally = new Tally();
    private final Deadlines deadlines = new Deadlines();
    private final StunMessage message = new StunMessage();
    private final Switchboard switchboard;
    private final AllocationTable table;
    private final ParkedRequests parked;
    private final AllocateProcedure allocate;
    private final RequestDesk requests;
    private final ClientTraffic clientTraffic;
    private final PeerTraffic peerTraffic;
    private final TcpRelayInput tcp;

    /** The one engine of the server that {@code shared} belongs to. */
    public TurnEngine(SharedState shared, TurnOutput output) {
        this(shared, 0, output);
    }

    /**
     * One of several engines of the server that {@code shared} belongs to.
     *
     * @param shard its number, by which {@link TurnOutput#handOver} names it; no two are the same
     */
    public TurnEngine(SharedState shared, int shard, TurnOutput output) {
        this(shared, shard, output, shared.newSourceLimiter());
    }

    /**
     * The same, beside another engine on the same thread that answers strangers too.
     *
     * @param limiter bounds the answers of both per source, see {@link SharedState#newSourceLimiter}
     */
    public TurnEngine(SharedState shared, int shard, TurnOutput output, SourceLimiter limiter) {
        this.shared = shared;
        this.lastChannelByte = shared.lastChannel() >>> Byte.SIZE;
        KnownAttributes known =
                new KnownAttributes(shared.config().tcpRelaying().on(), output.canForbidFragments());
        RequestGate gate = shared.newGate(known);
        Strangers strangers = new Strangers(limiter, tally);
        Answers answers =
                new Answers(output, gate, tally, strangers, shared.config().software());
        this.switchboard = new Switchboard(shared.movedPaths(), shard, output, deadlines);
        ConnectionTable connections = new ConnectionTable(shared, output, tally, deadlines);
        this.table = new AllocationTable(shared, shard, output, tally, deadlines, connections);
        PeerJudge judge = new PeerJudge(shared, output, tally);
        this.tcp = new TcpRelayInput(shared, judge, table, connections, output, answers, tally);
        this.allocate = new AllocateProcedure(shared, table, switchboard, answers, tally);
        this.parked = new ParkedRequests(deadlines, tally);
        Questions questions = new Questions(shared.users(), strangers, parked, tally, shared::newQuestionLimiter);
        this.requests = new RequestDesk(
                shared, gate, table, switchboard, answers, tally, judge, allocate, tcp, parked, questions);
        this.peerTraffic = new PeerTraffic(shared, output, tally);
        this.clientTraffic = new ClientTraffic(shared, known, table, switchboard, output, tally, judge, peerTraffic);
    }

    /**
     * One datagram, or one frame of a stream, from a client: STUN or ChannelData, a stream's ChannelData with or without its padding.
     * {@code data} is valid during the call; bytes before its position may be overwritten, its position and limit are as
     * before when the call returns.
     */
    public void onClientData(long nowNanos, FiveTuple path, ByteBuffer data) {
        byte first = data.hasRemaining() ? data.get(data.position()) : NOTHING;
        if (first >= FIRST_CHANNEL_BYTE && first <= lastChannelByte) {
            clientTraffic.onChannelData(nowNanos, path, data);
        } else if (Demux.of(first) == Demux.STUN) {
            onStun(nowNanos, path, data);
        } else {
            tally.add(TurnCounter.DROPPED_NOT_TURN);
        }
    }

    private void onStun(long nowNanos, FiveTuple path, ByteBuffer data) {
        if (!table.has(path) && switchboard.passOn(path, data)) {
            return;
        }
        if (message.decode(data) != DecodeResult.OK || Fingerprint.isBroken(message)) {
            tally.add(TurnCounter.DROPPED_MALFORMED);
        } else if (message.messageClass() == MessageClass.REQUEST) {
            if (!requests.passOn(nowNanos, path, message, data)) {
                requests.onRequest(nowNanos, path, message);
            }
        } else if (message.messageClass() == MessageClass.INDICATION && message.method() == Method.SEND) {
            clientTraffic.onSend(nowNanos, path, message);
        } else {
            tally.add(TurnCounter.DROPPED_UNKNOWN_METHOD); // a response never gets a response
        }
    }

    /** The client's stream has ended, and with it its allocation, unless that may move (RFC 8016). */
    public void onStreamClosed(long nowNanos, FiveTuple path) {
        parked.drop(path);
        if (!table.has(path) && switchboard.passOnClose(path)) {
            return;
        }
        table.streamClosed(path);
    }

    /** The socket that {@link TurnOutput#openRelay} asked for is bound to {@code bound}. */
    public void onRelayOpened(long nowNanos, RelaySocket socket, TransportAddress bound) {
        if (socket instanceof RelayLeg leg) {
            allocate.onRelayOpened(leg, bound, nowNanos);
        } else if (socket instanceof SharedRelay relay) {
            allocate.onSharedRelayOpened(relay, bound, nowNanos);
        } else if (socket instanceof ReservedPort next) {
            allocate.onNextOpened(next, bound, nowNanos);
        } else if (socket instanceof SidePort side) {
            table.sharedRelays().sidePorts().onOpened(side, bound, nowNanos);
        }
    }

    /** The socket that {@link TurnOutput#openRelay} asked for cannot be bound. */
    public void onRelayFailed(long nowNanos, RelaySocket socket) {
        if (socket instanceof RelayLeg leg) {
            allocate.onRelayFailed(leg, nowNanos);
        } else if (socket instanceof SharedRelay relay) {
            allocate.onSharedRelayFailed(relay, nowNanos);
        } else if (socket instanceof ReservedPort next) {
            allocate.onRelayFailed(next.reservedBy(), nowNanos);
        } else if (socket instanceof SidePort side) {
            table.sharedRelays().sidePorts().onFailed(side, nowNanos);
        }
    }

    /**
     * A datagram of 0 bytes or more from a peer. It is passed on without a copy if {@code data} is writable and has four or more
     * bytes in front of its position, which may then be overwritten; otherwise as in {@link #onClientData}.
     */
    public void onRelayData(long nowNanos, RelaySocket socket, TransportAddress peer, ByteBuffer data) {
        peerTraffic.onDatagram(nowNanos, socket, peer, data);
    }

    /** The inputs about connections with peers (RFC 6062), which belong to the same thread. */
    public TcpRelayInput tcpRelaying() {
        return tcp;
    }

    /**
     * An ICMP error about a datagram that left by {@link TurnOutput#toPeer}, for a shell that hears of them (RFC 8656 section 11.5).
     *
     * @param peer where the datagram was sent to, from the packet inside the error
     * @param type the ICMP type, of the family of {@code socket}
     * @param code the ICMP code, 0 to 255
     * @param data the four bytes behind the ICMP checksum, which hold the next hop's MTU where the packet was too big
     */
    public void onRelayIcmp(long nowNanos, RelaySocket socket, TransportAddress peer, int type, int code, int data) {
        peerTraffic.onIcmp(nowNanos, socket, peer, type, code, data);
    }

    /** When {@link #onTimeout} is due, by the clock of {@code nowNanos}; {@link Long#MAX_VALUE} if never. */
    public long nextTimeout() {
        return deadlines.next();
    }

    /** Ends what has expired, a bounded number at a time; what is left over is due at once. */
    public void onTimeout(long nowNanos) {
        deadlines.advance(nowNanos, EXPIRIES_PER_CALL);
    }

    /** Looks once more at the requests that wait for a user's credentials, because the store of credentials has an answer. */
    public void credentialsChanged(long nowNanos, String username) {
        requests.credentialsChanged(nowNanos, username);
    }

    /** Ends the allocations of users and rooms that were revoked; returns how many. */
    public int endRevoked() {
        return table.endRevoked();
    }

    /** Ends all allocations, because the server stops: no engine of it lets a new one in from then on, as in {@link SharedState#drain}. */
    public void stop() {
        shared.drain();
        table.endAll(AllocationChange.Kind.STOPPED);
        table.sharedRelays().closeAll();
        table.reservedPorts().endAll();
    }

    /** Asks for the shared relays ahead of the first Allocate, where there are such; how many are waited for then. */
    public int openSharedRelays() {
        return table.sharedRelays().openAll();
    }

    /** How many shared relays are asked for and neither bound nor failed yet. */
    public int sharedRelaysOpening() {
        return table.sharedRelays().opening();
    }

    /** How often something happened since the engine was made, or is the case now; any thread. */
    public long count(TurnCounter counter) {
        return tally.get(counter);
    }
}
