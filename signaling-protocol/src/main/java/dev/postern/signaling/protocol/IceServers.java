package dev.postern.signaling.protocol;

import java.time.Duration;
import java.util.List;

/**
 * The ICE servers of one peer, and how long their credentials last.
 *
 * @param servers may be empty: then peers meet only where no server is needed
 * @param ttlSeconds how long the credentials are good, at least 1
 */
public record IceServers(
        List<IceServer> servers,
        @Wire(value = "ttl", min = 1) long ttlSeconds) {

    /** The lifetime said for servers that need no credential: one day, in seconds. */
    public static final long NO_CREDENTIAL_TTL_SECONDS = Duration.ofDays(1).toSeconds();

    public IceServers {
        servers = List.copyOf(servers);
        if (ttlSeconds < 1 || ttlSeconds > Protocol.MAX_INTEGER) {
            throw new IllegalArgumentException("the lifetime of ICE servers must be at least 1 s, not " + ttlSeconds);
        }
    }

    /** Servers that need no credential. */
    public static IceServers of(IceServer... servers) {
        return new IceServers(List.of(servers), NO_CREDENTIAL_TTL_SECONDS);
    }
}
