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
 * @param ipv4Server where the same server is asked over IPv4, through a NAT64 if there is one; null if it is not known
 * @param patience how long an answer is waited for before the request is sent again, 20 ms to 5 s
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
        @Nullable TransportAddress ipv4Server,
        Duration patience,
        Duration mostTime) {

    /** {@link #patience} unless another is asked for: RFC 8489 section 6.2.1. */
    public static final Duration PATIENCE = Duration.ofMillis(500);

    private static final Duration LEAST_PATIENCE = Duration.ofMillis(20);
    private static final Duration MOST_PATIENCE = Duration.ofSeconds(5);

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
                ipv4Server == null || (ipv4Server.ip().isIpv4() && ipv4Server.port() != 0),
                "ipv4Server",
                String.valueOf(ipv4Server),
                "be an IPv4 address with a port");
        require(
                patience.compareTo(LEAST_PATIENCE) >= 0 && patience.compareTo(MOST_PATIENCE) <= 0,
                "patience",
                patience,
                "be 20 ms to 5 s");
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
        return new TesterConfig(
                server, true, Duration.ofMinutes(10), 512, 0, false, false, null, null, PATIENCE, Duration.ofHours(1));
    }

    /** The same with another server. */
    public TesterConfig withServer(TransportAddress address) {
        Draft draft = new Draft(this);
        draft.server = address;
        return draft.config();
    }

    /** The same without waiting for mappings to end. */
    public TesterConfig withoutLifetimes() {
        Draft draft = new Draft(this);
        draft.lifetimes = false;
        draft.tcpLifetimes = false;
        return draft.config();
    }

    /** The same with waiting for TCP connections to be forgotten, which takes up to four hours in all. */
    public TesterConfig withTcpLifetimes() {
        Draft draft = new Draft(this);
        draft.lifetimes = true;
        draft.tcpLifetimes = true;
        draft.mostTime = mostTime.plus(TCP_TIME);
        return draft.config();
    }

    /** The same with an HTTP proxy to ask for a tunnel. */
    public TesterConfig withProxy(TransportAddress address) {
        Draft draft = new Draft(this);
        draft.proxy = address;
        return draft.config();
    }

    /** The same with the address at which the server is asked over IPv4. */
    public TesterConfig withIpv4Server(TransportAddress address) {
        Draft draft = new Draft(this);
        draft.ipv4Server = address;
        return draft.config();
    }

    /** The same with another longest lifetime to look for. */
    public TesterConfig withLongestLifetime(Duration longest) {
        Draft draft = new Draft(this);
        draft.longestLifetime = longest;
        draft.mostTime = mostTime.compareTo(longest.multipliedBy(4)) >= 0 ? mostTime : longest.multipliedBy(4);
        return draft.config();
    }

    /** The same with a look for a limit of mappings. */
    public TesterConfig withSessions(int most) {
        Draft draft = new Draft(this);
        draft.sessions = most;
        return draft.config();
    }

    /** The same with leave to ask the gateway for a port. */
    public TesterConfig withMapPort() {
        Draft draft = new Draft(this);
        draft.mapPort = true;
        return draft.config();
    }

    /** The same with another wait for an answer: longer on slow lines, shorter where the server is near. */
    public TesterConfig withPatience(Duration wait) {
        Draft draft = new Draft(this);
        draft.patience = wait;
        return draft.config();
    }

    /** What another config is made of. */
    private static final class Draft {

        private final TesterConfig before;
        private TransportAddress server;
        private boolean lifetimes;
        private Duration longestLifetime;
        private int sessions;
        private boolean mapPort;
        private boolean tcpLifetimes;
        private @Nullable TransportAddress proxy;
        private @Nullable TransportAddress ipv4Server;
        private Duration patience;
        private Duration mostTime;

        Draft(TesterConfig before) {
            this.before = before;
            this.server = before.server;
            this.lifetimes = before.lifetimes;
            this.longestLifetime = before.longestLifetime;
            this.sessions = before.sessions;
            this.mapPort = before.mapPort;
            this.tcpLifetimes = before.tcpLifetimes;
            this.proxy = before.proxy;
            this.ipv4Server = before.ipv4Server;
            this.patience = before.patience;
            this.mostTime = before.mostTime;
        }

        TesterConfig config() {
            return new TesterConfig(
                    server,
                    lifetimes,
                    longestLifetime,
                    before.maxSockets,
                    sessions,
                    mapPort,
                    tcpLifetimes,
                    proxy,
                    ipv4Server,
                    patience,
                    mostTime);
        }
    }
}
