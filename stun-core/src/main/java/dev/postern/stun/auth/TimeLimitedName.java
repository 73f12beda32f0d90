package dev.postern.stun.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The user name of a time-limited credential, taken apart: the one place that knows its form.
 *
 * <pre>
 * 1800000000                                   nobody's in particular
 * 1800000000:ann                               ann's
 * 1800000000:ann#Zm9vYmFyYmF6cXV4MTIzNA        ann's, for one room: it ends when the room does
 * </pre>
 *
 * <p>USERNAME crosses networks in clear text, and whoever knows a room's name may join it, so a name carries not the room but a tag
 * of it: 128 bits of an HMAC under the shared secret, {@value #ROOM_TAG_CHARACTERS} characters of base64url. What follows the
 * last {@code #} is a tag only if it has that form; all else belongs to the user.
 *
 * @param expiresAtSeconds wall-clock time, seconds since 1970, from which the credential is not valid
 * @param user whose it is; empty for nobody's
 * @param roomTag which room's it is; empty for none
 */
public record TimeLimitedName(long expiresAtSeconds, String user, String roomTag) {

    /** The length of a room's tag. */
    public static final int ROOM_TAG_CHARACTERS = 22;

    private static final int ROOM_TAG_BYTES = 16;
    private static final int MAX_EXPIRY_DIGITS = 18; // fits a long
    private static final String HMAC = "HmacSHA256";
    private static final byte[] ROOM_LABEL = "postern room tag".getBytes(StandardCharsets.US_ASCII);
    private static final long FIRST_TOO_LATE = 1_000_000_000_000_000_000L; // has a digit more

    /** @throws IllegalArgumentException if the expiry is negative, or the user or tag would be read as something else */
    public TimeLimitedName {
        if (expiresAtSeconds < 0 || expiresAtSeconds >= FIRST_TOO_LATE) {
            throw new IllegalArgumentException(expiresAtSeconds + " is no time that a credential expires at");
        }
        boolean wrong =
                roomTag.isEmpty() ? tagIn(user) >= 0 : roomTag.length() != ROOM_TAG_CHARACTERS || !isOfTags(roomTag, 0);
        if (wrong) {
            throw new IllegalArgumentException("the user's name or the room's tag reads as something else");
        }
    }

    /** The parts of this user name, or null if it does not start with an expiry. */
    public static @Nullable TimeLimitedName parse(String username) {
        int colon = username.indexOf(':');
        int end = colon < 0 ? username.length() : colon;
        if (end == 0 || end > MAX_EXPIRY_DIGITS) {
            return null;
        }
        for (int i = 0; i < end; i++) {
            if (username.charAt(i) < '0' || username.charAt(i) > '9') {
                return null;
            }
        }
        long expiry = Long.parseLong(username, 0, end, 10);
        String rest = colon < 0 ? "" : username.substring(colon + 1);
        int tag = tagIn(rest);
        return tag < 0
                ? new TimeLimitedName(expiry, rest, "")
                : new TimeLimitedName(expiry, rest.substring(0, tag - 1), rest.substring(tag));
    }

    /** Where the tag of a room begins, behind its {@code #}, or -1. */
    private static int tagIn(String text) {
        int tag = text.length() - ROOM_TAG_CHARACTERS;
        return tag > 0 && text.charAt(tag - 1) == '#' && isOfTags(text, tag) ? tag : -1;
    }

    /** Whether all characters from there on are those of base64url. */
    private static boolean isOfTags(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            if (!letter && (c < '0' || c > '9') && c != '-' && c != '_') {
                return false;
            }
        }
        return true;
    }

    /** The user name that {@link #parse} takes apart. */
    public String text() {
        String rest = roomTag.isEmpty() ? user : user + "#" + roomTag;
        return rest.isEmpty() ? Long.toString(expiresAtSeconds) : expiresAtSeconds + ":" + rest;
    }

    /**
     * The name that quotas count under: the user, whichever room and expiry his credentials have; for nobody's the room, or
     * else the expiry.
     */
    public String quotaUser() {
        if (!user.isEmpty()) {
            return user;
        }
        return roomTag.isEmpty() ? Long.toString(expiresAtSeconds) : "#" + roomTag;
    }

    /** The tag of a room under a shared secret. */
    public static String roomTag(String secret, String room) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC));
            mac.update(ROOM_LABEL);
            mac.update((byte) 0);
            mac.update(ByteBuffer.wrap(room.getBytes(StandardCharsets.UTF_8)));
            byte[] tag = Arrays.copyOf(mac.doFinal(), ROOM_TAG_BYTES);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + HMAC, e);
        }
    }
}
