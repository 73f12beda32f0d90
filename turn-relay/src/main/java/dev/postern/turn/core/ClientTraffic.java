package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The way from clients to peers (RFC 8656 sections 11.2 and 12.5): ChannelData on a bound channel, or a Send indication; both need a
 * permission, and neither refreshes anything. Nothing is ever answered. The payload leaves as a window of the buffer that it
 * came in: no copy, and for ChannelData no garbage.
 *
 * <p>A peer that is a live relay of this engine gets the payload at once, from the address that it knows the sender by; one of
 * another shard gets it through the sockets.
 */
final class ClientTraffic {

    private final SharedState shared;
    private final KnownAttributes known;
    private final AllocationTable table;
    private final Switchboard switchboard;
    private final TurnOutput output;
    private final Tally tally;
    private final PeerJudge judge;
    private final PeerTraffic peerTraffic;

    ClientTraffic(
            SharedState shared,
            KnownAttributes known,
            AllocationTable table,
            Switchboard switchboard,
            TurnOutput output,
            Tally tally,
            PeerJudge judge,
            PeerTraffic peerTraffic) {
        this.shared = shared;
        this.known = known;
        this.table = table;
        this.switchboard = switchboard;
        this.output = output;
        this.tally = tally;
        this.judge = judge;
        this.peerTraffic = peerTraffic;
    }

    void onChannelData(long nowNanos, FiveTuple path, ByteBuffer data) {
        if (!ChannelData.isComplete(data)) {
            tally.add(TurnCounter.DROPPED_BAD_CHANNEL_DATA);
            return;
        }
        Allocation allocation = table.findLive(path, nowNanos);
        if (allocation == null) {
            if (!switchboard.passOn(path, data)) {
                tally.add(TurnCounter.DROPPED_NO_ALLOCATION);
            }
            return;
        }
        allocation.onClientData(path);
        ChannelBinding binding = allocation.channels().find(ChannelData.number(data), nowNanos);
        if (binding == null) {
            tally.add(TurnCounter.DROPPED_NO_CHANNEL);
            return;
        }
        if (!binding.permission().holds(nowNanos)) {
            tally.add(TurnCounter.DROPPED_TO_PEER_NO_PERMISSION);
            return;
        }
        int payloadBytes = ChannelData.payloadLength(data);
        int payload = data.position() + ChannelData.HEADER_BYTES;
        send(nowNanos, allocation, binding.permission(), binding.peer(), data, payload, payloadBytes, false);
    }

    void onSend(long nowNanos, FiveTuple path, StunMessage message) {
        int peerIndex = message.indexOf(AttributeType.XOR_PEER_ADDRESS);
        int dataIndex = message.indexOf(AttributeType.DATA);
        TransportAddress peer = peerIndex < 0 ? null : message.xorAddress(peerIndex);
        boolean understood = message.unknownRequired(known::understands).isEmpty();
        if (!understood || peer == null || dataIndex < 0) {
            tally.add(TurnCounter.DROPPED_BAD_INDICATION);
            return;
        }
        Allocation allocation = table.findLive(path, nowNanos);
        if (allocation == null) {
            tally.add(TurnCounter.DROPPED_NO_ALLOCATION);
            return;
        }
        if (allocation.relaysTcp()) { // RFC 6062 section 3: its data goes over connections alone
            tally.add(TurnCounter.DROPPED_NOT_DATAGRAM);
            return;
        }
        allocation.onClientData(path);
        Permission permission = allocation.permissions().find(peer.ip(), nowNanos);
        if (permission == null) {
            tally.add(TurnCounter.DROPPED_TO_PEER_NO_PERMISSION);
            return;
        }
        if (judge.judge(allocation, peer).denied()) {
            tally.add(TurnCounter.DROPPED_TO_PEER_FORBIDDEN);
            return;
        }
        boolean bound = allocation.channels().find(peer, nowNanos) != null;
        TurnCounter over = bound ? null : allocation.traffic().onPeer(nowNanos, peer);
        if (over != null) {
            tally.add(over);
            return;
        }
        int payload = message.valueOffset(dataIndex);
        boolean whole = message.has(AttributeType.DONT_FRAGMENT) && isHeeded(path, peer);
        send(nowNanos, allocation, permission, peer, message.buffer(), payload, message.valueLength(dataIndex), whole);
    }

    /** RFC 8656 section 13: DONT-FRAGMENT is ignored between UDP and UDP where one side is IPv6, and heeded else. */
    private static boolean isHeeded(FiveTuple path, TransportAddress peer) {
        return path.protocol().isStream()
                || (path.client().ip().isIpv4() && peer.ip().isIpv4());
    }

    private void send(
            long nowNanos,
            Allocation allocation,
            Permission permission,
            TransportAddress peer,
            ByteBuffer data,
            int payload,
            int payloadBytes,
            boolean whole) {
        RelayLeg leg = allocation.legTo(peer.ip(), nowNanos);
        if (leg == null) { // its time is over, and the timer is late
            tally.add(TurnCounter.DROPPED_NO_ALLOCATION);
            return;
        }
        RelaySocket socket = socketFor(leg, peer, nowNanos);
        if (socket == null) {
            tally.add(TurnCounter.DROPPED_TO_PEER_TAKEN);
            return;
        }
        TurnCounter over = allocation.traffic().onPacket(nowNanos, payloadBytes);
        if (over != null) {
            tally.add(over);
            return;
        }
        int position = data.position();
        int limit = data.limit();
        data.limit(payload + payloadBytes).position(payload);
        boolean sent = permission.kind() == Permission.Kind.OUTSIDE
                ? sendOut(socket, peer, data, whole)
                : sendToRelay(nowNanos, socket, permission.kind(), peer, data, whole);
        data.limit(limit).position(position);
        if (!sent) {
            tally.add(TurnCounter.DROPPED_TO_PEER_FORBIDDEN);
            return;
        }
        allocation.countToPeer(payloadBytes);
        tally.add(TurnCounter.PACKETS_TO_PEERS);
        tally.add(TurnCounter.BYTES_TO_PEERS, payloadBytes);
    }

    /** Where the data leaves by; null if the peer is another allocation's at the shared relay and the side port is not there yet. */
    private @Nullable RelaySocket socketFor(RelayLeg leg, TransportAddress peer, long nowNanos) {
        RelaySocket socket = leg.socketFor(peer, nowNanos);
        Seat seat = leg.seat();
        return socket != null || seat == null
                ? socket
                : table.sharedRelays().sidePorts().divertData(seat, peer);
    }

    private boolean sendOut(RelaySocket socket, TransportAddress peer, ByteBuffer data, boolean whole) {
        if (whole) {
            output.toPeerUnfragmented(socket, peer, data);
        } else {
            output.toPeer(socket, peer, data);
        }
        return true;
    }

    private boolean sendToRelay(
            long nowNanos,
            RelaySocket socket,
            Permission.Kind kind,
            TransportAddress peer,
            ByteBuffer data,
            boolean whole) {
        RelaySocket other = shared.liveRelays().find(peer);
        if (other == null) {
            return kind == Permission.Kind.RELAYS_AND_MORE && sendOut(socket, peer, data, whole);
        }
        if (other.home() != table) {
            return sendOut(socket, other.bound(), data, whole);
        }
        tally.add(TurnCounter.PACKETS_BETWEEN_RELAYS);
        peerTraffic.deliver(nowNanos, other, socket.relayed(), data);
        return true;
    }
}
