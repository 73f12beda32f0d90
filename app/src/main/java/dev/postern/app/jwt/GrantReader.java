package dev.postern.app.jwt;

import dev.postern.signaling.Grant;
import dev.postern.signaling.RoomRule;
import dev.postern.signaling.protocol.Role;
import dev.postern.stun.auth.TimeLimitedName;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a token that is good allows. Rooms are a text or a list; each item is a room's name or pattern, or an object {@code
 * {"room":"kitchen","role":"moderator","open":false,"max":4}} of which all but {@code room} may be missing. A claim of another form
 * makes the whole token a bad one: to guess might allow too much. Immutable; any thread.
 */
final class GrantReader {

    private static final int MAX_NAME_CHARACTERS = 64;
    private static final int MIN_CAPACITY = 2;

    private final Claims names;
    private final List<RoomRule> defaultRooms;
    private final InstantSource clock;

    /** Which claim says what. */
    record Claims(String user, String name, String rooms) {}

    /** @param defaultRooms the patterns for tokens that name no rooms */
    GrantReader(Claims names, List<String> defaultRooms, InstantSource clock) {
        this.names = names;
        this.defaultRooms = defaultRooms.stream().map(RoomRule::of).toList();
        this.clock = clock;
    }

    /** The grant; null if the claims are not of the form that they must be, or the token has ended. */
    @Nullable
    Grant read(JwtClaims claims) {
        try {
            String user = claims.getClaimValue(names.user(), String.class);
            long leftMillis = claims.getExpirationTime().getValueInMillis() - clock.millis();
            // In the leeway behind its end a token is still one, but opens nothing.
            if (user == null || !isUser(user) || leftMillis < 1) {
                return null;
            }
            return new Grant(user, nameIn(claims), roomsIn(claims), Duration.ofMillis(leftMillis));
        } catch (MalformedClaimException
                | IllegalArgumentException
                | ArithmeticException e) { // the last of an end beyond all clocks
            return null;
        }
    }

    /** The relay has to take the name as well. */
    private static boolean isUser(String user) {
        if (!TokenVerifier.isName(user)) {
            return false;
        }
        try {
            return new TimeLimitedName(0, user, "").user().equals(user);
        } catch (IllegalArgumentException e) { // it reads as a room's tag
            return false;
        }
    }

    private @Nullable String nameIn(JwtClaims claims) throws MalformedClaimException {
        String name = claims.getClaimValue(names.name(), String.class);
        if (name == null || name.isBlank()) {
            return null;
        }
        String whole = name.strip();
        int end = Math.min(whole.length(), MAX_NAME_CHARACTERS);
        boolean cutsPair = end < whole.length() && Character.isHighSurrogate(whole.charAt(end - 1));
        return whole.substring(0, cutsPair ? end - 1 : end);
    }

    private List<RoomRule> roomsIn(JwtClaims claims) {
        Object rooms = claims.getClaimValue(names.rooms());
        if (rooms == null) {
            return defaultRooms;
        }
        if (rooms instanceof String one) {
            return List.of(RoomRule.of(one));
        }
        if (rooms instanceof List<?> items) {
            List<RoomRule> rules = new ArrayList<>();
            for (Object item : items) {
                rules.add(rule(item));
            }
            return rules;
        }
        throw new IllegalArgumentException("rooms are a text or a list");
    }

    private static RoomRule rule(@Nullable Object item) {
        if (item instanceof String pattern) {
            return RoomRule.of(pattern);
        }
        if (item instanceof Map<?, ?> fields && fields.get("room") instanceof String pattern) {
            return new RoomRule(pattern, role(fields.get("role")), open(fields.get("open")), max(fields.get("max")));
        }
        throw new IllegalArgumentException("a room is a text or has one");
    }

    private static Role role(@Nullable Object value) {
        if (value == null) {
            return Role.PEER;
        }
        for (Role role : Role.values()) {
            if (role.wireName().equals(value)) {
                return role;
            }
        }
        throw new IllegalArgumentException("no role");
    }

    private static boolean open(@Nullable Object value) {
        if (value == null || value instanceof Boolean) {
            return value == null || (Boolean) value;
        }
        throw new IllegalArgumentException("open is true or false");
    }

    private static int max(@Nullable Object value) {
        if (value == null) {
            return 0;
        }
        if (value instanceof Long many && many >= MIN_CAPACITY && many <= Integer.MAX_VALUE) {
            return many.intValue();
        }
        throw new IllegalArgumentException("max is a number from " + MIN_CAPACITY);
    }
}
