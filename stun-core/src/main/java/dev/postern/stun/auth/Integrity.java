package dev.postern.stun.auth;

import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import java.nio.ByteBuffer;

/**
 * Signs and verifies STUN messages: an HMAC over the message up to the attribute that carries it, with the header's
 * length as if the message ended behind that attribute (RFC 8489 sections 14.5 and 14.6).
 *
 * <p>Keeps the state of its HMACs and makes no garbage: one owner thread.
 */
public final class Integrity {

    private static final int LENGTH_OFFSET = 2;

    private static final int USUAL_BYTES = 512;

    private final Hmac sha1 = Hmac.sha1();
    private final Hmac sha256 = Hmac.sha256();
    private final byte[] digest = new byte[IntegrityAlgorithm.SHA256.fullBytes()];

    /** What the digest is over; as long as the longest message was, which is 64 KiB at most. */
    private byte[] text = new byte[USUAL_BYTES];

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
        int value = message.valueOffset(index);
        int valueBytes = message.valueLength(index);
        int attribute = value - StunMessage.ATTRIBUTE_HEADER_BYTES;
        computeDigest(algorithm, key, message.buffer(), message.offset(), attribute, valueBytes);
        int differences = 0;
        for (int i = 0; i < valueBytes; i++) {
            differences |= digest[i] ^ message.buffer().get(value + i);
        }
        return differences == 0;
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
        computeDigest(algorithm, key, encoder.buffer(), encoder.start(), attribute, valueBytes);
        encoder.buffer().put(value, digest, 0, valueBytes);
        return encoder;
    }

    /**
     * Computes the HMAC over the message from {@code start} to before {@code attribute}, whose value will have {@code valueBytes}
     * bytes, into {@link #digest}.
     */
    private void computeDigest(
            IntegrityAlgorithm algorithm,
            LongTermKey key,
            ByteBuffer buffer,
            int start,
            int attribute,
            int valueBytes) {
        int bytes = attribute - start;
        if (bytes > text.length) {
            text = new byte[bytes];
        }
        buffer.get(start, text, 0, bytes);
        int adjustedLength = bytes + StunMessage.ATTRIBUTE_HEADER_BYTES + valueBytes - StunMessage.HEADER_BYTES;
        text[LENGTH_OFFSET] = (byte) (adjustedLength >>> Byte.SIZE);
        text[LENGTH_OFFSET + 1] = (byte) adjustedLength;
        Hmac hmac = algorithm == IntegrityAlgorithm.SHA1 ? sha1 : sha256;
        hmac.compute(key.bytes(), text, 0, bytes, digest);
    }
}
