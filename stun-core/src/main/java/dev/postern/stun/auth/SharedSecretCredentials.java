package dev.postern.stun.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Time-limited users that a web service makes up and signs with a secret that it shares with the server
 * (draft-uberti-behave-turn-rest-00): the user name is a {@link TimeLimitedName}, and the password is {@code
 * base64(HMAC-SHA1(secret, username))}.
 *
 * <p>A user is valid up to his expiry and not a second longer, for a new allocation and for one that exists, unless a tolerance
 * is given for a clock that runs ahead of the web service's. Several secrets are valid at once, so that one can be replaced.
 * No key is kept: each is made when asked for, also for a name that is refused, so that every name takes as long. Safe for
 * use by several threads.
 */
public final class SharedSecretCredentials implements CredentialStore {

    /** The most secrets that are valid at once. */
    public static final int MAX_SECRETS = 4;

    /** The longest tolerance: {@code PT5M}. */
    public static final Duration MAX_TOLERANCE = Duration.ofMinutes(5);

    private static final String HMAC = "HmacSHA1";

    private final String realm;
    private final List<SecretKeySpec> secrets;
    private final long toleranceSeconds;

    /** Without a tolerance. */
    public SharedSecretCredentials(String realm, List<String> secrets) {
        this(realm, secrets, Duration.ZERO);
    }

    /**
     * @param secrets 1 to {@value #MAX_SECRETS}, none empty
     * @param tolerance how long after its expiry a user is still valid, from zero to {@link #MAX_TOLERANCE}
     * @throws IllegalArgumentException if there are more, fewer, or an empty one, or the tolerance is out of range
     */
    public SharedSecretCredentials(String realm, List<String> secrets, Duration tolerance) {
        if (tolerance.isNegative() || tolerance.compareTo(MAX_TOLERANCE) > 0) {
            throw new IllegalArgumentException("a tolerance of " + tolerance + ", but it is PT0S to " + MAX_TOLERANCE);
        }
        if (secrets.isEmpty() || secrets.size() > MAX_SECRETS) {
            throw new IllegalArgumentException("1 to " + MAX_SECRETS + " shared secrets, not " + secrets.size());
        }
        this.realm = OpaqueString.prepare(realm);
        this.toleranceSeconds = tolerance.toSeconds();
        this.secrets = secrets.stream().map(SharedSecretCredentials::secretKey).toList();
    }

    /** The password that goes with {@code username} under {@code secret}: what a web service hands out. */
    public static String password(String secret, String username) {
        return password(secretKey(secret), username);
    }

    @Override
    public String realm() {
        return realm;
    }

    @Override
    public int maxKeysPerUser() {
        return secrets.size();
    }

    @Override
    public Lookup find(String username, PasswordAlgorithm algorithm, long nowSeconds) {
        List<LongTermKey> keys = new ArrayList<>(secrets.size());
        for (SecretKeySpec secret : secrets) {
            keys.add(LongTermKey.of(algorithm, username, realm, password(secret, username)));
        }
        TimeLimitedName name = TimeLimitedName.parse(username);
        if (name == null || name.expiresAtSeconds() + toleranceSeconds <= nowSeconds) {
            return Lookup.UNKNOWN;
        }
        return new Lookup.Known(name.quotaUser(), keys, name.expiresAtSeconds() + toleranceSeconds);
    }

    private static SecretKeySpec secretKey(String secret) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("a shared secret is empty");
        }
        return new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC);
    }

    private static String password(SecretKeySpec secret, String username) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(secret);
            return Base64.getEncoder().encodeToString(mac.doFinal(username.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + HMAC, e);
        }
    }
}
