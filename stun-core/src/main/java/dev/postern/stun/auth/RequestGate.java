package dev.postern.stun.auth;

import dev.postern.stun.AttributeLimits;
import dev.postern.stun.AttributeType;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.auth.GateResult.Authenticated;
import dev.postern.stun.auth.GateResult.Reason;
import dev.postern.stun.auth.GateResult.Rejected;
import dev.postern.stun.auth.GateResult.Waiting;
import dev.postern.stun.auth.Lookup.Known;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of a server's requests: the long-term credential mechanism of RFC 8489 section 9.2.4, in its order,
 * and then the comprehension-required attributes of section 6.3.1.
 *
 * <ol>
 *   <li>no integrity: 401
 *   <li>USERNAME and USERHASH, REALM or NONCE missing, or longer than allowed: 400
 *   <li>password algorithms that were not offered so: 400
 *   <li>unknown user: 401
 *   <li>wrong integrity: 401
 *   <li>nonce expired, forged or of another address: 438
 *   <li>attributes that must be understood and are not: 420, signed
 * </ol>
 *
 * <p>An unknown user and a wrong password get the same answer after the same work: {@link CredentialStore#maxKeysPerUser} HMACs,
 * whoever it is. USERNAME counts before USERHASH where a request has both.
 *
 * <p>The one departure: of a user who is {@link Lookup.Pending} nothing is known yet, and nobody is to be asked for a
 * stranger, so his nonce is checked first: 438 where the RFC might want 401. The gate itself asks nobody.
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
    private final Integrity integrity = new Integrity();
    private final Verifier verifier;
    private final OfferedAlgorithms offered;
    private final byte[] realm;
    private final RecentNames names = new RecentNames();
    private final int keysPerCheck;

    /**
     * @param nonces a mint whose nonces promise the {@link #features} of the store
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
        this.verifier = verifier;
        this.credentials = credentials;
        this.nonces = nonces;
        this.wallClock = wallClock;
        this.knownAttributes = type -> isReadHere(type) || knownAttributes.test(type);
        this.offered = new OfferedAlgorithms(credentials.algorithms());
        this.realm = credentials.realm().getBytes(StandardCharsets.UTF_8);
        this.keysPerCheck = credentials.maxKeysPerUser();
    }

    /** What the nonces of a gate in front of this store promise. */
    public static Set<SecurityFeature> features(CredentialStore credentials) {
        EnumSet<SecurityFeature> features = EnumSet.of(SecurityFeature.PASSWORD_ALGORITHMS);
        if (credentials.offersUserhash()) {
            features.add(SecurityFeature.USERNAME_ANONYMITY);
        }
        return features;
    }

    /**
     * Who sends this request from {@code client}, or why it is refused. For requests only: indications carry no
     * integrity.
     */
    public GateResult check(long nowNanos, TransportAddress client, StunMessage request) {
        IntegrityAlgorithm signature = strongestIntegrity(request);
        if (signature == null) {
            return refuse(Reason.NO_INTEGRITY);
        }
        int nonce = request.indexOf(AttributeType.NONCE);
        boolean named = request.has(AttributeType.USERNAME) || request.has(AttributeType.USERHASH);
        if (!named || nonce < 0 || !request.has(AttributeType.REALM)) {
            return refuse(Reason.MISSING_ATTRIBUTE);
        }
        if (AttributeLimits.firstTooLong(request) >= 0) {
            return refuse(Reason.ATTRIBUTE_TOO_LONG);
        }
        PasswordAlgorithm algorithm = offered.chosenBy(request, nonce);
        return algorithm == null
                ? refuse(Reason.ALGORITHMS_ALTERED)
                : identify(nowNanos, client, request, signature, algorithm);
    }

    private GateResult identify(
            long nowNanos,
            TransportAddress client,
            StunMessage request,
            IntegrityAlgorithm signature,
            PasswordAlgorithm algorithm) {
        String claimed = usernameIn(request);
        String username = claimed == null ? "" : claimed; // looked up all the same, so that it takes as long
        long nowSeconds = Math.floorDiv(wallClock.millis(), 1000L);
        Lookup found = credentials.find(username, algorithm, nowSeconds);
        Reason staleness = staleness(nonces.check(nowNanos, client, request, request.indexOf(AttributeType.NONCE)));
        if (claimed == null || !isOurRealm(request)) {
            found = Lookup.UNKNOWN;
        } else if (found instanceof Lookup.Pending) {
            return staleness == null ? new Waiting(username) : refuse(staleness);
        }
        Known known = found instanceof Known user ? user : null;
        LongTermKey key = matchingKey(request, signature, known == null ? List.of() : known.keys());
        if (known == null) {
            return refuse(Reason.UNKNOWN_USER);
        }
        if (key == null) {
            return refuse(Reason.WRONG_INTEGRITY);
        }
        return staleness == null ? admit(request, username, known, key) : refuse(staleness);
    }

    private @Nullable String usernameIn(StunMessage request) {
        int username = request.indexOf(AttributeType.USERNAME);
        return username >= 0
                ? names.text(request, username)
                : credentials.usernameOf(request.slice(request.indexOf(AttributeType.USERHASH)));
    }

    private GateResult admit(StunMessage request, String username, Known known, LongTermKey key) {
        IntegrityAlgorithm answer =
                OfferedAlgorithms.isSilentIn(request) ? IntegrityAlgorithm.SHA1 : IntegrityAlgorithm.SHA256;
        Authenticated caller = new Authenticated(username, known.quotaUser(), key, answer, known.expiresAtSeconds());
        List<Integer> unknown = request.unknownRequired(knownAttributes);
        return unknown.isEmpty() ? caller : new Rejected(Reason.UNKNOWN_ATTRIBUTE, unknown, caller);
    }

    /**
     * Appends to an error response what the refusal says: ERROR-CODE; REALM, a fresh NONCE and PASSWORD-ALGORITHMS for a
     * challenge; UNKNOWN-ATTRIBUTES; and the signature of a refusal that comes after authentication.
     *
     * @return {@code response}, to which only FINGERPRINT may be added
     */
    public StunEncoder appendRejection(
            StunEncoder response, long nowNanos, TransportAddress client, Rejected rejected) {
        return appendRejection(
                response, nowNanos, client, rejected, rejected.error().reason());
    }

    /** The same with another reason phrase, which may be empty where an answer should be short. */
    public StunEncoder appendRejection(
            StunEncoder response, long nowNanos, TransportAddress client, Rejected rejected, String phrase) {
        response.errorCode(rejected.error(), phrase);
        if (rejected.reason().isChallenge()) {
            response.bytes(AttributeType.REALM, realm);
            nonces.append(response, nowNanos, client);
            offered.append(response);
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
            case AttributeType.USERNAME, AttributeType.USERHASH, AttributeType.REALM, AttributeType.NONCE -> true;
            case AttributeType.MESSAGE_INTEGRITY, AttributeType.MESSAGE_INTEGRITY_SHA256 -> true;
            case AttributeType.PASSWORD_ALGORITHM -> true;
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

    private static @Nullable Reason staleness(NonceMint.Verdict verdict) {
        return switch (verdict) {
            case VALID -> null;
            case EXPIRED -> Reason.NONCE_EXPIRED;
            case FORGED -> Reason.NONCE_FORGED;
        };
    }

    private boolean isOurRealm(StunMessage request) {
        int index = request.indexOf(AttributeType.REALM);
        if (request.valueLength(index) != realm.length) {
            return false;
        }
        int value = request.valueOffset(index);
        for (int i = 0; i < realm.length; i++) {
            if (request.buffer().get(value + i) != realm[i]) {
                return false;
            }
        }
        return true;
    }

    /** The key that signed the request, or null; tries as many for everybody. */
    private @Nullable LongTermKey matchingKey(
            StunMessage request, IntegrityAlgorithm algorithm, List<LongTermKey> keys) {
        LongTermKey matching = null;
        for (int i = 0; i < keysPerCheck; i++) {
            boolean real = i < keys.size();
            LongTermKey key = real ? keys.get(i) : DECOY;
            if (verifier.verify(integrity, request, algorithm, key) && real) {
                matching = key;
            }
        }
        return matching;
    }
}
