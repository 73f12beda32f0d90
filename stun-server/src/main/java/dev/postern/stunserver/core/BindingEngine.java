package dev.postern.stunserver.core;

import dev.postern.stun.AttributeLimits;
import dev.postern.stun.AttributeType;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.Fingerprint;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.time.SourceLimiter;
import dev.postern.stunserver.core.BindingOutput.Event;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The basic STUN server of RFC 8489 section 12: answers a Binding request with the address it came from, without
 * authentication and without state, so that a request sent again gets the same answer.
 *
 * <p>It has one address and does not offer RFC 5780: CHANGE-REQUEST, RESPONSE-PORT and PADDING are comprehension-required and
 * unknown to it, which is a 420. It never answers with ALTERNATE-SERVER.
 *
 * <p>Answers over UDP may go to a spoofed source, so they are few per source if a limiter is given; over TCP the source is
 * known to exist, and its connection is bounded by the transport. An answer is at most {@value #MAX_AMPLIFICATION} times as long
 * as its request, unless SOFTWARE is on.
 *
 * <p>One owner thread; it has no timer. The answer to a request without FINGERPRINT makes no garbage.
 */
public final class BindingEngine {

    /** The most response bytes per request byte: a 420 to a request with one unknown attribute. */
    public static final double MAX_AMPLIFICATION = 2.5;

    /** Header, ERROR-CODE, UNKNOWN-ATTRIBUTES of a full message, the longest SOFTWARE, FINGERPRINT: 956 bytes. */
    private static final int RESPONSE_BYTES = 1100;

    private static final IntPredicate KNOWN = BindingEngine::isKnown;

    private final BindingOutput output;
    private final @Nullable SourceLimiter limiter;
    private final @Nullable String software;
    private final StunMessage decoded = new StunMessage();
    private final StunEncoder encoder = new StunEncoder();
    private final ByteBuffer response = ByteBuffer.allocateDirect(RESPONSE_BYTES);

    /**
     * @param output where results go
     * @param limiter bounds the answers over UDP per source; null for no bound
     * @param software the text of SOFTWARE in every response, at most {@link AttributeLimits#MAX_TEXT_BYTES} bytes of UTF-8;
     *     null for none, as an answer grows by it
     */
    public BindingEngine(BindingOutput output, @Nullable SourceLimiter limiter, @Nullable String software) {
        this.output = output;
        this.limiter = limiter;
        this.software = software;
    }

    /** A datagram or a stream's frame came, whatever it is. The buffer is not written to and its position does not move. */
    public void onPacket(long nowNanos, FiveTuple path, ByteBuffer packet) {
        DecodeResult result = decoded.decode(packet);
        if (result == DecodeResult.OK) {
            onMessage(nowNanos, path, decoded);
        } else {
            output.malformed(result);
        }
    }

    /** A message came that was decoded already; for a server that has other methods too. */
    public void onMessage(long nowNanos, FiveTuple path, StunMessage message) {
        if (Fingerprint.isBroken(message)) {
            output.count(Event.DROPPED_BAD_FINGERPRINT);
            return;
        }
        switch (message.messageClass()) {
            case REQUEST -> onRequest(nowNanos, path, message);
            case INDICATION -> output.count(Event.IGNORED_INDICATION);
            case SUCCESS_RESPONSE, ERROR_RESPONSE -> output.count(Event.IGNORED_RESPONSE);
        }
    }

    private void onRequest(long nowNanos, FiveTuple path, StunMessage request) {
        if (request.method() != Method.BINDING) {
            output.count(Event.DROPPED_METHOD); // RFC 8489 section 6.3
        } else if (isOverLimit(nowNanos, path)) {
            output.count(Event.DROPPED_OVER_LIMIT);
        } else {
            answer(path, request);
        }
    }

    private void answer(FiveTuple path, StunMessage request) {
        if (AttributeLimits.firstTooLong(request) >= 0) {
            output.count(Event.REFUSED_BAD_REQUEST);
            send(path, request, begin(request, MessageClass.ERROR_RESPONSE).errorCode(ErrorCode.BAD_REQUEST));
            return;
        }
        List<Integer> unknown = request.unknownRequired(KNOWN);
        if (!unknown.isEmpty()) {
            output.count(Event.REFUSED_UNKNOWN_ATTRIBUTE);
            StunEncoder refusal = begin(request, MessageClass.ERROR_RESPONSE).errorCode(ErrorCode.UNKNOWN_ATTRIBUTE);
            send(path, request, refusal.unknownAttributes(unknown));
            return;
        }
        output.count(Event.SUCCEEDED);
        StunEncoder success = begin(request, MessageClass.SUCCESS_RESPONSE);
        send(path, request, success.xorAddress(AttributeType.XOR_MAPPED_ADDRESS, path.client()));
    }

    private boolean isOverLimit(long nowNanos, FiveTuple path) {
        return limiter != null
                && !path.protocol().isStream()
                && !limiter.tryAcquire(nowNanos, path.client().ip());
    }

    private StunEncoder begin(StunMessage request, MessageClass messageClass) {
        return encoder.respond(response.clear(), request, messageClass);
    }

    private void send(FiveTuple path, StunMessage request, StunEncoder answer) {
        if (software != null) {
            answer.text(AttributeType.SOFTWARE, software);
        }
        if (request.has(AttributeType.FINGERPRINT)) {
            answer.fingerprint();
        }
        output.reply(path, answer.finish());
    }

    /**
     * The comprehension-required attributes of RFC 8489, which a server without authentication knows and has no use for. Those of
     * ICE, TURN and RFC 5780 are not among them.
     */
    private static boolean isKnown(int type) {
        return switch (type) {
            case AttributeType.MAPPED_ADDRESS, AttributeType.XOR_MAPPED_ADDRESS -> true;
            case AttributeType.USERNAME, AttributeType.USERHASH, AttributeType.REALM, AttributeType.NONCE -> true;
            case AttributeType.MESSAGE_INTEGRITY, AttributeType.MESSAGE_INTEGRITY_SHA256 -> true;
            case AttributeType.PASSWORD_ALGORITHM -> true;
            case AttributeType.ERROR_CODE, AttributeType.UNKNOWN_ATTRIBUTES -> true;
            default -> false;
        };
    }
}
