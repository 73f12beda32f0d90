package dev.postern.e2e.browser;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A token as a service of an operator's own would sign it: HS256, for one room. */
final class SignedToken {

    static final String KEY_NAME = "web";
    static final String SECRET = "a secret of thirty-two characters or more";

    private static final String HMAC = "HmacSHA256";

    private SignedToken() {}

    static String of(String user, String room, String role, Duration validFor) {
        long ends = Instant.now().plus(validFor).getEpochSecond();
        String signed = encoded("{\"alg\":\"HS256\",\"kid\":\"" + KEY_NAME + "\"}") + "."
                + encoded("{\"aud\":\"postern\",\"sub\":\"" + user + "\",\"name\":\"" + user + "\",\"exp\":" + ends
                        + ",\"rooms\":[{\"room\":\"" + room + "\",\"role\":\"" + role + "\"}]}");
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), HMAC));
            return signed + "."
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot sign with " + HMAC, e);
        }
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
