package dev.postern.stun.auth;

import dev.postern.stun.AttributeType;
import dev.postern.stun.IpAddress;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;

/**
 * Makes nonces and knows its own again, without keeping any: what a million strangers ask for costs no memory.
 *
 * <pre>
 * cookie = obMatJos2 and the security features                                    13 characters
 * tag    = HMAC-SHA256(key, 'T' | time | address | port | cookie), first 16 bytes
 * stamp  = time XOR HMAC-SHA256(key, 'S' | tag), first 4 bytes
 * nonce  = cookie | base64url(stamp | tag)                                        40 characters
 * </pre>
 *
 * <p>The tag binds the nonce to the client's address, to the features it promises and to the time when it was made, with 128
 * bits. The stamp carries the time, hidden, so that a nonce looks random from the cookie on. It is short, since an answer that
 * carries it may go to a spoofed source.
 *
 * <p>Mints with one key know each other's nonces, as long as their {@code nowNanos} comes from one clock. Keeps the
 * state of its HMAC and makes no garbage: one owner thread.
 */
public final class NonceMint {

    /** The longest that a nonce may be valid: RFC 8656 section 5 asks for a new one at least every hour. */
    public static final Duration MAX_AGE = Duration.ofHours(1);

    /** The briefest that a nonce may be valid. */
    public static final Duration MIN_AGE = Duration.ofSeconds(4);

    /** The fewest bytes that a key may have. */
    public static final int MIN_KEY_BYTES = 16;

    /** The length of NONCE's value: {@value}. */
    public static final int NONCE_BYTES = 40;

    /** What became of a nonce. All but {@link #VALID} are "stale" to the client. */
    public enum Verdict {
        /** Made for this address and young enough. */
        VALID,
        /** Made for this address, too long ago. */
        EXPIRED,
        /** Not made here, made for another address, or altered: a server without memory cannot tell which. */
        FORGED
    }

    private static final int STAMP_BYTES = Integer.BYTES;
    private static final int TAG_BYTES = 16;
    private static final int TICK_SHIFT = 30; // a tick is 2^30 ns, about a second; 32 bits of ticks pass in 146 years

    private static final int TICKS_AT = 1;
    private static final int IP_AT = TICKS_AT + Integer.BYTES;
    private static final int PORT_AT = IP_AT + 2 * Long.BYTES;
    private static final int COOKIE_AT = PORT_AT + Integer.BYTES;

    private final Hmac hmac = Hmac.sha256();
    private final byte[] key;
    private final int maxAgeTicks;
    private final byte[] cookie;
    private final byte[] raw = new byte[STAMP_BYTES + TAG_BYTES];
    private final ByteBuffer rawView = ByteBuffer.wrap(raw);
    private final byte[] nonce = new byte[NONCE_BYTES];
    private final ByteBuffer tagInput = ByteBuffer.allocate(COOKIE_AT + NonceCookie.CHARACTERS);
    private final byte[] stampInput = new byte[1 + TAG_BYTES];
    private final byte[] digest = new byte[hmac.digestBytes()];

    /**
     * @param key random bytes, at least {@value #MIN_KEY_BYTES}
     * @param maxAge how long a nonce is valid, from {@link #MIN_AGE} to {@link #MAX_AGE}; up to two seconds less in
     *     fact
     * @param features what each nonce promises
     * @throws IllegalArgumentException if key or age is out of range
     */
    public NonceMint(byte[] key, Duration maxAge, Set<SecurityFeature> features) {
        if (key.length < MIN_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a nonce key has at least " + MIN_KEY_BYTES + " bytes, not " + key.length);
        }
        if (maxAge.compareTo(MAX_AGE) > 0 || maxAge.compareTo(MIN_AGE) < 0) {
            throw new IllegalArgumentException(
                    "a nonce is valid for " + MIN_AGE + " to " + MAX_AGE + ", not " + maxAge);
        }
        // One tick less: a nonce of tick n may have been made up to a tick after n began, and must not outlive maxAge.
        this.maxAgeTicks = (int) (maxAge.toNanos() >> TICK_SHIFT) - 1;
        this.cookie = NonceCookie.of(features).getBytes(StandardCharsets.US_ASCII);
        this.key = key.clone();
        tagInput.put(0, (byte) 'T').put(COOKIE_AT, cookie);
        stampInput[0] = (byte) 'S';
        System.arraycopy(cookie, 0, nonce, 0, cookie.length);
    }

    /**
     * Appends NONCE with a nonce for this client.
     *
     * @return {@code encoder}
     */
    public StunEncoder append(StunEncoder encoder, long nowNanos, TransportAddress client) {
        int ticks = (int) (nowNanos >> TICK_SHIFT);
        tag(ticks, client);
        System.arraycopy(digest, 0, raw, STAMP_BYTES, TAG_BYTES);
        rawView.putInt(0, ticks);
        maskStamp();
        Base64Url.encode(raw, nonce, NonceCookie.CHARACTERS);
        return encoder.bytes(AttributeType.NONCE, nonce);
    }

    /** What became of the nonce in the attribute at {@code index}, which came from {@code client}. */
    public Verdict check(long nowNanos, TransportAddress client, StunMessage message, int index) {
        if (message.valueLength(index) != NONCE_BYTES) {
            return Verdict.FORGED;
        }
        message.buffer().get(message.valueOffset(index), nonce);
        boolean ours = Arrays.equals(nonce, 0, NonceCookie.CHARACTERS, cookie, 0, cookie.length);
        System.arraycopy(cookie, 0, nonce, 0, cookie.length); // as append wants to find it
        if (!ours || !Base64Url.decode(nonce, NonceCookie.CHARACTERS, raw)) {
            return Verdict.FORGED;
        }
        maskStamp();
        int ticks = rawView.getInt(0);
        tag(ticks, client);
        if (!isTagRight()) {
            return Verdict.FORGED;
        }
        int age = (int) (nowNanos >> TICK_SHIFT) - ticks;
        return age >= 0 && age <= maxAgeTicks ? Verdict.VALID : Verdict.EXPIRED;
    }

    /** Takes the same time wherever the tags differ. */
    private boolean isTagRight() {
        int differences = 0;
        for (int i = 0; i < TAG_BYTES; i++) {
            differences |= digest[i] ^ raw[STAMP_BYTES + i];
        }
        return differences == 0;
    }

    private void tag(int ticks, TransportAddress client) {
        IpAddress ip = client.ip();
        tagInput.putInt(TICKS_AT, ticks)
                .putLong(IP_AT, ip.high())
                .putLong(IP_AT + Long.BYTES, ip.low())
                .putInt(PORT_AT, (ip.isIpv4() ? 1 << 16 : 0) | client.port());
        hmac.compute(key, tagInput.array(), 0, tagInput.capacity(), digest);
    }

    /** XORs the stamp in {@link #raw} with what its tag gives: hides it, or shows it again. */
    private void maskStamp() {
        System.arraycopy(raw, STAMP_BYTES, stampInput, 1, TAG_BYTES);
        hmac.compute(key, stampInput, 0, stampInput.length, digest);
        for (int i = 0; i < STAMP_BYTES; i++) {
            raw[i] ^= digest[i];
        }
    }
}
