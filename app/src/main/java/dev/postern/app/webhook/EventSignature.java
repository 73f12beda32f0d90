package dev.postern.app.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What stands in {@value #HEADER}: {@code t=SECONDS,v1=HEX}, the time of the attempt and HMAC-SHA256 over {@code SECONDS.BODY}. Whoever
 * takes the POST computes it too, compares in constant time, and refuses times that are more than some minutes away.
 */
final class EventSignature {

    static final String HEADER = "Postern-Signature";

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    EventSignature(String secret) {
        key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    String of(long atSeconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((atSeconds + ".").getBytes(StandardCharsets.UTF_8));
            return "t=" + atSeconds + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
