package dev.postern.turn;

import dev.postern.stun.TransportAddress;
import dev.postern.stun.auth.PasswordAlgorithm;
import dev.postern.stun.auth.SharedSecretCredentials;
import dev.postern.transport.UdpOptions;
import dev.postern.turn.RehearsedClient.User;
import dev.postern.turn.TrafficLimits.Rate;
import dev.postern.turn.net.TurnHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Calls of made-up clients over loopback on a relay of its own, so that the JVM has loaded and compiled what a call takes, from socket to
 * log, before the first real caller comes. It shares nothing with any other relay: configuration, ports, counters and users are its own.
 *
 * <p>While it is open, one UDP socket listens at 127.0.0.1 on a port that the OS picks, with credentials that are random, 128 bits long
 * and never leave this object, and allocations that its clients make bind relay ports of 127.0.0.1. Nothing listens elsewhere, and no
 * peer but 127.0.0.1 is allowed.
 *
 * <p>Its allocations are told to the logger {@value #LOGGER}, as those of a real relay to theirs: switch it off, or have what comes thrown
 * away where formatting it should be rehearsed too.
 *
 * <p>Not bounded by itself: who runs it ends after as many {@linkplain #round rounds} as it likes. Not a benchmark, since what it does first is slow by
 * design. One owner thread.
 */
public final class Rehearsal implements AutoCloseable {

    /** Where the life of its allocations is told. */
    public static final String LOGGER = "dev.postern.turn.rehearsal";

    /** Where a real relay tells it. */
    public static final String REAL_LOGGER = TurnHandler.LOGGER;

    static final InetAddress LOOPBACK = loopback();

    private static final String REALM = "rehearsal.invalid";
    private static final String FIXED_USER = "fixed";
    private static final String TIMED_USER = "4000000000:timed"; // the year 2096
    private static final int SECRET_BYTES = 16;
    private static final int CLIENTS = 8;

    /** Each client's on its channel, each way; then one in an indication. */
    private static final int PACKETS_PER_ROUND = 4;

    private static final int LONGEST_DATAGRAM = 1024;

    /** Far more than an answer takes on a machine with other work, even one that stands still for a while. */
    private static final long PATIENCE_MILLIS = 5_000;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    /** A meter as users have one, which never stops these. */
    private static final Rate MANY_PEERS = new Rate(0, 0, 1_000_000);

    private final TurnRelay relay;
    private final List<RehearsedClient> clients = new ArrayList<>();
    private final List<LoopbackSocket> peers = new ArrayList<>();
    private final ByteBuffer packet = ByteBuffer.allocateDirect(LONGEST_DATAGRAM);
    private int rounds;

    private Rehearsal(TurnRelay relay) {
        this.relay = relay;
    }

    /**
     * Opens the relay and its clients.
     *
     * @param udp the driver whose code is to run
     * @throws IOException if this host has no 127.0.0.1 to bind; nothing stays open then
     */
    public static Rehearsal open(UdpOptions udp) throws IOException {
        String secret = randomSecret();
        Rehearsal rehearsal;
        try {
            rehearsal = new Rehearsal(TurnRelay.rehearse(config(udp, secret)));
        } catch (RuntimeException e) { // no address, or none left
            throw new IOException("no relay at loopback: " + e.getMessage(), e);
        }
        try {
            rehearsal.openSockets(secret);
            return rehearsal;
        } catch (IOException | RuntimeException e) {
            rehearsal.close();
            throw e;
        }
    }

    private static InetAddress loopback() {
        return TransportAddress.parse("127.0.0.1:0").ip().toInetAddress();
    }

    static String randomSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static TurnConfig config(UdpOptions udp, String secret) {
        return TurnConfig.builder()
                .listen("udp://127.0.0.1:0")
                .realm(REALM)
                .user(FIXED_USER, secret)
                .sharedSecret(secret)
                .relayAddress("127.0.0.1")
                .allowPeers("127.0.0.1/32")
                .traffic(new TrafficLimits(0, MANY_PEERS, Rate.UNLIMITED, Rate.UNLIMITED, 1))
                .shards(1)
                .udp(udp)
                .closeTimeout(CLOSE_TIMEOUT)
                .build();
    }

    private void openSockets(String secret) throws IOException {
        InetSocketAddress server = listener();
        User fixed = User.of(FIXED_USER, REALM, secret, PasswordAlgorithm.MD5);
        User timed = User.of(
                TIMED_USER, REALM, SharedSecretCredentials.password(secret, TIMED_USER), PasswordAlgorithm.SHA_256);
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new RehearsedClient(i % 2 == 0 ? fixed : timed, server));
        }
        peers.add(new LoopbackSocket());
        peers.add(new LoopbackSocket());
    }

    /**
     * A call of one client from its Binding request to the end of its allocation, with some data both ways; in every {@value #CLIENTS}th round
     * a call of all clients at a time, as packets come in bunches on a busy relay. Every other time a client comes from the
     * port and with the nonce of its last call, since strangers at one address are answered so often only. About a millisecond for each client once warm.
     *
     * @return whether every answer came; there is no point in another round if not
     */
    public boolean round() throws IOException {
        int first = rounds % CLIENTS;
        boolean areNew = rounds / CLIENTS % 2 == 0;
        rounds++;
        if (first == CLIENTS - 1) {
            return call(clients, areNew);
        }
        List<RehearsedClient> one = clients.subList(first, first + 1);
        return all(one, RehearsedClient::askForBinding) && call(one, areNew);
    }

    private boolean call(List<RehearsedClient> callers, boolean areNew) throws IOException {
        TransportAddress peer = TransportAddress.of(peers.get(0).address());
        TransportAddress other = TransportAddress.of(peers.get(1).address());
        return (!areNew || knock(callers))
                && all(callers, RehearsedClient::allocate)
                && all(callers, client -> client.permit(peer))
                && all(callers, client -> client.bindChannel(peer))
                && exchange(callers, PACKETS_PER_ROUND, peers.get(0), RehearsedClient::sendOnChannel)
                && exchange(callers, 1, peers.get(1), client -> client.sendTo(other))
                && all(callers, client -> client.refresh(600))
                && all(callers, client -> client.refresh(0));
    }

    private static boolean knock(List<RehearsedClient> callers) throws IOException {
        for (RehearsedClient client : callers) {
            client.comeAnew();
        }
        return all(callers, RehearsedClient::askForNonce);
    }

    /** What a client sends. */
    @FunctionalInterface
    private interface Step {
        void take(RehearsedClient client) throws IOException;
    }

    private static boolean all(List<RehearsedClient> callers, Step step) throws IOException {
        for (RehearsedClient client : callers) {
            step.take(client);
        }
        return allHear(callers);
    }

    private static boolean allHear(List<RehearsedClient> callers) throws IOException {
        for (RehearsedClient client : callers) {
            if (!client.hears(PATIENCE_MILLIS)) {
                return false;
            }
        }
        return true;
    }

    /** Packets to a peer, which sends each of them back. */
    private boolean exchange(List<RehearsedClient> callers, int packets, LoopbackSocket peer, Step step)
            throws IOException {
        for (RehearsedClient client : callers) {
            for (int i = 0; i < packets; i++) {
                step.take(client);
            }
        }
        for (int i = 0; i < callers.size() * packets; i++) {
            SocketAddress source = peer.receive(packet, PATIENCE_MILLIS);
            if (source == null) {
                return false;
            }
            peer.send(packet, source);
        }
        for (int i = 0; i < packets; i++) {
            if (!allHear(callers)) {
                return false;
            }
        }
        return true;
    }

    /** Where its relay listens. */
    InetSocketAddress listener() {
        return relay.listenAddresses().get(0).address().toSocketAddress();
    }

    /** How often something happened so far, as {@link TurnRelay#count(TurnCounter)} tells of a real one. */
    public long count(TurnCounter counter) {
        return relay.count(counter);
    }

    /** Ends what is left, and frees every address and port. */
    @Override
    public void close() throws IOException {
        try {
            for (RehearsedClient client : clients) {
                client.close();
            }
            for (LoopbackSocket peer : peers) {
                peer.close();
            }
        } finally {
            relay.close();
        }
    }
}
