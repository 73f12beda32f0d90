package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.Method;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.auth.GateResult;
import dev.postern.stun.auth.GateResult.Authenticated;
import dev.postern.stun.auth.GateResult.Rejected;
import dev.postern.stun.auth.GateResult.Waiting;
import dev.postern.stun.auth.RequestGate;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes each request to its procedure: a retransmission gets its answer again, a stranger a challenge, and all but Allocate need an
 * allocation of the same user (RFC 8656 section 5), and ConnectionBind, which comes on a stream of its own.
 */
final class RequestDesk {

    private final RequestGate gate;
    private final AllocationTable table;
    private final Switchboard switchboard;
    private final Reservations reservations;
    private final Answers answers;
    private final Tally tally;
    private final AllocateProcedure allocate;
    private final RefreshProcedure refresh;
    private final MobilityProcedure mobility;
    private final CreatePermissionProcedure createPermission;
    private final ChannelBindProcedure channelBind;
    private final TcpRelayInput tcp;
    private final ParkedRequests parked;
    private final Questions questions;
    private final StunMessage again = new StunMessage();
    private final boolean relaysTcp;

    RequestDesk(
            SharedState shared,
            RequestGate gate,
            AllocationTable table,
            Switchboard switchboard,
            Answers answers,
            Tally tally,
            PeerJudge judge,
            AllocateProcedure allocate,
            TcpRelayInput tcp,
            ParkedRequests parked,
            Questions questions) {
        this.parked = parked;
        this.questions = questions;
        this.gate = gate;
        this.table = table;
        this.switchboard = switchboard;
        this.reservations = shared.reservations();
        this.answers = answers;
        this.tally = tally;
        this.allocate = allocate;
        this.refresh = new RefreshProcedure(shared, table, answers);
        this.mobility = new MobilityProcedure(shared, table, switchboard, answers, refresh, parked);
        SidePorts sidePorts = table.sharedRelays().sidePorts();
        this.createPermission = new CreatePermissionProcedure(shared, judge, answers, tally, sidePorts);
        this.channelBind = new ChannelBindProcedure(shared, judge, answers, tally, sidePorts);
        this.tcp = tcp;
        this.relaysTcp = shared.config().tcpRelaying().on();
    }

    /** Hands over a request whose allocation or port another shard has, as a ticket or token in it says; false if this one is to answer. */
    boolean passOn(long nowNanos, FiveTuple path, StunMessage message, ByteBuffer data) {
        return mobility.passOn(path, message, data) || passOnToken(nowNanos, path, message, data);
    }

    /** Strangers get no pledge: they know no token that is good. */
    private boolean passOnToken(long nowNanos, FiveTuple path, StunMessage message, ByteBuffer data) {
        int index = message.method() == Method.ALLOCATE ? message.indexOf(AttributeType.RESERVATION_TOKEN) : -1;
        if (index < 0 || message.valueLength(index) != Long.BYTES || table.has(path)) {
            return false;
        }
        long token = message.u64(index);
        int owner = reservations.shardOf(token);
        return owner != MovedPaths.NOWHERE
                && owner != switchboard.shard()
                && reservations.takePath(token)
                && switchboard.pledge(nowNanos, path, owner, Switchboard.PLEDGE)
                && switchboard.passTo(owner, path, data);
    }

    /** Looks once more at the requests that waited for this user's credentials. */
    void credentialsChanged(long nowNanos, String username) {
        for (ParkedRequests.Parked request : parked.take(username)) {
            again.decode(request.bytes()); // it was well-formed when it came
            if (!answers.repeat(nowNanos, request.path(), again.transactionId())) {
                admit(nowNanos, request.path(), again, false);
            }
        }
    }

    void onRequest(long nowNanos, FiveTuple path, StunMessage message) {
        Method method = message.method();
        if (method == null || !isTaken(method)) {
            tally.add(TurnCounter.DROPPED_UNKNOWN_METHOD);
            return;
        }
        tally.add(TurnCounter.REQUESTS);
        TransactionId id = message.transactionId();
        if (answers.repeat(nowNanos, path, id) || parked.has(path, id)) {
            return;
        }
        admit(nowNanos, path, message, true);
    }

