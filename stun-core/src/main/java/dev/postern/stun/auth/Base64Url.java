package dev.postern.stun.auth;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The base64url of RFC 4648 section 5 without padding, between arrays of the caller: no garbage. */
final class Base64Url {

    private static final byte[] URL_ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.US_ASCII);
    private static final int BITS = 6;
    private static final int MASK = (1 << BITS) - 1;
    private static final byte NONE = -1;
    private static final byte[] VALUES = values();

    private Base64Url() {}

    private static byte[] values() {
        byte[] values = new byte[1 << Byte.SIZE];
        Arrays.fill(values, NONE);
        for (int i = 0; i < URL_ALPHABET.length; i++) {
            values[URL_ALPHABET[i]] = (byte) i;
        }
        return values;
    }

    /** Writes all of {@code bytes} as characters from {@code text[at]} on. */
    static void encode(byte[] bytes, byte[] text, int at) {
        int end = at;
        int pending = 0;
        int bits = 0;
        for (byte next : bytes) {
            pending = (pending << Byte.SIZE) | (next & 0xFF);
            for (bits += Byte.SIZE; bits >= BITS; bits -= BITS) {
                text[end++] = URL_ALPHABET[(pending >>> (bits - BITS)) & MASK];
            }
        }
        if (bits > 0) {
            text[end] = URL_ALPHABET[(pending << (BITS - bits)) & MASK];
        }
    }

    /** Fills {@code bytes} with what the characters from {@code text[at]} on stand for; false if they are not what {@link #encode} writes. */
    static boolean decode(byte[] text, int at, byte[] bytes) {
        int from = at;
        int pending = 0;
        int bits = 0;
        for (int i = 0; i < bytes.length; i++) {
            while (bits < Byte.SIZE) {
                int value = VALUES[text[from++] & 0xFF];
                if (value == NONE) {
                    return false;
                }
                pending = pending << BITS | value;
                bits += BITS;
            }
            bits -= Byte.SIZE;
            bytes[i] = (byte) (pending >>> bits);
        }
        return (pending & (1 << bits) - 1) == 0;
    }
}
