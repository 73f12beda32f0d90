package dev.postern.stun.auth;

import dev.postern.stun.AttributeLimits;
import dev.postern.stun.AttributeType;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.auth.GateResult.Authenticated;
import dev.postern.stun.auth.GateResult.Reason;
import dev.postern.stun.auth.GateResult.Rejected;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of a server's requests: the long-term credential mechanism of RFC 8489 section 9.2.4, in its order,
 * and then the comprehension-required attributes of section 6.3.1.
 *
 * <ol>
 *   <li>no integrity: 401
 *   <li>USERNAME, REALM or NONCE missing, or longer than allowed: 400
 *   <li>unknown user: 401
 *   <li>wrong integrity: 401
 *   <li>nonce expired, forged or of another address: 438
 *   <li>attributes that must be understood and are not: 420, signed
 * </ol>
 *
 * <p>An unknown user and a wrong password get the same answer after the same work: as many HMACs as a known user's keys
 * take.
 *
 * <p>This is a server that offers no choice of password algorithm: the nonce has no cookie (section 9.2.1),
 * PASSWORD-ALGORITHMS is not sent, keys are MD5, and USERHASH alone is answered as a missing USERNAME. A request that
 * is signed with MESSAGE-INTEGRITY-SHA256 is accepted; it is answered with MESSAGE-INTEGRITY, as section 9.2.4 asks
 * where no password algorithm was chosen.
 *
 * <p>One owner thread. Time is handed in: {@code nowNanos} for nonces, the wall clock for users that expire.
 */
public final class RequestGate {

    private static final LongTermKey DECOY = LongTermKey.ofBytes(new byte[16]);

    /** {@link Integrity#verify}, where a test counts how often it is called. */
    @FunctionalInterface
    interface Verifier {
        boolean verify(Integrity integrity, StunMessage request, IntegrityAlgorithm algorithm, LongTermKey key);
    }

    private final CredentialStore credentials;
    private final NonceMint nonces;
    private final InstantSource wallClock;
    private final IntPredicate knownAttributes;
    private final Integrity integrity;
    private final Verifier verifier;
    private final ByteBuffer realm;
    private final List<LongTermKey> decoys;

    /**
     * @param knownAttributes whether the server understands an attribute of this type, among those that must be
     *     understood and that the gate does not read itself
     */
    public RequestGate(
            CredentialStore credentials, NonceMint nonces, InstantSource wallClock, IntPredicate knownAttributes) {
        this(credentials, nonces, wallClock, knownAttributes, Integrity::verify);
    }

    RequestGate(
            CredentialStore credentials,
            NonceMint nonces,
            InstantSource wallClock,
            IntPredicate knownAttributes,
            Verifier verifier) {
        this.integrity = new Integrity();
        this.verifier = verifier;
        this.credentials = credentials;
        this.nonces = nonces;
        this.wallClock = wallClock;
        this.knownAttributes = type -> isReadHere(type) || knownAttributes.test(type);
        this.realm = ByteBuffer.wrap(credentials.realm().getBytes(StandardCharsets.UTF_8));
        this.decoys = Collections.nCopies(credentials.maxKeysPerUser(), DECOY);
    }

