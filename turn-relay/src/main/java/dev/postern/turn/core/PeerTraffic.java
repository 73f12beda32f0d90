package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The way from peers to clients (RFC 8656 sections 11.3 and 12.6): nothing passes without a permission; a bound channel carries
 * ChannelData, else it is a Data indication. ChannelData is written in front of the payload, where there is room: no copy, no
 * garbage.
 */
final class PeerTraffic {

    /** The longest payload whose Data indication has a length that fits its 16 bits: the peer's address, two attribute heads and padding less. */
    private static final int MAX_INDICATED_BYTES_IPV4 = 0xFFFF - 2 * StunMessage.ATTRIBUTE_HEADER_BYTES - 8 - 3;

    /** The same for an IPv6 peer. */
    private static final int MAX_INDICATED_BYTES_IPV6 = MAX_INDICATED_BYTES_IPV4 - 12;

    private static final int SCRATCH_BYTES = StunMessage.HEADER_BYTES + 0x1_0000;

    private final SharedState shared;
    private final TurnOutput output;
    private final Tally tally;
    private final SplittableRandom transactionIds;
    private final StunEncoder encoder = new StunEncoder();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);

    PeerTraffic(SharedState shared, TurnOutput output, Tally tally) {
        this.shared = shared;
        this.output = output;
        this.tally = tally;
        this.transactionIds = new SplittableRandom(shared.randomBits());
    }

    /** Data from a relay socket. */
    void onDatagram(long nowNanos, RelaySocket socket, TransportAddress source, ByteBuffer data) {
        deliver(nowNanos, socket, peerAt(socket, source), data);
    }

    /** Another shard's relay comes through its socket, by an address that its peers do not know it by behind a 1:1 NAT. */
    private TransportAddress peerAt(RelaySocket socket, TransportAddress source) {
        return socket.pool().hides(source.ip()) ? shared.liveRelays().relayedOf(source) : source;
    }

    /** Data from {@code peer} for whom it is at {@code socket}. Position and limit of {@code data} are as before when this returns. */
    void deliver(long nowNanos, RelaySocket socket, TransportAddress peer, ByteBuffer data) {
        RelayLeg leg = socket.legFor(peer, nowNanos);
        if (leg == null) {
            tally.add(socket.whyNobody(peer));
        } else {
            deliver(nowNanos, leg, peer, data);
        }
    }

    private void deliver(long nowNanos, RelayLeg leg, TransportAddress peer, ByteBuffer data) {
        Allocation allocation = leg.allocation();
        if (!leg.isLive(nowNanos)) {
            tally.add(TurnCounter.DROPPED_FROM_PEER_NO_ALLOCATION);
            return;
        }
        ChannelBinding binding = allocation.channels().find(peer, nowNanos);
        Permission permission = binding != null
                ? binding.permission()
                : allocation.permissions().find(peer.ip(), nowNanos);
        if (permission == null || !permission.holds(nowNanos)) {
            tally.add(TurnCounter.DROPPED_FROM_PEER_NO_PERMISSION);
            return;
        }
        if (permission.kind() == Permission.Kind.LIVE_RELAYS
                && shared.liveRelays().find(peer) == null) {
            tally.add(TurnCounter.DROPPED_FROM_PEER_FORBIDDEN);
            return;
        }
        if (allocation.isAway()) {
            tally.add(TurnCounter.DROPPED_TO_CLIENT_AWAY);
            return;
        }
        if (binding == null && shared.policy().judgePort(peer).denied()) {
            tally.add(TurnCounter.DROPPED_FROM_PEER_FORBIDDEN);
            return;
        }
        int payloadBytes = data.remaining();
        if (payloadBytes > mostBytes(binding, peer)) {
            tally.add(TurnCounter.DROPPED_TOO_LONG);
            return;
        }
        TurnCounter over = allocation.traffic().onPacket(nowNanos, payloadBytes);
        if (over != null) {
            tally.add(over);
            return;
        }
        if (binding != null) {
            sendChannelData(allocation, binding.number(), data, payloadBytes);
        } else {
            sendIndication(allocation, peer, data);
        }
        allocation.countToClient(payloadBytes);
        tally.add(TurnCounter.PACKETS_TO_CLIENTS);
        tally.add(TurnCounter.BYTES_TO_CLIENTS, payloadBytes);
    }

    private static int mostBytes(@Nullable ChannelBinding binding, TransportAddress peer) {
        if (binding != null) {
            return ChannelData.MAX_PAYLOAD_BYTES;
        }
        return peer.ip().isIpv4() ? MAX_INDICATED_BYTES_IPV4 : MAX_INDICATED_BYTES_IPV6;
    }

    private void sendChannelData(Allocation allocation, int number, ByteBuffer data, int payloadBytes) {
        int position = data.position();
        int limit = data.limit();
        if (position < ChannelData.HEADER_BYTES || data.isReadOnly()) {
            scratch.clear().position(ChannelData.HEADER_BYTES).put(data).flip();
            ChannelData.putHeader(scratch, 0, number, payloadBytes);
            output.toClient(allocation.path(), scratch);
        } else {
            int start = position - ChannelData.HEADER_BYTES;
            ChannelData.putHeader(data, start, number, payloadBytes);
            data.position(start);
            output.toClient(allocation.path(), data);
        }
        data.limit(limit).position(position);
    }

    private void sendIndication(Allocation allocation, TransportAddress peer, ByteBuffer data) {
        ByteBuffer indication = encoder.begin(scratch.clear(), MessageClass.INDICATION, Method.DATA, nextId())
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer)
                .bytes(AttributeType.DATA, data)
                .finish();
        output.toClient(allocation.path(), indication);
    }

    /** RFC 8656 section 11.5: the permission of the address that the datagram in error went to is what counts. */
    void onIcmp(long nowNanos, RelaySocket socket, TransportAddress source, int type, int code, int data) {
        TransportAddress peer = peerAt(socket, source);
        RelayLeg leg = socket.legFor(peer, nowNanos);
        if (leg == null || !leg.isLive(nowNanos) || !mayHear(nowNanos, leg, peer, type)) {
            tally.add(TurnCounter.ICMP_DROPPED);
            return;
        }
        if (!leg.allocation().takesIcmp(nowNanos)) {
            tally.add(TurnCounter.ICMP_OVER_RATE);
            return;
        }
        TurnCounter over = leg.allocation().traffic().onPacket(nowNanos, 0);
        if (over != null) {
            tally.add(over);
            return;
        }
        encoder.begin(scratch.clear(), MessageClass.INDICATION, Method.DATA, nextId())
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer)
                .u64(AttributeType.ICMP, IcmpError.value(leg.family(), type, code, data));
        output.toClient(leg.allocation().path(), encoder.finish());
        tally.add(TurnCounter.ICMP_TO_CLIENTS);
    }

    /** Whether the client could have sent what the error is about, and is there to hear of it. */
    private boolean mayHear(long nowNanos, RelayLeg leg, TransportAddress peer, int type) {
        Allocation allocation = leg.allocation();
        Permission permission = allocation.permissions().find(peer.ip(), nowNanos);
        return permission != null
                && IcmpError.isPassedOn(leg.family(), type)
                && (permission.kind() != Permission.Kind.LIVE_RELAYS
                        || shared.liveRelays().find(peer) != null)
                && !allocation.isAway()
                && !shared.policy().judgePort(peer).denied();
    }

    private TransactionId nextId() {
        return TransactionId.of(transactionIds.nextInt(), transactionIds.nextLong());
    }
}