    /** @param mayWait whether the request may be parked, as one may that is new */
    private void admit(long nowNanos, FiveTuple path, StunMessage message, boolean mayWait) {
        GateResult result = check(nowNanos, path, message);
        if (result instanceof Rejected rejected) {
            reject(nowNanos, path, message, rejected);
        } else if (result instanceof Authenticated caller) {
            serve(new Request(nowNanos, replyTo(path, message, caller), message));
        } else if (result instanceof Waiting waiting && mayWait) {
            questions.wait(nowNanos, path, message, waiting.username());
            switchboard.prolongPledge(nowNanos, path);
        } else {
            tally.add(TurnCounter.REQUESTS_NOT_PARKED); // the answer did not last until it was read
        }
    }

    /** A ConnectionBind may carry the nonce that its client got on the control connection, whose port is another one. */
    private GateResult check(long nowNanos, FiveTuple path, StunMessage message) {
        GateResult result = gate.check(nowNanos, path.client(), message);
        boolean fromElsewhere =
                result instanceof Rejected rejected && rejected.reason() == GateResult.Reason.NONCE_FORGED;
        if (!fromElsewhere || message.method() != Method.CONNECTION_BIND) {
            return result;
        }
        TransportAddress control = tcp.controlConnection(path, message);
        return control == null ? result : gate.check(nowNanos, control, message);
    }

    private static ReplyTo replyTo(FiveTuple path, StunMessage message, Authenticated caller) {
        Method method = Objects.requireNonNull(message.method(), "only methods that are taken come this far");
        boolean fingerprint = message.has(AttributeType.FINGERPRINT);
        return new ReplyTo(path, method, message.transactionId(), caller, fingerprint);
    }

    private void reject(long nowNanos, FiveTuple path, StunMessage message, Rejected rejected) {
        Authenticated caller = rejected.caller();
        if (caller == null || !relaysTcp || !AllocateChecks.isForTcpWithout(message, rejected.unknownAttributes())) {
            answers.reject(nowNanos, path, message, rejected);
            return;
        }
        answers.refuse(nowNanos, replyTo(path, message, caller), ErrorCode.BAD_REQUEST);
    }

    /** Without RFC 6062 its methods are unknown, and unknown methods are discarded (RFC 8489 section 6.3). */
    private boolean isTaken(Method method) {
        return switch (method) {
            case ALLOCATE, REFRESH, CREATE_PERMISSION, CHANNEL_BIND -> true;
            case CONNECT, CONNECTION_BIND -> relaysTcp;
            case BINDING, SEND, DATA, CONNECTION_ATTEMPT -> false;
        };
    }

    private void serve(Request request) {
        Method method = request.replyTo().method();
        if (method == Method.ALLOCATE) {
            allocate.run(request);
            return;
        }
        if (method == Method.CONNECTION_BIND) {
            tcp.connectionBind(request);
            return;
        }
        if (method == Method.REFRESH && mobility.isResume(request.message())) {
            mobility.run(request);
            return;
        }
        Allocation allocation = allocationOf(request);
        if (allocation == null) {
            return;
        }
        switch (method) {
            case REFRESH -> refresh.run(request, allocation);
            case CREATE_PERMISSION -> createPermission.run(request, allocation);
            case CHANNEL_BIND -> channelBind.run(request, allocation);
            case CONNECT -> tcp.connect(request, allocation);
            case ALLOCATE, BINDING, SEND, DATA, CONNECTION_BIND, CONNECTION_ATTEMPT ->
                throw new IllegalStateException(method + " was let in");
        }
    }

    /** The caller's allocation, or null after an answer that says why there is none: 437, or 441 for another user's. */
    private @Nullable Allocation allocationOf(Request request) {
        Allocation allocation = table.findLive(request.path(), request.nowNanos());
        ErrorCode refusal = null;
        if (allocation == null) {
            refusal = ErrorCode.ALLOCATION_MISMATCH;
        } else if (!allocation.username().equals(request.replyTo().caller().username())) {
            refusal = ErrorCode.WRONG_CREDENTIALS;
        }
        if (refusal != null) {
            answers.refuse(request.nowNanos(), request.replyTo(), refusal);
            return null;
        }
        return allocation;
    }
}