    /**
     * Who sends this request from {@code client}, or why it is refused. For requests only: indications carry no
     * integrity.
     */
    public GateResult check(long nowNanos, TransportAddress client, StunMessage request) {
        IntegrityAlgorithm algorithm = strongestIntegrity(request);
        if (algorithm == null) {
            return refuse(Reason.NO_INTEGRITY);
        }
        int username = request.indexOf(AttributeType.USERNAME);
        int nonce = request.indexOf(AttributeType.NONCE);
        if (username < 0 || nonce < 0 || !request.has(AttributeType.REALM)) {
            return refuse(Reason.MISSING_ATTRIBUTE);
        }
        if (AttributeLimits.firstTooLong(request) >= 0) {
            return refuse(Reason.ATTRIBUTE_TOO_LONG);
        }
        String name = request.text(username);
        List<LongTermKey> keys = name == null || !isOurRealm(request) ? List.of() : keysOf(name);
        LongTermKey key = matchingKey(request, algorithm, keys.isEmpty() ? decoys : keys);
        if (name == null || keys.isEmpty()) {
            return refuse(Reason.UNKNOWN_USER);
        }
        if (key == null) {
            return refuse(Reason.WRONG_INTEGRITY);
        }
        Authenticated caller = new Authenticated(name, credentials.quotaUser(name), key, IntegrityAlgorithm.SHA1);
        return switch (nonces.check(nowNanos, client, request, nonce)) {
            case VALID -> admit(request, caller);
            case EXPIRED -> refuse(Reason.NONCE_EXPIRED);
            case OTHER_ADDRESS -> refuse(Reason.NONCE_OF_OTHER_ADDRESS);
            case FORGED -> refuse(Reason.NONCE_FORGED);
        };
    }

    private GateResult admit(StunMessage request, Authenticated caller) {
        List<Integer> unknown = request.unknownRequired(knownAttributes);
        return unknown.isEmpty() ? caller : new Rejected(Reason.UNKNOWN_ATTRIBUTE, unknown, caller);
    }

    /**
     * Appends to an error response what the refusal says: ERROR-CODE, REALM and a fresh NONCE for a challenge,
     * UNKNOWN-ATTRIBUTES, and the signature of a refusal that comes after authentication.
     *
     * @return {@code response}, to which only FINGERPRINT may be added
     */
    public StunEncoder appendRejection(
            StunEncoder response, long nowNanos, TransportAddress client, Rejected rejected) {
        response.errorCode(rejected.error());
        if (rejected.reason().isChallenge()) {
            response.bytes(AttributeType.REALM, realm);
            nonces.append(response, nowNanos, client);
        }
        if (!rejected.unknownAttributes().isEmpty()) {
            response.unknownAttributes(rejected.unknownAttributes());
        }
        Authenticated caller = rejected.caller();
        return caller == null ? response : sign(response, caller);
    }

    /**
     * Signs the answer to an authenticated request.
     *
     * @return {@code response}, to which only FINGERPRINT may be added
     */
    public StunEncoder sign(StunEncoder response, Authenticated caller) {
        return integrity.sign(response, caller.integrity(), caller.key());
    }

    private static boolean isReadHere(int type) {
        return switch (type) {
            case AttributeType.USERNAME, AttributeType.REALM, AttributeType.NONCE -> true;
            case AttributeType.MESSAGE_INTEGRITY, AttributeType.MESSAGE_INTEGRITY_SHA256 -> true;
            default -> false;
        };
    }

    private static GateResult refuse(Reason reason) {
        return new Rejected(reason, List.of(), null);
    }

    private static @Nullable IntegrityAlgorithm strongestIntegrity(StunMessage request) {
        if (request.has(AttributeType.MESSAGE_INTEGRITY_SHA256)) {
            return IntegrityAlgorithm.SHA256;
        }
        return request.has(AttributeType.MESSAGE_INTEGRITY) ? IntegrityAlgorithm.SHA1 : null;
    }

    private boolean isOurRealm(StunMessage request) {
        return realm.equals(request.slice(request.indexOf(AttributeType.REALM)));
    }

    private List<LongTermKey> keysOf(String username) {
        long nowSeconds = Math.floorDiv(wallClock.millis(), 1000L);
        return credentials.find(username, PasswordAlgorithm.MD5, nowSeconds);
    }

    private @Nullable LongTermKey matchingKey(
            StunMessage request, IntegrityAlgorithm algorithm, List<LongTermKey> candidates) {
        for (LongTermKey key : candidates) {
            if (verifier.verify(integrity, request, algorithm, key)) {
                return key;
            }
        }
        return null;
    }
}
