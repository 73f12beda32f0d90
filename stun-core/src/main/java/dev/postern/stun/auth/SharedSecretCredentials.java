package dev.postern.stun.auth;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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

    private final String realm;
    private final List<byte[]> secrets;
    private final ThreadLocal<TimeLimitedKeys> keys;
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
        this.secrets = secrets.stream().map(SharedSecretCredentials::bytesOf).toList();
        String prepared = OpaqueString.prepare(realm);
        this.keys = ThreadLocal.withInitial(() -> new TimeLimitedKeys(prepared));
    }

    /** The password that goes with {@code username} under {@code secret}: what a web service hands out. */
    public static String password(String secret, String username) {
        return TimeLimitedKeys.password(bytesOf(secret), username);
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
        List<LongTermKey> all = keysOf(username, algorithm);
        TimeLimitedName name = TimeLimitedName.parse(username);
        if (name == null || name.expiresAtSeconds() + toleranceSeconds <= nowSeconds) {
            return Lookup.UNKNOWN;
        }
        return new Lookup.Known(name.quotaUser(), all, name.expiresAtSeconds() + toleranceSeconds);
    }

    private List<LongTermKey> keysOf(String username, PasswordAlgorithm algorithm) {
        byte[] name = username.getBytes(StandardCharsets.UTF_8);
        TimeLimitedKeys maker = keys.get();
        if (secrets.size() == 1) {
            return List.of(maker.make(secrets.get(0), algorithm, name));
        }
        List<LongTermKey> all = new ArrayList<>(secrets.size());
        for (byte[] secret : secrets) {
            all.add(maker.make(secret, algorithm, name));
        }
        return all;
    }

    private static byte[] bytesOf(String secret) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("a shared secret is empty");
        }
        return secret.getBytes(StandardCharsets.UTF_8);
    }
}
