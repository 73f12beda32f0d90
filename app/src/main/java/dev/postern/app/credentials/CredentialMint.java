package dev.postern.app.credentials;

import dev.postern.stun.auth.SharedSecretCredentials;
import dev.postern.stun.auth.TimeLimitedName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Makes time-limited credentials from a shared secret. Safe for use by several threads. */
public final class CredentialMint {

    /** How long a user's name may be in UTF-8, so that it fits into a USERNAME with all that belongs to it. */
    public static final int MAX_USER_BYTES = 400;

    private final String secret;
    private final InstantSource clock;

    public CredentialMint(String secret, InstantSource clock) {
        this.secret = secret;
        this.clock = clock;
    }

    /**
     * A user name and its password.
     *
     * @param username a {@link TimeLimitedName}
     * @param expires the second from which the relay refuses it
     */
    public record Minted(String username, String password, Instant expires) {

        /** Shows no password. */
        @Override
        public String toString() {
            return "Minted[" + username + "]";
        }
    }

    /** Makes a credential that is valid from now on and belongs to no room. */
    public Minted mint(String user, Duration validity) {
        return mint(user, null, validity);
    }

    /**
     * Makes a credential that is valid from now on.
     *
     * @param user whose it is; empty for nobody's
     * @param room the room that it ends with, as the relay will be told when that is over; null for none
     * @throws IllegalArgumentException if the user's name is too long or reads as something else
     */
    public Minted mint(String user, @Nullable String room, Duration validity) {
        if (user.getBytes(StandardCharsets.UTF_8).length > MAX_USER_BYTES) {
            throw new IllegalArgumentException("the user's name has more than " + MAX_USER_BYTES + " bytes");
        }
        Instant expires = Instant.ofEpochSecond(clock.instant().plus(validity).getEpochSecond());
        String tag = room == null ? "" : TimeLimitedName.roomTag(secret, room);
        String username = new TimeLimitedName(expires.getEpochSecond(), user, tag).text();
        return new Minted(username, SharedSecretCredentials.password(secret, username), expires);
    }
}
