package dev.postern.peer;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link SignalingClient} is told: immutable, checked when made.
 *
 * @param socket where the server's WebSocket is, {@code ws://} or {@code wss://}
 * @param origin what to send as {@code Origin}; null for none, which a server allows only by its
 *     {@code signaling.allow-no-origin}
 * @param tokens where to have a token from; null to show none
 * @param requestTimeout how long a request may wait for its answer, lost connections included
 * @param welcomeDeadline how long a connection may take from its beginning to the welcome
 * @param silenceGrace what is added to the server's own limit before a silent connection is given up
 * @param ackEvery how long a message may wait for its acknowledgement
 * @param ackMessages how many messages may wait for it, 1 to {@value #MAX_ACK_MESSAGES}
 * @param backoffFirst the ceiling of the first delay between two attempts; it doubles, and the upper half of it is random
 * @param backoffCap the highest ceiling
 * @param stableAfter how long a connection that was welcomed must have been open for the next delay to be a first one again
 * @param maxRequests how many requests may wait, 1 to {@value #MAX_REQUESTS}
 */
public record SignalingClientConfig(
        URI socket,
        @Nullable String origin,
        @Nullable TokenSource tokens,
        Duration requestTimeout,
        Duration welcomeDeadline,
        Duration silenceGrace,
        Duration ackEvery,
        int ackMessages,
        Duration backoffFirst,
        Duration backoffCap,
        Duration stableAfter,
        int maxRequests) {

    /** The server remembers this many answers: more requests than that could not be repeated safely. */
    public static final int MAX_REQUESTS = 256;

    /** The server keeps 512 messages; an acknowledgement well before that keeps it from dropping any. */
    public static final int MAX_ACK_MESSAGES = 128;

    private static final Duration LONGEST = Duration.ofHours(1);

    public SignalingClientConfig {
        Objects.requireNonNull(socket);
        String scheme = socket.getScheme();
        if (!("ws".equals(scheme) || "wss".equals(scheme)) || socket.getHost() == null) {
            throw new IllegalArgumentException(
                    "socket: '" + socket + "' is not ws://HOST or wss://HOST with a port and a path.");
        }
        check("requestTimeout", requestTimeout);
        check("welcomeDeadline", welcomeDeadline);
        check("silenceGrace", silenceGrace);
        check("ackEvery", ackEvery);
        check("backoffFirst", backoffFirst);
        check("backoffCap", backoffCap);
        check("stableAfter", stableAfter);
        check("ackMessages", ackMessages, MAX_ACK_MESSAGES);
        check("maxRequests", maxRequests, MAX_REQUESTS);
        if (backoffCap.compareTo(backoffFirst) < 0) {
            throw new IllegalArgumentException("backoffCap: " + backoffCap.toMillis()
                    + " ms must not be shorter than backoffFirst, " + backoffFirst.toMillis() + " ms.");
        }
    }

    private static void check(String key, Duration value) {
        if (value.toMillis() < 1 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(key + ": " + value.toMillis() + " ms is not from 1 ms to 1 hour.");
        }
    }

    private static void check(String key, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(key + ": " + value + " is not from 1 to " + max + ".");
        }
    }

    /** The standard values for a server, and no {@code Origin}. */
    public static SignalingClientConfig of(URI socket) {
        return new SignalingClientConfig(
                socket,
                null,
                null,
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                16,
                Duration.ofMillis(400),
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                MAX_REQUESTS);
    }

    /** The same with this {@code Origin}. */
    public SignalingClientConfig withOrigin(String value) {
        return new SignalingClientConfig(
                socket,
                value,
                tokens,
                requestTimeout,
                welcomeDeadline,
                silenceGrace,
                ackEvery,
                ackMessages,
                backoffFirst,
                backoffCap,
                stableAfter,
                maxRequests);
    }

    /** The same with this token, for a server that asks for one. */
    public SignalingClientConfig withToken(String token) {
        return withTokens(new TokenSource.Held(token));
    }

    /** The same with tokens from here, for a server that asks for one. */
    public SignalingClientConfig withTokens(TokenSource source) {
        return new SignalingClientConfig(
                socket,
                origin,
                source,
                requestTimeout,
                welcomeDeadline,
                silenceGrace,
                ackEvery,
                ackMessages,
                backoffFirst,
                backoffCap,
                stableAfter,
                maxRequests);
    }

    /** The same with another timeout of requests. */
    public SignalingClientConfig withRequestTimeout(Duration value) {
        return new SignalingClientConfig(
                socket,
                origin,
                tokens,
                value,
                welcomeDeadline,
                silenceGrace,
                ackEvery,
                ackMessages,
                backoffFirst,
                backoffCap,
                stableAfter,
                maxRequests);
    }

    /** The same with other delays between attempts, and with another deadline of the welcome. */
    public SignalingClientConfig withPatience(Duration first, Duration cap, Duration welcome) {
        return new SignalingClientConfig(
                socket,
                origin,
                tokens,
                requestTimeout,
                welcome,
                silenceGrace,
                ackEvery,
                ackMessages,
                first,
                cap,
                stableAfter,
                maxRequests);
    }

    /** The same with another patience with a silent connection, beyond what the server says. */
    public SignalingClientConfig withSilenceGrace(Duration value) {
        return new SignalingClientConfig(
                socket,
                origin,
                tokens,
                requestTimeout,
                welcomeDeadline,
                value,
                ackEvery,
                ackMessages,
                backoffFirst,
                backoffCap,
                stableAfter,
                maxRequests);
    }

    /** The same with acknowledgements at other times. */
    public SignalingClientConfig withAcks(Duration every, int messages) {
        return new SignalingClientConfig(
                socket,
                origin,
                tokens,
                requestTimeout,
                welcomeDeadline,
                silenceGrace,
                every,
                messages,
                backoffFirst,
                backoffCap,
                stableAfter,
                maxRequests);
    }
}
