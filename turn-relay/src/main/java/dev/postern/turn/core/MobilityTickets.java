package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.StunMessage;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Which allocation a MOBILITY-TICKET belongs to (RFC 8016). At most two per allocation, gone when it ends; a tag that only this server
 * can make tells a ticket that was good once from one that never was. Shared by all shards: any thread.
 *
 * <pre>
 * handle = {@value #HANDLE_BYTES} random bytes, which say nothing, so there is nothing to encrypt
 * tag    = HMAC-SHA256(key, handle), first {@value #TAG_BYTES} bytes
 * ticket = base64url(handle | tag)                                                {@value #CHARACTERS} characters
 * </pre>
 */
final class MobilityTickets {

    /*
     * On the wire it is text: coturn's clients keep a ticket as a C string of at most 32 characters, and would cut it at a
     * zero byte.
     */
    private static final int CHARACTERS = 32;

    private static final int HANDLE_BYTES = 8;
    private static final int TAG_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final String HMAC = "HmacSHA256";

    private final ConcurrentHashMap<String, Allocation> holders = new ConcurrentHashMap<>();
    private final RandomGenerator random;
    private final SecretKeySpec key;

    /** @param random unpredictable and safe for all shards */
    MobilityTickets(RandomGenerator random) {
        this.random = random;
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, HMAC);
    }

    /** A new ticket for this allocation. */
    String issue(Allocation holder) {
        byte[] handle = new byte[HANDLE_BYTES];
        while (true) {
            random.nextBytes(handle);
            byte[] signed = ByteBuffer.allocate(HANDLE_BYTES + TAG_BYTES)
                    .put(handle)
                    .put(tag(handle), 0, TAG_BYTES)
                    .array();
            String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
            if (holders.putIfAbsent(ticket, holder) == null) {
                return ticket;
            }
        }
    }

    void revoke(String ticket) {
        holders.remove(ticket);
    }

    /**
     * Whose ticket it is, or null if it is nobody's. Only the allocation's {@linkplain Allocation#home() home} may be asked for by
     * another thread than its own.
     */
    @Nullable
    Allocation holderOf(String ticket) {
        return holders.get(ticket);
    }

    /** Whether it was issued here, to an allocation that may have ended since. */
    boolean isGenuine(String ticket) {
        byte[] signed;
        try {
            signed = Base64.getUrlDecoder().decode(ticket);
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
        return signed.length == HANDLE_BYTES + TAG_BYTES
                && MessageDigest.isEqual(
                        Arrays.copyOfRange(signed, HANDLE_BYTES, signed.length),
                        Arrays.copyOf(tag(Arrays.copyOf(signed, HANDLE_BYTES)), TAG_BYTES));
    }

    private byte[] tag(byte[] handle) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(handle);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + HMAC, e);
        }
    }

    int size() {
        return holders.size();
    }

    /** The ticket in a message; empty if it is none of ours, null if the message has no MOBILITY-TICKET. */
    static @Nullable String in(StunMessage message) {
        int index = message.indexOf(AttributeType.MOBILITY_TICKET);
        if (index < 0) {
            return null;
        }
        String text = message.valueLength(index) == CHARACTERS ? message.text(index) : null;
        return text == null ? "" : text;
    }
}
