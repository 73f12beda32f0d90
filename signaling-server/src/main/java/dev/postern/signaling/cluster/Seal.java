package dev.postern.signaling.cluster;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Signs what nodes send with the secret that they share, HMAC-SHA256 behind the content. Not safe for several threads. */
final class Seal {

    /** The shortest secret, in bytes. */
    static final int MIN_SECRET_BYTES = 16;

    static final int BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final Mac mac;

    Seal(byte[] secret) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    byte[] sealed(byte[] content) {
        byte[] whole = Arrays.copyOf(content, content.length + BYTES);
        System.arraycopy(of(content), 0, whole, content.length, BYTES);
        return whole;
    }

    /** What stands behind the content. */
    byte[] of(byte[] content) {
        return mac.doFinal(content);
    }

    /** The content; null if it is not signed with this secret. */
    byte @Nullable [] opened(byte[] whole) {
        int length = whole.length - BYTES;
        if (length < 0) {
            return null;
        }
        mac.update(whole, 0, length);
        byte[] expected = mac.doFinal();
        byte[] claimed = Arrays.copyOfRange(whole, length, whole.length);
        return MessageDigest.isEqual(expected, claimed) ? Arrays.copyOf(whole, length) : null;
    }
}
