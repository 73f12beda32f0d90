package dev.postern.turn.core;

import dev.postern.stun.auth.TimeLimitedName;
import dev.postern.turn.TurnCredentials;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whose credentials are taken no more, although they would be valid. An entry is forgotten when every credential that it is about has
 * expired anyway, as far as that can be known:
 *
 * <ul>
 *   <li>a user who is written down stays revoked until he is restored, or the server starts anew;
 *   <li>a time-limited user name is forgotten at its expiry;
 *   <li>any other user, and a room, after {@link dev.postern.turn.CredentialRules#revocationMemory()}.
 * </ul>
 *
 * <p>Bounded: one user more is refused, so that none that was revoked comes back; of the rooms, which strangers can open and end,
 * the one that ended first is forgotten. Asked by all shards without a lock, changed by any thread.
 */
final class Revocations {

    static final int MAX_USERS = 65_536;
    static final int MAX_ROOM_TAGS = 65_536;

    private static final long NEVER = Long.MAX_VALUE;

    private final TurnCredentials credentials;
    private final Map<String, Long> users = new ConcurrentHashMap<>();
    private final Map<String, Long> roomTags = new ConcurrentHashMap<>();
    private final ArrayDeque<String> roomTagsByAge = new ArrayDeque<>();

    Revocations(TurnCredentials credentials) {
        this.credentials = credentials;
    }

    /**
     * Revokes a user.
     *
     * @param name the name that quotas count under, which revokes all credentials of his, or one user name
     * @return false if there are as many as can be kept; he is not revoked then
     */
    synchronized boolean addUser(String name, long nowSeconds) {
        if (users.size() >= MAX_USERS && !users.containsKey(name)) {
            users.values().removeIf(until -> until <= nowSeconds);
            if (users.size() >= MAX_USERS) {
                return false;
            }
        }
        users.put(name, until(name, nowSeconds));
        return true;
    }

    private long until(String name, long nowSeconds) {
        if (credentials.users().containsKey(name)) {
            return NEVER;
        }
        long memory = credentials.rules().revocationMemory().toSeconds();
        TimeLimitedName timeLimited = TimeLimitedName.parse(name);
        // a user may be called 12345, which is no credential that expired in 1970
        return timeLimited == null || timeLimited.expiresAtSeconds() <= nowSeconds
                ? nowSeconds + memory
                : timeLimited.expiresAtSeconds()
                        + credentials.rules().clockTolerance().toSeconds();
    }

    /** Takes a revocation back; whether there was one. */
    synchronized boolean removeUser(String name) {
        return users.remove(name) != null;
    }

    /** Revokes a room, whose tag differs by the secret that a credential was made with. */
    synchronized void addRoom(String room, long nowSeconds) {
        for (String secret : credentials.sharedSecrets()) {
            String tag = TimeLimitedName.roomTag(secret, room);
            forgetRooms(nowSeconds);
            if (roomTags.put(
                            tag,
                            nowSeconds + credentials.rules().revocationMemory().toSeconds())
                    == null) {
                roomTagsByAge.add(tag);
            }
        }
    }

    private void forgetRooms(long nowSeconds) {
        while (!roomTagsByAge.isEmpty()
                && (roomTagsByAge.size() >= MAX_ROOM_TAGS
                        || roomTags.getOrDefault(roomTagsByAge.getFirst(), nowSeconds) <= nowSeconds)) {
            roomTags.remove(roomTagsByAge.removeFirst());
        }
    }

    /** Whether the credential of this user name is revoked. */
    boolean covers(String username, String quotaUser, long nowSeconds) {
        if (users.isEmpty() && roomTags.isEmpty()) {
            return false;
        }
        return holds(users, username, nowSeconds)
                || holds(users, quotaUser, nowSeconds)
                || isOfRevokedRoom(username, nowSeconds);
    }

    private boolean isOfRevokedRoom(String username, long nowSeconds) {
        int tag = username.length() - TimeLimitedName.ROOM_TAG_CHARACTERS;
        return tag > 0 && username.charAt(tag - 1) == '#' && holds(roomTags, username.substring(tag), nowSeconds);
    }

    private static boolean holds(Map<String, Long> revoked, String key, long nowSeconds) {
        Long until = revoked.get(key);
        return until != null && until > nowSeconds;
    }

    /** How many users and rooms are kept. */
    int size() {
        return users.size() + roomTags.size();
    }
}
