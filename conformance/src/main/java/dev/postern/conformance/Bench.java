package dev.postern.conformance;

import dev.postern.stun.TransportProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a case's body works with: clients and peers, time, and ways to end the case. One per run of a case, on one thread.
 *
 * <p>An {@code expectation} is a sentence about the server without its full stop; it heads the failure in the report.
 */
public final class Bench {

    private final World world;
    private final TransportProtocol transport;
    private final Transcript transcript;
    private final List<Client> clients = new ArrayList<>();
    private int peers;

    Bench(World world, TransportProtocol transport, Transcript transcript) {
        this.world = world;
        this.transport = transport;
        this.transcript = transcript;
    }

    /** What the case is run over. */
    public TransportProtocol transport() {
        return transport;
    }

    /** A client on a 5-tuple of its own, over IPv4, as the first user. */
    public Client client() {
        return client(transport, IpFamily.IPV4);
    }

    /** The same over another transport than the case's. */
    public Client client(TransportProtocol protocol) {
        return client(protocol, IpFamily.IPV4);
    }

    /** A client over IPv6; the case needs {@link Need#IPV6}. */
    public Client ipv6Client() {
        return client(transport, IpFamily.IPV6);
    }

    /** A client as the second user; the case needs {@link Need#SECOND_USER}. */
    public Client secondUser() {
        Client client = client();
        client.logIn(second());
        return client;
    }

    private Client client(TransportProtocol protocol, IpFamily family) {
        if (!world.speaks(protocol)) {
            throw skipped("It needs the server's " + protocol + " address.");
        }
        Credentials first = world.given().first();
        Client client = new Client(this, "client " + (clients.size() + 1), world.connect(protocol, family));
        if (first != null) {
            client.logIn(first);
        }
        clients.add(client);
        transcript.remark(client + " is at " + client.wire().local() + " (" + protocol + ")");
        return client;
    }

    /** The first user; the case needs {@link Need#CREDENTIALS}. */
    public Credentials first() {
        return there(world.given().first(), Need.CREDENTIALS);
    }

    /** The second user; the case needs {@link Need#SECOND_USER}. */
    public Credentials second() {
        return there(world.given().second(), Need.SECOND_USER);
    }

    private static Credentials there(@Nullable Credentials credentials, Need need) {
        if (credentials == null) {
            throw skipped("It needs " + need.words() + ".");
        }
        return credentials;
    }

    /** Whether the run has this; for bodies that show more where there is more. */
    public boolean has(Need need) {
        return world.given().needs().contains(need);
    }

    /** A peer's UDP socket; every call makes one at another port of the same IPv4 address. */
    public Peer peer() {
        return peer(IpFamily.IPV4, 0);
    }

    /** A peer's UDP socket at another IPv4 address; the case needs {@link Need#SECOND_PEER_ADDRESS}. */
    public Peer peerElsewhere() {
        return peer(IpFamily.IPV4, 1);
    }

    /** A peer's UDP socket at an IPv6 address; the case needs {@link Need#IPV6_PEER}. */
    public Peer ipv6Peer() {
        return peer(IpFamily.IPV6, 0);
    }

    private Peer peer(IpFamily family, int place) {
        Peer peer = new Peer(this, "peer " + ++peers, world.peer(family, place));
        transcript.remark(peer + " is at " + peer.address());
        return peer;
    }

    /** A peer that listens for TCP (RFC 6062). */
    public ListeningPeer listeningPeer() {
        ListeningPeer peer = world.listeningPeer(IpFamily.IPV4);
        transcript.remark("a peer listens for TCP at " + peer.local());
        return peer;
    }

    /** A TCP connection to where the server listens for TLS, without TLS; the case needs {@link Need#TLS} and {@link Need#SOCKETS}. */
    public ByteStream bareTls() {
        return world.bareTls();
    }

    /** How long to wait for what must come: for {@link ListeningPeer} and its connections. */
    public Duration patience() {
        return world.retransmitAfter().multipliedBy(4);
    }

    /** How long to wait where nothing must come. */
    public Duration quiet() {
        return world.quiet();
    }

    /** Lets time pass: at once in virtual time, truly over sockets. */
    public void pass(Duration time) {
        transcript.remark(time.toSeconds() + " s pass");
        world.pass(time);
    }

    /** Fails unless {@code holds}. */
    public void expect(boolean holds, String expectation) {
        if (!holds) {
            throw failed(expectation + ". That is not so.");
        }
    }

    /** Fails unless the two are equal. */
    public void expectEqual(Object expected, Object actual, String expectation) {
        if (!expected.equals(actual)) {
            throw failed(expectation + ". Expected is " + expected + ", but it is " + actual + ".");
        }
    }

    /** Fails unless a client on a new 5-tuple gets its Binding request answered: the server is well. */
    public void stillServes() {
        client().binding().success("After that, the server still answers a Binding request");
    }

    /** Adds a remark to what was sent and received. */
    public void remark(String sentence) {
        transcript.remark(sentence);
    }

    /** Ends the case as failed: {@code throw bench.fail("...")}. */
    public RuntimeException fail(String sentences) {
        return failed(sentences);
    }

    /** Ends the case as not offered, because the server said so in the RFC's way: {@code throw bench.notOffered("...")}. */
    public RuntimeException notOffered(String sentence) {
        return new CaseEnd(new Outcome.NotOffered(sentence));
    }

    /** Ends the case as skipped, because something is missing that only the run could tell: {@code throw bench.skip("...")}. */
    public RuntimeException skip(String sentence) {
        return skipped(sentence);
    }

    static CaseEnd failed(String sentences) {
        return new CaseEnd(new Outcome.Fail(sentences));
    }

    private static CaseEnd skipped(String sentence) {
        return new CaseEnd(new Outcome.Skipped(sentence));
    }

    /** Gives back what clients may still hold, so that cases do not use up a quota. */
    void release() {
        clients.forEach(Client::release);
    }

    World world() {
        return world;
    }

    Transcript transcript() {
        return transcript;
    }
}
