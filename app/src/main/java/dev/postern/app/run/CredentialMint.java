package dev.postern.app.run;

import dev.postern.stun.auth.SharedSecretCredentials;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Makes time-limited credentials from a shared secret. Safe for use by several threads. */
public final class CredentialMint {

    private final String secret;
    private final InstantSource clock;

    public CredentialMint(String secret, InstantSource clock) {
        this.secret = secret;
        this.clock = clock;
    }

    /**
     * A user name and its password.
     *
     * @param username {@code expiry:user}, or the expiry alone
     * @param expires the second from which the relay refuses it
     */
    public record Minted(String username, String password, Instant expires) {

        /** Shows no password. */
        @Override
        public String toString() {
            return "Minted[" + username + "]";
        }
    }

    /**
     * Makes a credential that is valid from now on.
     *
     * @param user whose it is; empty for nobody's
     */
    public Minted mint(String user, Duration validity) {
        Instant expires = clock.instant().plus(validity);
        String username = expires.getEpochSecond() + (user.isEmpty() ? "" : ":" + user);
        return new Minted(
                username,
                SharedSecretCredentials.password(secret, username),
                Instant.ofEpochSecond(expires.getEpochSecond()));
    }
}
