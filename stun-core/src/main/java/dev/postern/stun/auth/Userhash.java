package dev.postern.stun.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** USERHASH (RFC 8489 section 14.4): names a user without showing his name to those who see the packet. */
public final class Userhash {

    /** The length of the value: {@value}. */
    public static final int BYTES = 32;

    private Userhash() {}

    /**
     * SHA-256 over {@code username:realm}, both prepared with {@link OpaqueString}.
     *
     * @throws IllegalArgumentException if one of them cannot be prepared
     */
    public static byte[] of(String username, String realm) {
        String text = OpaqueString.prepare(username) + ":" + OpaqueString.prepare(realm);
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
