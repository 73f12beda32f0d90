package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.MessageClass;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.auth.GateResult.Reason;
import dev.postern.stun.auth.GateResult.Rejected;
import dev.postern.stun.auth.RequestGate;
import dev.postern.stun.time.ResponseCache;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes, signs, sends and keeps the answers to requests. What a request changed or was refused after it was authenticated is
 * kept for its retransmissions; a challenge is not, so that strangers cost no memory.
 */
final class Answers {

    /** Enough for each answer: REALM is the longest attribute, 127 characters of at most 4 bytes. */
    private static final int BUFFER_BYTES = 2048;

    /** RFC 8489 section 6.3.1 asks for answers of 40 s; this bounds what one shard keeps of them. */
    private static final int CACHED_ANSWERS = 16_384;

    private static final long CACHED_BYTES = 4L << 20;

    private final TurnOutput output;
    private final RequestGate gate;
    private final Tally tally;
    private final Strangers strangers;
    private final @Nullable String software;
    private final StunEncoder encoder = new StunEncoder();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ResponseCache cache = new ResponseCache(CACHED_ANSWERS, CACHED_BYTES);

    Answers(TurnOutput output, RequestGate gate, Tally tally, Strangers strangers, @Nullable String software) {
        this.strangers = strangers;
        this.output = output;
        this.gate = gate;
        this.tally = tally;
        this.software = software;
    }

    /** Sends the kept answer to a request that was seen before; false if there is none. */
    boolean repeat(long nowNanos, FiveTuple path, TransactionId id) {
        ByteBuffer kept = cache.find(nowNanos, path, id);
        if (kept == null) {
            return false;
        }
        tally.add(TurnCounter.RESPONSES_REPEATED);
        output.toClient(path, kept);
        return true;
    }

    /** Starts a success response, to be completed by {@link #send}. */
    StunEncoder success(ReplyTo to) {
        return encoder.begin(buffer.clear(), MessageClass.SUCCESS_RESPONSE, to.method(), to.id());
    }

    /** Sends a success response without attributes of its own. */
    void confirm(long nowNanos, ReplyTo to) {
        send(nowNanos, to, success(to));
    }

    /** Signs what was written, keeps it and sends it. */
    void send(long nowNanos, ReplyTo to, StunEncoder response) {
        if (software != null) {
            response.text(AttributeType.SOFTWARE, software);
        }
        gate.sign(response, to.caller());
        finish(nowNanos, to, response);
    }

    /** Refuses an authenticated request. */
    void refuse(long nowNanos, ReplyTo to, ErrorCode error) {
        tally.add(counterOf(error));
        send(
                nowNanos,
                to,
                encoder.begin(buffer.clear(), MessageClass.ERROR_RESPONSE, to.method(), to.id())
                        .errorCode(error));
    }

    /**
     * Sends the client to another server (RFC 8489 section 10).
     *
     * @param domain ALTERNATE-DOMAIN, or null
     */
    void redirect(long nowNanos, ReplyTo to, TransportAddress server, @Nullable String domain) {
        tally.add(TurnCounter.REDIRECTED_300);
        StunEncoder response = encoder.begin(buffer.clear(), MessageClass.ERROR_RESPONSE, to.method(), to.id())
                .errorCode(ErrorCode.TRY_ALTERNATE)
                .address(AttributeType.ALTERNATE_SERVER, server);
        if (domain != null) {
            response.text(AttributeType.ALTERNATE_DOMAIN, domain);
        }
        send(nowNanos, to, response);
    }

    /** Answers a request that the gate did not let in; a stranger's only as far as {@link Strangers} says. */
    void reject(long nowNanos, FiveTuple path, StunMessage request, Rejected rejected) {
        boolean stranger = rejected.caller() == null;
        if (stranger && !strangers.mayBeAnswered(nowNanos, path, request.sizeBytes())) {
            return;
        }
        ByteBuffer response =
                rejection(nowNanos, path, request, rejected, rejected.error().reason());
        if (stranger && strangers.isTooLong(path, request.sizeBytes(), response.remaining())) {
            response = rejection(nowNanos, path, request, rejected, "");
        }
        if (stranger && !strangers.isSent(path, request.sizeBytes(), response.remaining())) {
            return;
        }
        tally.add(counterOf(rejected.reason()));
        output.toClient(path, response);
    }

    private ByteBuffer rejection(long nowNanos, FiveTuple path, StunMessage request, Rejected rejected, String phrase) {
        StunEncoder response = encoder.respond(buffer.clear(), request, MessageClass.ERROR_RESPONSE);
        gate.appendRejection(response, nowNanos, path.client(), rejected, phrase);
        if (request.has(AttributeType.FINGERPRINT)) {
            response.fingerprint();
        }
        return response.finish();
    }

    private void finish(long nowNanos, ReplyTo to, StunEncoder response) {
        if (to.fingerprint()) {
            response.fingerprint();
        }
        ByteBuffer finished = response.finish();
        cache.store(nowNanos, to.path(), to.id(), finished);
        output.toClient(to.path(), finished);
    }

    private static TurnCounter counterOf(Reason reason) {
        return switch (reason) {
            case NO_INTEGRITY -> TurnCounter.AUTH_CHALLENGES;
            case MISSING_ATTRIBUTE, ATTRIBUTE_TOO_LONG, ALGORITHMS_ALTERED -> TurnCounter.AUTH_FAILED_400;
            case UNKNOWN_USER, WRONG_INTEGRITY -> TurnCounter.AUTH_FAILED_401;
            case NONCE_EXPIRED, NONCE_FORGED -> TurnCounter.AUTH_FAILED_438;
            case UNKNOWN_ATTRIBUTE -> TurnCounter.REFUSED_420;
        };
    }

    private static TurnCounter counterOf(ErrorCode error) {
        return switch (error) {
            case FORBIDDEN -> TurnCounter.REFUSED_403;
            case MOBILITY_FORBIDDEN -> TurnCounter.REFUSED_405;
            case UNKNOWN_ATTRIBUTE -> TurnCounter.REFUSED_420;
            case ALLOCATION_MISMATCH -> TurnCounter.REFUSED_437;
            case ADDRESS_FAMILY_NOT_SUPPORTED -> TurnCounter.REFUSED_440;
            case WRONG_CREDENTIALS -> TurnCounter.AUTH_FAILED_441;
            case UNSUPPORTED_TRANSPORT_PROTOCOL -> TurnCounter.REFUSED_442;
            case PEER_ADDRESS_FAMILY_MISMATCH -> TurnCounter.REFUSED_443;
            case CONNECTION_ALREADY_EXISTS -> TurnCounter.REFUSED_446;
            case CONNECTION_TIMEOUT_OR_FAILURE -> TurnCounter.REFUSED_447;
            case ALLOCATION_QUOTA_REACHED -> TurnCounter.REFUSED_486;
            case INSUFFICIENT_CAPACITY -> TurnCounter.REFUSED_508;
            default -> TurnCounter.REFUSED_400;
        };
    }
}
