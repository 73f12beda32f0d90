package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ChannelBind (RFC 8656 section 12.2): a number for a peer, and a permission for the peer's address. An allocation that relays TCP has
 * no use for channels: 400. Where the peer is another allocation's at a shared relay the answer waits for the side port.
 */
final class ChannelBindProcedure {

    private static final int NONE = -1;

    private final SharedState shared;
    private final PeerJudge judge;
    private final Answers answers;
    private final Tally tally;
    private final SidePorts sidePorts;

    ChannelBindProcedure(SharedState shared, PeerJudge judge, Answers answers, Tally tally, SidePorts sidePorts) {
        this.sidePorts = sidePorts;
        this.shared = shared;
        this.judge = judge;
        this.answers = answers;
        this.tally = tally;
    }

    void run(Request request, Allocation allocation) {
        int number = readNumber(request.message());
        TransportAddress peer = readPeer(request.message());
        if (number == NONE || peer == null || allocation.relaysTcp()) {
            answers.refuse(request.nowNanos(), request.replyTo(), ErrorCode.BAD_REQUEST);
            return;
        }
        serve(request.nowNanos(), request.replyTo(), number, peer, allocation);
    }

    private void serve(long nowNanos, ReplyTo replyTo, int number, TransportAddress peer, Allocation allocation) {
        ErrorCode refusal = judge(number, peer, allocation, nowNanos);
        if (refusal != null) {
            answers.refuse(nowNanos, replyTo, refusal);
            return;
        }
        List<TransportAddress> peers = List.of(peer);
        switch (sidePorts.prepare(allocation, peers, nowNanos)) {
            case OPEN -> {
                bind(number, peer, allocation, nowNanos);
                answers.confirm(nowNanos, replyTo);
            }
            case OPENING ->
                sidePorts.await(allocation, peers, replyTo, nowNanos, (then, bound) -> {
                    if (bound) {
                        serve(then, replyTo, number, peer, allocation);
                    } else {
                        answers.refuse(then, replyTo, ErrorCode.INSUFFICIENT_CAPACITY);
                    }
                });
            case NONE -> answers.refuse(nowNanos, replyTo, ErrorCode.INSUFFICIENT_CAPACITY);
        }
    }

    /** CHANNEL-NUMBER holds the number in its first two bytes and two that are ignored (section 18.1). */
    private int readNumber(StunMessage message) {
        int index = message.indexOf(AttributeType.CHANNEL_NUMBER);
        long value = index < 0 ? -1 : message.u32(index);
        int number = (int) (value >>> Short.SIZE);
        return number >= ChannelData.MIN_NUMBER && number <= shared.lastChannel() ? number : NONE;
    }

    private static @Nullable TransportAddress readPeer(StunMessage message) {
        int index = message.indexOf(AttributeType.XOR_PEER_ADDRESS);
        return index < 0 ? null : message.xorAddress(index);
    }

    private @Nullable ErrorCode judge(int number, TransportAddress peer, Allocation allocation, long nowNanos) {
        ChannelBindings.Outcome outcome = allocation.channels().check(number, peer, nowNanos);
        if (outcome == ChannelBindings.Outcome.CONFLICT) {
            return ErrorCode.BAD_REQUEST;
        }
        if (!allocation.relays(peer.ip(), nowNanos)) {
            return ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH;
        }
        PeerVerdict verdict = judge.judge(allocation, peer);
        boolean deadRelay =
                verdict == PeerVerdict.ONLY_LIVE_RELAYS && shared.liveRelays().find(peer) == null;
        if (verdict.denied() || deadRelay) {
            return ErrorCode.FORBIDDEN;
        }
        boolean room = outcome != ChannelBindings.Outcome.FULL
                && allocation.permissions().hasRoomFor(List.of(peer.ip()), nowNanos);
        if (!room) {
            return ErrorCode.INSUFFICIENT_CAPACITY;
        }
        TurnCounter over =
                outcome == ChannelBindings.Outcome.BOUND ? allocation.traffic().onPeer(nowNanos, peer) : null;
        if (over != null) {
            tally.add(over);
            return ErrorCode.INSUFFICIENT_CAPACITY;
        }
        return null;
    }

    private void bind(int number, TransportAddress peer, Allocation allocation, long nowNanos) {
        Permission permission =
                allocation.permissions().install(peer.ip(), shared.policy().kindOf(peer.ip()), nowNanos);
        allocation.channels().bind(number, peer, permission, nowNanos);
        allocation.permitted(peer.ip(), nowNanos);
        allocation.own(peer, nowNanos);
    }
}
