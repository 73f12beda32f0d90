package dev.postern.stun.auth;

import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;

/**
 * Signs and verifies STUN messages: an HMAC over the message up to the attribute that carries it, with the header's
 * length as if the message ended behind that attribute (RFC 8489 sections 14.5 and 14.6).
 *
 * <p>Keeps the state of its HMACs, so that a message costs no new ones: one owner thread.
 */
public final class Integrity {

    private static final int LENGTH_OFFSET = 2;

    private final Mac sha1 = newMac(IntegrityAlgorithm.SHA1);
    private final Mac sha256 = newMac(IntegrityAlgorithm.SHA256);

    /**
     * Whether the message carries the algorithm's attribute with the digest that {@code key} gives. The comparison
     * takes the same time wherever the digests differ. A value of a length that is not allowed is wrong, never an
     * error.
     */
    public boolean verify(StunMessage message, IntegrityAlgorithm algorithm, LongTermKey key) {
        int index = message.indexOf(algorithm.attributeType());
        if (index < 0 || !algorithm.allowsLength(message.valueLength(index))) {
            return false;
        }
        byte[] received = new byte[message.valueLength(index)];
        message.buffer().get(message.valueOffset(index), received);
        int attribute = message.valueOffset(index) - StunMessage.ATTRIBUTE_HEADER_BYTES;
        byte[] expected = digest(algorithm, key, message.buffer(), message.offset(), attribute, received.length);
        return MessageDigest.isEqual(expected, received);
    }

    /**
     * Appends the algorithm's attribute, not truncated, over what was written so far. After it only
     * MESSAGE-INTEGRITY-SHA256 and FINGERPRINT have a meaning.
     *
     * @return {@code encoder}
     */
    public StunEncoder sign(StunEncoder encoder, IntegrityAlgorithm algorithm, LongTermKey key) {
        return sign(encoder, algorithm, key, algorithm.fullBytes());
    }

    /**
     * Appends MESSAGE-INTEGRITY-SHA256 with the first {@code valueBytes} bytes of its digest, 0 to 32, also where the RFC allows
     * no such length: for those who look what a server makes of it.
     *
     * @return {@code encoder}
     */
    public StunEncoder signTruncated(StunEncoder encoder, LongTermKey key, int valueBytes) {
        return sign(encoder, IntegrityAlgorithm.SHA256, key, valueBytes);
    }

    private StunEncoder sign(StunEncoder encoder, IntegrityAlgorithm algorithm, LongTermKey key, int valueBytes) {
        int value = encoder.reserve(algorithm.attributeType(), valueBytes);
        int attribute = value - StunMessage.ATTRIBUTE_HEADER_BYTES;
        byte[] digest = digest(algorithm, key, encoder.buffer(), encoder.start(), attribute, valueBytes);
        encoder.buffer().put(value, digest);
        return encoder;
    }

    /**
     * The first {@code valueBytes} bytes of the HMAC over the message from {@code start} to before {@code attribute}.
     */
    private byte[] digest(
            IntegrityAlgorithm algorithm,
            LongTermKey key,
            ByteBuffer buffer,
            int start,
            int attribute,
            int valueBytes) {
        Mac mac = algorithm == IntegrityAlgorithm.SHA1 ? sha1 : sha256;
        init(mac, key);
        int end = attribute + StunMessage.ATTRIBUTE_HEADER_BYTES + valueBytes;
        int adjustedLength = end - start - StunMessage.HEADER_BYTES;
        mac.update(buffer.get(start));
        mac.update(buffer.get(start + 1));
        mac.update((byte) (adjustedLength >>> 8));
        mac.update((byte) adjustedLength);
        int rest = start + LENGTH_OFFSET + Short.BYTES;
        mac.update(buffer.slice(rest, attribute - rest));
        byte[] full = mac.doFinal();
        return full.length == valueBytes ? full : Arrays.copyOf(full, valueBytes);
    }

    private static void init(Mac mac, LongTermKey key) {
        try {
            mac.init(key.secretKey());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("an HMAC takes every key", e);
        }
    }

    private static Mac newMac(IntegrityAlgorithm algorithm) {
        try {
            return Mac.getInstance(algorithm.mac());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + algorithm.mac(), e);
        }
    }
}
