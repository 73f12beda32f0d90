package dev.postern.signaling.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.random.RandomGenerator;

/** Mints what nobody may guess: ids and secrets of 128 random bits. Owned by the hub. */
final class Tokens {

    private static final int BYTES = 16;

    private final RandomGenerator random;

    Tokens(RandomGenerator random) {
        this.random = random;
    }

    /** The prefix and 22 characters of base64url. */
    String mint(String prefix) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A number from 0 to below the bound. */
    long below(long bound) {
        return random.nextLong(bound);
    }

    /** Compares in a time that does not tell how much is the same. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
