package dev.postern.stun.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Time-limited users that a web service makes up and signs with a secret that it shares with the server
 * (draft-uberti-behave-turn-rest-00): the user name is {@code expiry} or {@code expiry:user}, with the expiry in
 * seconds since 1970, and the password is {@code base64(HMAC-SHA1(secret, username))}.
 *
 * <p>A user is valid up to his expiry and not a second longer, for a new allocation and for one that exists. Several
 * secrets are valid at once, so that one can be replaced. No key is kept: each is made when asked for. Safe for use by
 * several threads.
 */
public final class SharedSecretCredentials implements CredentialStore {

    /** The most secrets that are valid at once. */
    public static final int MAX_SECRETS = 4;

    private static final String HMAC = "HmacSHA1";
    private static final int MAX_EXPIRY_DIGITS = 18; // fits a long

    private final String realm;
    private final List<SecretKeySpec> secrets;

    /**
     * @param secrets 1 to {@value #MAX_SECRETS}, none empty
     * @throws IllegalArgumentException if there are more, fewer, or an empty one
     */
    public SharedSecretCredentials(String realm, List<String> secrets) {
        if (secrets.isEmpty() || secrets.size() > MAX_SECRETS) {
            throw new IllegalArgumentException("1 to " + MAX_SECRETS + " shared secrets, not " + secrets.size());
        }
        this.realm = OpaqueString.prepare(realm);
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
    public List<LongTermKey> find(String username, PasswordAlgorithm algorithm, long nowSeconds) {
        if (expirySeconds(username) <= nowSeconds) {
            return List.of();
        }
        List<LongTermKey> keys = new ArrayList<>(secrets.size());
        for (SecretKeySpec secret : secrets) {
            keys.add(LongTermKey.of(algorithm, username, realm, password(secret, username)));
        }
        return keys;
    }

    @Override
    public int maxKeysPerUser() {
        return secrets.size();
    }

    /** What follows {@code expiry:}, so that one user's credentials count together; the whole name if nothing does. */
    @Override
    public String quotaUser(String username) {
        int colon = username.indexOf(':');
        return colon < 0 || colon == username.length() - 1 ? username : username.substring(colon + 1);
    }

    /** The expiry that the name starts with, or {@link Long#MIN_VALUE} if it starts with none. */
    private static long expirySeconds(String username) {
        int colon = username.indexOf(':');
        int end = colon < 0 ? username.length() : colon;
        if (end == 0 || end > MAX_EXPIRY_DIGITS) {
            return Long.MIN_VALUE;
        }
        for (int i = 0; i < end; i++) {
            if (username.charAt(i) < '0' || username.charAt(i) > '9') {
                return Long.MIN_VALUE;
            }
        }
        return Long.parseLong(username, 0, end, 10);
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
