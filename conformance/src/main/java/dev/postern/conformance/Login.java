package dev.postern.conformance;

import dev.postern.stun.AttributeType;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.auth.Integrity;
import dev.postern.stun.auth.IntegrityAlgorithm;
import dev.postern.stun.auth.LongTermKey;
import dev.postern.stun.auth.OpaqueString;
import dev.postern.stun.auth.PasswordAlgorithm;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A client's side of the long-term credential mechanism (RFC 8489 section 9.2): what the server's challenge said, and the attributes
 * that answer it. Does what section 9.2.5 asks of a client unless a case sets it otherwise.
 */
public final class Login {

    private static final String COOKIE = "obMatJos2";
    private static final int COOKIE_CHARACTERS = COOKIE.length() + 4;
    private static final int PASSWORD_ALGORITHMS_BIT = 0x80;
    private static final int ANONYMITY_BIT = 0x40;

    private Credentials credentials;
    private boolean legacy;
    private @Nullable String realm;
    private byte[] nonce = {};
    private byte @Nullable [] algorithms;

    Login(Credentials credentials) {
        this.credentials = credentials;
    }

    /** Another user's answer to the same challenge. */
    Login(Credentials credentials, Login challenged) {
        this.credentials = credentials;
        this.legacy = challenged.legacy;
        this.realm = challenged.realm;
        this.nonce = challenged.nonce;
        this.algorithms = challenged.algorithms;
    }

    /** From now on as RFC 5389 had it: USERNAME, MD5 and MESSAGE-INTEGRITY, whatever the server offers. */
    public Login legacy() {
        legacy = true;
        return this;
    }

    /** From now on with another password. */
    public Login password(String password) {
        credentials = new Credentials(credentials.user(), password);
        return this;
    }

    /** From now on with another username. */
    public Login user(String user) {
        credentials = new Credentials(user, credentials.password());
        return this;
    }

    /** From now on with another nonce. */
    public Login nonce(byte[] value) {
        nonce = value.clone();
        return this;
    }

    /** From now on in another realm. */
    public Login realm(String value) {
        realm = value;
        return this;
    }

    public Credentials credentials() {
        return credentials;
    }

    /** The nonce in use; empty before a challenge. */
    public byte[] nonce() {
        return nonce.clone();
    }

    /** The realm in use. */
    public String realm() {
        if (realm == null) {
            throw new IllegalStateException("there was no challenge");
        }
        return realm;
    }

    /** The value of the server's PASSWORD-ALGORITHMS, or null if it sent none. */
    public byte @Nullable [] algorithms() {
        return algorithms == null ? null : algorithms.clone();
    }

    boolean isChallenged() {
        return nonce.length > 0;
    }

    /** Takes REALM, NONCE and PASSWORD-ALGORITHMS of a 401 or 438. */
    public void learn(Reply challenge) {
        nonce = challenge.value(AttributeType.NONCE);
        realm = challenge.text(AttributeType.REALM);
        algorithms = challenge.has(AttributeType.PASSWORD_ALGORITHMS)
                ? challenge.value(AttributeType.PASSWORD_ALGORITHMS)
                : null;
    }

    /** The first byte of the security features in the nonce cookie, 0 if there is no cookie (RFC 8489 sections 9.2 and 18.1). */
    public int securityFeatures() {
        String text = new String(nonce, StandardCharsets.ISO_8859_1);
        if (text.length() < COOKIE_CHARACTERS || !text.startsWith(COOKIE)) {
            return 0;
        }
        try {
            return Base64.getDecoder().decode(text.substring(COOKIE.length(), COOKIE_CHARACTERS))[0] & 0xFF;
        } catch (IllegalArgumentException notBase64) {
            return 0;
        }
    }

    /** Whether the nonce cookie says that the server offers password algorithms. */
    public boolean offersAlgorithms() {
        return (securityFeatures() & PASSWORD_ALGORITHMS_BIT) != 0;
    }

    /** Whether the nonce cookie says that the server takes USERHASH. */
    public boolean offersAnonymity() {
        return (securityFeatures() & ANONYMITY_BIT) != 0;
    }

    /** The algorithm that requests are signed with: the first of the server's that is known here, MD5 without a list. */
    public PasswordAlgorithm algorithm() {
        if (legacy || algorithms == null) {
            return PasswordAlgorithm.MD5;
        }
        ByteBuffer list = ByteBuffer.wrap(algorithms);
        while (list.remaining() >= 4) {
            int number = list.getShort() & 0xFFFF;
            int parameters = (list.getShort() & 0xFFFF) + 3 & ~3;
            for (PasswordAlgorithm known : PasswordAlgorithm.values()) {
                if (known.code() == number) {
                    return known;
                }
            }
            list.position(Math.min(list.limit(), list.position() + parameters));
        }
        throw Bench.failed("PASSWORD-ALGORITHMS lists MD5 or SHA-256, which every client knows. It does not.");
    }

    private boolean negotiated() {
        return !legacy && algorithms != null;
    }

    /** The digest that requests are signed with and replies should be. */
    public IntegrityAlgorithm integrity() {
        return negotiated() ? IntegrityAlgorithm.SHA256 : IntegrityAlgorithm.SHA1;
    }

    /** The key that requests are signed with. */
    public LongTermKey key() {
        return key(algorithm());
    }

    /** The user's key by another algorithm. */
    public LongTermKey key(PasswordAlgorithm algorithm) {
        return LongTermKey.of(algorithm, credentials.user(), realm(), credentials.password());
    }

    /** Appends the user, the realm, the nonce, what was negotiated, and the digest over all that. */
    public StunEncoder sign(StunEncoder encoder) {
        identify(encoder);
        byte[] offered = algorithms;
        if (negotiated() && offered != null) {
            encoder.bytes(AttributeType.PASSWORD_ALGORITHMS, offered)
                    .u32(AttributeType.PASSWORD_ALGORITHM, (long) algorithm().code() << 16);
        }
        return new Integrity().sign(encoder, integrity(), key());
    }

    /** Appends the user, the realm and the nonce. */
    public StunEncoder identify(StunEncoder encoder) {
        if (!legacy && offersAnonymity()) {
            encoder.bytes(AttributeType.USERHASH, userhash());
        } else {
            encoder.text(AttributeType.USERNAME, credentials.user());
        }
        return encoder.text(AttributeType.REALM, realm()).bytes(AttributeType.NONCE, nonce);
    }

    /** SHA-256 of the user and the realm (RFC 8489 section 14.4). */
    public byte[] userhash() {
        String text = OpaqueString.prepare(credentials.user()) + ":" + OpaqueString.prepare(realm());
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Whether the reply carries the digest that the user's key gives, by the algorithm of the requests. */
    public boolean isSigned(Reply reply) {
        return new Integrity().verify(reply.message(), integrity(), key());
    }
}
