package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.IpAddress;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CreatePermission (RFC 8656 section 10.2) for one or more peers: all of them or none. */
final class CreatePermissionProcedure {

    private final SharedState shared;
    private final PeerJudge judge;
    private final Answers answers;

    CreatePermissionProcedure(SharedState shared, PeerJudge judge, Answers answers) {
        this.shared = shared;
        this.judge = judge;
        this.answers = answers;
    }

    void run(Request request, Allocation allocation) {
        List<IpAddress> peers = readPeers(request.message());
        ErrorCode refusal = judge(peers, allocation, request.nowNanos());
        if (refusal != null) {
            answers.refuse(request.nowNanos(), request.replyTo(), refusal);
            return;
        }
        PeerPolicy policy = shared.policy();
        for (IpAddress peer : peers) {
            allocation.permissions().install(peer, policy.kindOf(peer), request.nowNanos());
        }
        answers.confirm(request.nowNanos(), request.replyTo());
    }

    /** The addresses of all XOR-PEER-ADDRESS; empty if there is none or one of them is malformed. Ports do not matter. */
    private static List<IpAddress> readPeers(StunMessage message) {
        List<IpAddress> peers = new ArrayList<>();
        int index = message.indexOf(AttributeType.XOR_PEER_ADDRESS);
        while (index >= 0) {
            TransportAddress peer = message.xorAddress(index);
            if (peer == null) {
                return List.of();
            }
            peers.add(peer.ip());
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
