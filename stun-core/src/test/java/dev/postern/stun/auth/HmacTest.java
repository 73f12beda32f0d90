package dev.postern.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Every digest is the one that the JDK's own HMAC makes, for keys shorter, as long as and longer than a block, one after the other. */
class HmacTest {

    private static final int LONGEST_KEY = 200;

    private final Random random = new Random(5);

    @Test
    void sha1DigestsAreThoseOfTheJdk() throws GeneralSecurityException {
        assertSame(Hmac.sha1(), "HmacSHA1");
    }

    @Test
    void sha256DigestsAreThoseOfTheJdk() throws GeneralSecurityException {
        assertSame(Hmac.sha256(), "HmacSHA256");
    }

    private void assertSame(Hmac hmac, String jdkName) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(jdkName);
        for (int keyBytes = 1; keyBytes <= LONGEST_KEY; keyBytes++) {
            byte[] key = randomBytes(keyBytes);
            byte[] data = randomBytes(random.nextInt(300));
            int from = random.nextInt(data.length + 1);
            byte[] digest = new byte[hmac.digestBytes() + 3];
            hmac.compute(key, data, from, data.length - from, digest);
            mac.init(new SecretKeySpec(key, jdkName));
            mac.update(data, from, data.length - from);
            assertThat(Arrays.copyOf(digest, hmac.digestBytes())).isEqualTo(mac.doFinal());
            assertThat(Arrays.copyOfRange(digest, hmac.digestBytes(), digest.length))
                    .containsOnly(0);
        }
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
