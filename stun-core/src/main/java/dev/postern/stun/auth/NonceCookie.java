package dev.postern.stun.auth;

import dev.postern.stun.StunMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

/**
 * The start of a nonce by which a server says which security features it has (RFC 8489 section 9.2): {@link #PREFIX}, then 24
 * bits as four characters of base64. As the nonce is covered by the integrity of the request that brings it back, nobody on
 * the way can take a feature from the offer unseen.
 */
public final class NonceCookie {

    /** What each cookie starts with: {@value}. */
    public static final String PREFIX = "obMatJos2";

    /** The length of a cookie: {@value}. */
    public static final int CHARACTERS = 13;

    private static final int FEATURE_CHARACTERS = 4;
    private static final byte[] PREFIX_BYTES = PREFIX.getBytes(StandardCharsets.US_ASCII);

    private NonceCookie() {}

    /** The cookie that promises these features. */
    public static String of(Set<SecurityFeature> features) {
        int bits = features.stream().mapToInt(SecurityFeature::mask).reduce(0, (one, other) -> one | other);
        byte[] bytes = {(byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits};
        return PREFIX + Base64.getEncoder().encodeToString(bytes);
    }

    /** The features that the nonce in the attribute at {@code index} promises; none if it has no cookie. */
    public static Set<SecurityFeature> read(StunMessage message, int index) {
        EnumSet<SecurityFeature> features = EnumSet.noneOf(SecurityFeature.class);
        if (message.valueLength(index) < CHARACTERS) {
            return features;
        }
        ByteBuffer nonce = message.slice(index);
        for (byte expected : PREFIX_BYTES) {
            if (nonce.get() != expected) {
                return features;
            }
        }
        byte[] encoded = new byte[FEATURE_CHARACTERS];
        nonce.get(encoded);
        int bits = bits(encoded);
        for (SecurityFeature feature : SecurityFeature.values()) {
            if ((bits & feature.mask()) != 0) {
                features.add(feature);
            }
        }
        return features;
    }

    private static int bits(byte[] encoded) {
        try {
            byte[] bytes = Base64.getDecoder().decode(encoded);
            return bytes.length == 3 ? (bytes[0] & 0xFF) << 16 | (bytes[1] & 0xFF) << 8 | (bytes[2] & 0xFF) : 0;
        } catch (IllegalArgumentException notBase64) {
            return 0;
        }
    }
}
