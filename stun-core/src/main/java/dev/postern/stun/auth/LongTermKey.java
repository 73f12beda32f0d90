package dev.postern.stun.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The key of a long-term credential: a digest of {@code username:realm:password} (RFC 8489 section 9.2.2). Immutable;
 * never shown as text.
 */
public final class LongTermKey {

    private final byte[] bytes;

    private LongTermKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The key that {@code algorithm} makes. Realm and password are prepared with {@link OpaqueString}; the user name is
     * taken as it is on the wire.
     *
     * @throws IllegalArgumentException if realm or password cannot be prepared
     */
    public static LongTermKey of(PasswordAlgorithm algorithm, String username, String realm, String password) {
        String text = username + ":" + OpaqueString.prepare(realm) + ":" + OpaqueString.prepare(password);
        return ofBytes(digest(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A key as it is, such as the password of a short-term credential (RFC 8489 section 9.1). The array is the key's from now on. */
    static LongTermKey ofBytes(byte[] bytes) {
        return new LongTermKey(bytes);
    }

    static MessageDigest digest(PasswordAlgorithm algorithm) {
        try {
            return MessageDigest.getInstance(algorithm.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no " + algorithm.digest(), e);
        }
    }

    /** The key itself, not a copy: for reading only. */
    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LongTermKey that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Says nothing of the key. */
    @Override
    public String toString() {
        return "LongTermKey";
    }
}
