package dev.postern.app.credentials;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Base64;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/*
 * A room's name may be used again after the room has ended, and the credentials of the first time must not be those of the
 * second: so credentials are made for an id, which a name has from its first credential to the end of the room. A token may
 * name a room before its first peer has come, or one that never opens: such ids are forgotten in time, and their credentials
 * then end with their expiry alone.
 */

/** The rooms that credentials were made for, by name. Bounded; any thread. */
public final class OpenRooms {

    private static final int MAX_ROOMS = 100_000;
    private static final int ID_BYTES = 16;

    private final RandomGenerator random;
    private final Cache<String, String> idByName;

    /**
     * @param random secure, and safe for several threads
     * @param keep how long a room is remembered after its last credential was made: as long as those are valid
     */
    public OpenRooms(RandomGenerator random, Duration keep) {
        this.random = random;
        this.idByName = Caffeine.newBuilder()
                .maximumSize(MAX_ROOMS)
                .expireAfterAccess(keep)
                .build();
    }

    /** What the room is called in credentials, from now to its end. */
    public String idOf(String name) {
        return idByName.get(name, unknown -> newId());
    }

    /** What it is called in credentials; null if none were made for it. */
    public @Nullable String find(String name) {
        return idByName.getIfPresent(name);
    }

    /** The room is over: what it was called in credentials, if any were made. Its name is free for another. */
    public @Nullable String end(String name) {
        return idByName.asMap().remove(name);
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
