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
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.stun.time.SourceLimiter;
import dev.postern.stunserver.DiscoveryAddresses;
import dev.postern.stunserver.core.BindingOutput.Event;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The basic STUN server of RFC 8489 section 12: answers a Binding request with the address it came from, without
 * authentication and without state, so that a request sent again gets the same answer. It never answers with ALTERNATE-SERVER.
 *
 * <p>Given the sockets for it, it offers NAT behaviour discovery (RFC 5780) over UDP on these. Everywhere else, and over streams, CHANGE-REQUEST,
 * RESPONSE-PORT and PADDING are comprehension-required and unknown to it, which is a 420.
 *
 * <p>Answers over UDP may go to a spoofed source, so they are few per source if a limiter is given; over TCP the source is
 * known to exist, and its connection is bounded by the transport. An answer is at most {@value #MAX_AMPLIFICATION} times as long
 * as its request, on the sockets of behaviour discovery {@value #MAX_DISCOVERY_AMPLIFICATION} times, unless SOFTWARE is on.
 *
 * <p>One owner thread; it has no timer. The answer to a request without FINGERPRINT and without attributes of RFC 5780 makes no garbage.
 */
public final class BindingEngine {

    /** The most response bytes per request byte: a 420 to a request with one unknown attribute. */
    public static final double MAX_AMPLIFICATION = 2.5;

    /** The same on a socket of behaviour discovery: what does not fit is left out, XOR-MAPPED-ADDRESS last. */
    public static final int MAX_DISCOVERY_AMPLIFICATION = 4;

    /*
     * RFC 3489, which clients without RFC 5780 go by. IANA has them as reserved, and they are comprehension-required: a client
     * of RFC 8489 that does not know them takes an answer with them for failed (section 6.3.3), as browsers do. So only
     * who asks with CHANGE-REQUEST gets them, which clients of RFC 3489 put into each request.
     */
    private static final int SOURCE_ADDRESS = 0x0004;
    private static final int CHANGED_ADDRESS = 0x0005;

    /** Header, six IPv6 addresses, PADDING, the longest SOFTWARE, FINGERPRINT: 2,447 bytes. */
    private static final int RESPONSE_BYTES = 2600;

    private static final int FINGERPRINT_BYTES = StunMessage.ATTRIBUTE_HEADER_BYTES + Integer.BYTES;
    private static final int IPV4_ADDRESS_BYTES = StunMessage.ATTRIBUTE_HEADER_BYTES + 8;
    private static final int IPV6_ADDRESS_BYTES = StunMessage.ATTRIBUTE_HEADER_BYTES + 20;

    private static final IntPredicate KNOWN = BindingEngine::isKnown;
    private static final IntPredicate KNOWN_TO_DISCOVERY = BindingEngine::isKnownToDiscovery;

    private final BindingOutput output;
    private final @Nullable SourceLimiter limiter;
    private final @Nullable String software;
    private final StunMessage decoded = new StunMessage();
    private final StunEncoder encoder = new StunEncoder();
    private final ByteBuffer response = ByteBuffer.allocateDirect(RESPONSE_BYTES);
    private final Map<TransportAddress, Vantage> vantages;

    /** Without behaviour discovery. */
    public BindingEngine(BindingOutput output, @Nullable SourceLimiter limiter, @Nullable String software) {
        this(output, limiter, software, List.of());
    }

    /**
     * @param output where results go
     * @param limiter bounds the answers over UDP per source; null for no bound
     * @param software the text of SOFTWARE in every response, at most {@link AttributeLimits#MAX_TEXT_BYTES} bytes of UTF-8;
     *     null for none, as an answer grows by it
     * @param discovery the sockets on which behaviour discovery is offered, all of which {@code output} can answer from; they share
     *     none
     */
    public BindingEngine(
            BindingOutput output,
            @Nullable SourceLimiter limiter,
            @Nullable String software,
            Collection<DiscoveryAddresses> discovery) {
        this.output = output;
        this.limiter = limiter;
        this.software = software;
        this.vantages = Vantage.all(discovery);
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
        Vantage vantage = path.protocol() == TransportProtocol.UDP ? vantages.get(path.server()) : null;
        if (AttributeLimits.firstTooLong(request) >= 0) {
            refuseAsBad(path, request);
            return;
        }
        List<Integer> unknown = request.unknownRequired(vantage == null ? KNOWN : KNOWN_TO_DISCOVERY);
        if (!unknown.isEmpty()) {
            output.count(Event.REFUSED_UNKNOWN_ATTRIBUTE);
            StunEncoder refusal = begin(request, MessageClass.ERROR_RESPONSE).errorCode(ErrorCode.UNKNOWN_ATTRIBUTE);
            send(path, request, refusal.unknownAttributes(unknown));
        } else if (vantage == null) {
            output.count(Event.SUCCEEDED);
            send(path, request, beginSuccess(path, request));
        } else {
            answerDiscovery(path, request, vantage);
        }
    }

    private void refuseAsBad(FiveTuple path, StunMessage request) {
        output.count(Event.REFUSED_BAD_REQUEST);
        send(path, request, begin(request, MessageClass.ERROR_RESPONSE).errorCode(ErrorCode.BAD_REQUEST));
    }

    /** RFC 5780 section 6.1. */
    private void answerDiscovery(FiveTuple path, StunMessage request, Vantage vantage) {
        DiscoveryWish wish = DiscoveryWish.of(request);
        if (wish == null) {
            refuseAsBad(path, request);
            return;
        }
        output.count(Event.SUCCEEDED);
        StunEncoder success = beginSuccess(path, request);
        if (wish.paddingBytes() != DiscoveryWish.NO_PADDING) {
            success.reserve(AttributeType.PADDING, wish.paddingBytes());
        }
        TransportAddress origin = vantage.origin(wish.flags());
        addIfItFits(success, request, AttributeType.OTHER_ADDRESS, vantage.other());
        addIfItFits(success, request, AttributeType.RESPONSE_ORIGIN, origin);
        addIfItFits(success, request, AttributeType.MAPPED_ADDRESS, path.client());
        if (wish.changes()) {
            addIfItFits(success, request, CHANGED_ADDRESS, vantage.other());
            addIfItFits(success, request, SOURCE_ADDRESS, origin);
        }
        send(replyPath(path, vantage, wish), request, success);
    }

    /** The way back: from the socket that was asked for, to the port that was, and never to another address. */
    private static FiveTuple replyPath(FiveTuple path, Vantage vantage, DiscoveryWish wish) {
        if (wish.flags() == 0 && wish.responsePort() == 0) {
            return path;
        }
        TransportAddress client = wish.responsePort() == 0
                ? path.client()
                : TransportAddress.of(path.client().ip(), wish.responsePort());
        return new FiveTuple(path.protocol(), client, vantage.source(wish.flags()));
    }

    private static void addIfItFits(StunEncoder success, StunMessage request, int type, TransportAddress address) {
        int written = success.buffer().position() - success.start();
        int bytes = address.ip().isIpv4() ? IPV4_ADDRESS_BYTES : IPV6_ADDRESS_BYTES;
        int fingerprint = request.has(AttributeType.FINGERPRINT) ? FINGERPRINT_BYTES : 0;
        if (written + bytes + fingerprint <= MAX_DISCOVERY_AMPLIFICATION * request.sizeBytes()) {
            success.address(type, address);
        }
    }

    private StunEncoder beginSuccess(FiveTuple path, StunMessage request) {
        return begin(request, MessageClass.SUCCESS_RESPONSE)
                .xorAddress(AttributeType.XOR_MAPPED_ADDRESS, path.client());
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
     * ICE and TURN are not among them.
     */
    private static boolean isKnownToDiscovery(int type) {
        return isKnown(type) || DiscoveryWish.isAttribute(type);
    }

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
