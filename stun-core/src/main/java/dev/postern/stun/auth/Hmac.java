package dev.postern.stun.auth;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * An HMAC (RFC 2104) over SHA-1 or SHA-256 whose state is used again and again with any key, so that a digest makes no garbage.
 * One owner thread.
 */
final class Hmac {

    /** What both hashes take at a time. */
    private static final int BLOCK_BYTES = 64;

    private static final int INNER = 0x36;
    private static final int OUTER = 0x5C;

    private final MessageDigest hash;
    private final byte[] pad = new byte[BLOCK_BYTES];
    private final byte[] inner;

    private Hmac(String hash) {
        try {
            this.hash = MessageDigest.getInstance(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + hash, e);
        }
        this.inner = new byte[this.hash.getDigestLength()];
    }

    static Hmac sha1() {
        return new Hmac("SHA-1");
    }

    static Hmac sha256() {
        return new Hmac("SHA-256");
    }

    /** The size of a digest. */
    int digestBytes() {
        return inner.length;
    }

    /** Writes the digest of {@code bytes} bytes from {@code from} on to the start of {@code digest}, which may be {@code data}. */
    void compute(byte[] key, byte[] data, int from, int bytes, byte[] digest) {
        byte[] shortKey = key.length > BLOCK_BYTES ? hash.digest(key) : key;
        begin(shortKey, INNER);
        hash.update(data, from, bytes);
        finish(inner);
        begin(shortKey, OUTER);
        hash.update(inner);
        finish(digest);
    }

    private void begin(byte[] key, int filler) {
        for (int i = 0; i < key.length; i++) {
            pad[i] = (byte) (key[i] ^ filler);
        }
        Arrays.fill(pad, key.length, BLOCK_BYTES, (byte) filler);
        hash.update(pad);
    }

    private void finish(byte[] digest) {
        try {
            hash.digest(digest, 0, inner.length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the digest fits", e);
        }
    }
}
