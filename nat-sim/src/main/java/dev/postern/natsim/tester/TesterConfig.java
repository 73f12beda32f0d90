package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a test asks, and how much it may take.
 *
 * @param server P1: where the server is asked first
 * @param lifetimes whether to wait for mappings to end, which takes the longest
 * @param longestLifetime the longest lifetime to look for, 15 s to 2 hours
 * @param maxSockets how many sockets may be open at once, 16 to 4096
 * @param sessions how many mappings to make at most to find a limit of them, 0 for none, otherwise 100 to 2000
 * @param mapPort whether the gateway may be asked for a port, which changes it for two minutes
 * @param tcpLifetimes whether to wait for TCP connections to be forgotten, too, which takes over two hours
 * @param proxy an HTTP proxy to ask for a tunnel; null for none
 * @param mostTime when to stop whatever is still to be found out, 1 minute to a day
 */
public record TesterConfig(
        TransportAddress server,
        boolean lifetimes,
        Duration longestLifetime,
        int maxSockets,
        int sessions,
        boolean mapPort,
        boolean tcpLifetimes,
        @Nullable TransportAddress proxy,
        Duration mostTime) {

    private static final Duration SHORTEST_LIFETIME = Duration.ofSeconds(15);
    private static final Duration LIMIT_LIFETIME = Duration.ofHours(2);
    private static final Duration LEAST_TIME = Duration.ofMinutes(1);
    private static final Duration LIMIT_TIME = Duration.ofDays(1);
    private static final Duration TCP_TIME = Duration.ofHours(3);
    private static final int FEWEST_SOCKETS = 16;
    private static final int LIMIT_SOCKETS = 4096;
    private static final int FEWEST_SESSIONS = 100;
    private static final int MOST_SESSIONS = 2000;

    /** Refuses what is out of the ranges above. */
    public TesterConfig {
        require(server.port() != 0, "server", server, "have a port");
        require(
                longestLifetime.compareTo(SHORTEST_LIFETIME) >= 0 && longestLifetime.compareTo(LIMIT_LIFETIME) <= 0,
                "longestLifetime",
                longestLifetime,
                "be 15 s to 2 h");
        require(
                maxSockets >= FEWEST_SOCKETS && maxSockets <= LIMIT_SOCKETS,
                "maxSockets",
                maxSockets,
                "be " + FEWEST_SOCKETS + " to " + LIMIT_SOCKETS);
        require(
                sessions == 0 || (sessions >= FEWEST_SESSIONS && sessions <= MOST_SESSIONS),
                "sessions",
                sessions,
                "be 0, or " + FEWEST_SESSIONS + " to " + MOST_SESSIONS);
        require(
                mostTime.compareTo(LEAST_TIME) >= 0 && mostTime.compareTo(LIMIT_TIME) <= 0,
                "mostTime",
                mostTime,
                "be 1 min to a day");
    }

    private static void require(boolean holds, String name, Object value, String what) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + ", but must " + what);
        }
    }

    /** Everything but a limit of mappings and a mapped port, lifetimes up to 10 minutes, 512 sockets, at most an hour. */
    public static TesterConfig of(TransportAddress server) {
        return new TesterConfig(server, true, Duration.ofMinutes(10), 512, 0, false, false, null, Duration.ofHours(1));
    }

    /** The same without waiting for mappings to end. */
    public TesterConfig withoutLifetimes() {
        return new TesterConfig(server, false, longestLifetime, maxSockets, sessions, mapPort, false, proxy, mostTime);
    }

    /** The same with waiting for TCP connections to be forgotten, which takes up to four hours in all. */
    public TesterConfig withTcpLifetimes() {
        return new TesterConfig(
                server, true, longestLifetime, maxSockets, sessions, mapPort, true, proxy, mostTime.plus(TCP_TIME));
    }

    /** The same with an HTTP proxy to ask for a tunnel. */
    public TesterConfig withProxy(TransportAddress address) {
        return new TesterConfig(
                server, lifetimes, longestLifetime, maxSockets, sessions, mapPort, tcpLifetimes, address, mostTime);
    }

    /** The same with another longest lifetime to look for. */
    public TesterConfig withLongestLifetime(Duration longest) {
        Duration most = mostTime.compareTo(longest.multipliedBy(4)) >= 0 ? mostTime : longest.multipliedBy(4);
        return new TesterConfig(server, lifetimes, longest, maxSockets, sessions, mapPort, tcpLifetimes, proxy, most);
    }

    /** The same with a look for a limit of mappings. */
    public TesterConfig withSessions(int most) {
        return new TesterConfig(
                server, lifetimes, longestLifetime, maxSockets, most, mapPort, tcpLifetimes, proxy, mostTime);
    }

    /** The same with leave to ask the gateway for a port. */
    public TesterConfig withMapPort() {
        return new TesterConfig(
                server, lifetimes, longestLifetime, maxSockets, sessions, true, tcpLifetimes, proxy, mostTime);
    }
}
