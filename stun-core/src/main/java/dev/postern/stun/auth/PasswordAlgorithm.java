package dev.postern.stun.auth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a long-term key is made from user name, realm and password (RFC 8489 section 18.5.1). */
public enum PasswordAlgorithm {
    /** The key of RFC 5389, and of RFC 8489 where nothing else was negotiated. */
    MD5("MD5", 0x0001),
    SHA_256("SHA-256", 0x0002);

    /** All of them, the strongest first. */
    public static final List<PasswordAlgorithm> BEST_FIRST = List.of(SHA_256, MD5);

    private final String digest;
    private final int code;

    PasswordAlgorithm(String digest, int code) {
        this.digest = digest;
        this.code = code;
    }

    /** The JDK's name of the digest. */
    String digest() {
        return digest;
    }

    /** The number in the IANA registry "STUN Password Algorithms". */
    public int code() {
        return code;
    }

    /** The algorithm with this number, or null if it is none of ours. */
    public static @Nullable PasswordAlgorithm fromCode(int code) {
        for (PasswordAlgorithm algorithm : values()) {
            if (algorithm.code == code) {
                return algorithm;
            }
        }
        return null;
    }
}
