package dev.postern.stun.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * Makes the keys of time-limited users from a shared secret: the password, which is {@code base64(HMAC-SHA1(secret, username))}, and
 * from it what {@link LongTermKey#of} makes. Keeps the state of its hashes, so that a key costs little more than its own bytes:
 * one owner thread.
 */
final class TimeLimitedKeys {

    private static final int PASSWORD_BYTES = 28;
    private static final int SEPARATORS = 2;
    private static final int USUAL_NAME_BYTES = 128;

    private final byte[] realm;
    private final Hmac hmac = Hmac.sha1();
    private final byte[] code = new byte[hmac.digestBytes()];
    private final byte[] password = new byte[PASSWORD_BYTES];
    private final MessageDigest md5 = LongTermKey.digest(PasswordAlgorithm.MD5);
    private final MessageDigest sha256 = LongTermKey.digest(PasswordAlgorithm.SHA_256);

    /** {@code username:realm:password}, where the name begins at 0; as long as the longest name needed. */
    private byte[] text = new byte[USUAL_NAME_BYTES];

    /** @param realm prepared with {@link OpaqueString} */
    TimeLimitedKeys(String realm) {
        this.realm = realm.getBytes(StandardCharsets.UTF_8);
    }

    LongTermKey make(byte[] secret, PasswordAlgorithm algorithm, byte[] username) {
        hmac.compute(secret, username, 0, username.length, code);
        Base64.getEncoder().encode(code, password);
        int bytes = username.length + realm.length + PASSWORD_BYTES + SEPARATORS;
        if (text.length < bytes) {
            text = new byte[bytes];
        }
        System.arraycopy(username, 0, text, 0, username.length);
        int at = username.length;
        text[at++] = ':';
        System.arraycopy(realm, 0, text, at, realm.length);
        at += realm.length;
        text[at++] = ':';
        System.arraycopy(password, 0, text, at, PASSWORD_BYTES);
        MessageDigest digest = algorithm == PasswordAlgorithm.MD5 ? md5 : sha256;
        digest.update(text, 0, bytes);
        return LongTermKey.ofBytes(digest.digest());
    }

    /** The password in text. */
    static String password(byte[] secret, String username) {
        byte[] name = username.getBytes(StandardCharsets.UTF_8);
        Hmac hmac = Hmac.sha1();
        byte[] code = new byte[hmac.digestBytes()];
        hmac.compute(secret, name, 0, name.length, code);
        return Base64.getEncoder().encodeToString(code);
    }
}
