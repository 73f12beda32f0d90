package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.IpAddress;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CreatePermission (RFC 8656 section 10.2) for one or more peers: all of them or none. Their ports mean nothing for the permission; at a
 * shared relay they tell which peers the client means, so that what those send first is known to be for it.
 */
final class CreatePermissionProcedure {

    private final SharedState shared;
    private final PeerJudge judge;
    private final Answers answers;
    private final Tally tally;
    private final SidePorts sidePorts;

    CreatePermissionProcedure(SharedState shared, PeerJudge judge, Answers answers, Tally tally, SidePorts sidePorts) {
        this.tally = tally;
        this.sidePorts = sidePorts;
        this.shared = shared;
        this.judge = judge;
        this.answers = answers;
    }

    void run(Request request, Allocation allocation) {
        List<TransportAddress> peers = readPeers(request.message());
        ReplyTo replyTo = request.replyTo();
        ErrorCode refusal = judge(addressesOf(peers), allocation, request.nowNanos());
        if (refusal != null) {
            answers.refuse(request.nowNanos(), replyTo, refusal);
        } else if (sidePorts.prepare(allocation, peers, request.nowNanos()) == SidePorts.Way.OPENING) {
            sidePorts.await(
                    allocation,
                    peers,
                    replyTo,
                    request.nowNanos(),
                    (then, bound) -> install(then, replyTo, peers, allocation));
        } else {
            install(request.nowNanos(), replyTo, peers, allocation);
        }
    }

    /** Also where there is no side port for one of the peers: a permission is for all ports of an address. */
    private void install(long nowNanos, ReplyTo replyTo, List<TransportAddress> peers, Allocation allocation) {
        if (!allocation.permissions().hasRoomFor(addressesOf(peers), nowNanos)) { // some took it since it was asked
            answers.refuse(nowNanos, replyTo, ErrorCode.INSUFFICIENT_CAPACITY);
            return;
        }
        PeerPolicy policy = shared.policy();
        for (TransportAddress peer : peers) {
            allocation.permissions().install(peer.ip(), policy.kindOf(peer.ip()), nowNanos);
            allocation.permitted(peer.ip(), nowNanos);
            own(nowNanos, allocation, peer);
        }
        answers.confirm(nowNanos, replyTo);
    }

    /** A peer that is over the rate of new ones is permitted as any other, but not known to be meant. */
    private void own(long nowNanos, Allocation allocation, TransportAddress peer) {
        if (!allocation.mayOwn(peer)) {
            return;
        }
        TurnCounter over = allocation.traffic().onPeer(nowNanos, peer);
        if (over == null) {
            allocation.own(peer, nowNanos);
        } else {
            tally.add(over);
        }
    }

    private static List<IpAddress> addressesOf(List<TransportAddress> peers) {
        return peers.stream().map(TransportAddress::ip).toList();
    }

    /** All XOR-PEER-ADDRESS; empty if there is none or one of them is malformed. */
    private static List<TransportAddress> readPeers(StunMessage message) {
        List<TransportAddress> peers = new ArrayList<>();
        int index = message.indexOf(AttributeType.XOR_PEER_ADDRESS);
        while (index >= 0) {
            TransportAddress peer = message.xorAddress(index);
            if (peer == null) {
                return List.of();
            }
            peers.add(peer);
            index = message.indexOf(AttributeType.XOR_PEER_ADDRESS, index + 1);
        }
        return peers;
    }

    private @Nullable ErrorCode judge(List<IpAddress> peers, Allocation allocation, long nowNanos) {
        if (peers.isEmpty()) {
            return ErrorCode.BAD_REQUEST;
        }
        for (IpAddress peer : peers) {
            if (!allocation.relays(peer, nowNanos)) {
                return ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH;
            }
        }
        for (IpAddress peer : peers) {
            if (judge.judge(allocation, peer).denied()) {
                return ErrorCode.FORBIDDEN;
            }
        }
        return allocation.permissions().hasRoomFor(peers, nowNanos) ? null : ErrorCode.INSUFFICIENT_CAPACITY;
    }
}
