package dev.postern.conformance.cases;

import static dev.postern.stun.TransportProtocol.TCP;
import static dev.postern.stun.TransportProtocol.TLS;
import static dev.postern.stun.TransportProtocol.UDP;

import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.ListeningPeer;
import dev.postern.conformance.ListeningPeer.PeerConnection;
import dev.postern.conformance.Need;
import dev.postern.conformance.Peer;
import dev.postern.conformance.Reply;
import dev.postern.conformance.Rfc;
import dev.postern.conformance.Setup;
import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** TCP allocations and who may connect (RFC 6062 sections 5.1 to 5.3). */
final class TcpRelayCases {

    private static final long TCP_PROTOCOL = 6L << 24;

    private static final Case OVER_UDP = Case.of(99, Rfc.RFC_6062, "5.1")
            .must("refuses a TCP allocation over UDP with 400")
            .quote(
                    "If the client connection transport is not TCP or TLS, the server MUST reject the request with a 400 (Bad Request) error.")
            .note("A server without TCP relaying says 442.")
            .needs(Need.CREDENTIALS)
            .over(UDP)
            .run(bench -> ask(bench.client(), e -> {})
                    .orNotOffered(442, "an Allocate for TCP")
                    .error(400, "An Allocate for TCP over UDP is refused with 400"));

    private static final Case CONTRADICTIONS = Case.of(99, Rfc.RFC_6062, "5.1")
            .part('b')
            .must("refuses a TCP allocation with DONT-FRAGMENT, EVEN-PORT or RESERVATION-TOKEN with 400")
            .quote(
                    "If the request contains the DONT-FRAGMENT, EVEN-PORT, or RESERVATION-TOKEN attribute, the server MUST reject the request"
                            + " with a 400 (Bad Request) error.")
            .needs(Need.CREDENTIALS)
            .over(TCP, TLS)
            .run(bench -> {
                allocated(bench.client());
                ask(bench.client(), e -> e.flag(AttributeType.DONT_FRAGMENT))
                        .error(400, "An Allocate for TCP with DONT-FRAGMENT is refused with 400");
                ask(bench.client(), e -> e.u8(AttributeType.EVEN_PORT, 0))
                        .error(400, "An Allocate for TCP with EVEN-PORT is refused with 400");
                ask(bench.client(), e -> e.u64(AttributeType.RESERVATION_TOKEN, 1))
                        .error(400, "An Allocate for TCP with RESERVATION-TOKEN is refused with 400");
            });

    private static final Case NO_DATAGRAMS = Case.of(100, Rfc.RFC_6062, "5.1")
            .must("relays no datagrams for a TCP allocation")
            .quote("A TCP relayed transport address MUST be allocated instead of a UDP one.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(TCP, TLS)
            .run(bench -> {
                Client client = bench.client();
                Peer peer = bench.peer();
                TransportAddress relayed = allocated(client);
                client.permitted(peer);
                client.indicate(peer.address(), new byte[] {1});
                peer.send(relayed, new byte[] {2});
                peer.silence("A Send indication on a TCP allocation is not relayed");
                client.silence("Nor is a datagram for its relayed address");
            });

    private static final Case NO_ALLOCATION = Case.of(101, Rfc.RFC_6062, "5.2")
            .must("refuses a Connect without an allocation with 437, and one without a valid peer with 400")
            .quote(
                    "If the request is received on a TCP connection for which no allocation exists, the server MUST return a 437 (Allocation"
                            + " Mismatch) error. ... If the request does not contain an XOR-PEER-ADDRESS attribute, or if such attribute is"
                            + " invalid, the server MUST return a 400 (Bad Request) error.")
            .needs(Need.CREDENTIALS)
            .over(TCP, TLS)
            .run(bench -> {
                Client client = bench.client();
                allocated(client);
                client.call(Method.CONNECT, e -> {})
                        .error(400, "A Connect without XOR-PEER-ADDRESS is refused with 400");
                client.call(Method.CONNECT, e -> e.u32(AttributeType.XOR_PEER_ADDRESS, 0x00010000))
                        .error(400, "A Connect with an XOR-PEER-ADDRESS of four bytes is refused with 400");
                connect(bench.client(), TransportAddress.parse("40.0.0.1:1000"))
                        .error(437, "A Connect without an allocation is refused with 437");
            });

    private static final Case EXISTS = Case.of(102, Rfc.RFC_6062, "5.2")
            .must("refuses a Connect to a peer that has a connection with 446")
            .quote(
                    "If the server has already successfully processed a Connect request for this allocation with the same XOR-PEER-ADDRESS, and"
                            + " the resulting client and peer data connections are either pending or active, it MUST return a 446 (Connection"
                            + " Already Exists) error.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(TCP, TLS)
            .run(bench -> {
                Client client = bench.client();
                ListeningPeer peer = bench.listeningPeer();
                allocated(client);
                connectionId(client, peer);
                connect(client, peer.local()).error(446, "A second Connect to the same peer is refused with 446");
            });

    private static final Case REFUSED = Case.of(102, Rfc.RFC_6062, "5.2")
            .part('b')
            .must("answers a Connect to a port that nobody listens at with 447")
            .quote(
                    "If the connection attempt fails or times out, the server MUST return a 447 (Connection Timeout or Failure) error.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(TCP, TLS)
            .run(bench -> {
                Client client = bench.client();
                ListeningPeer peer = bench.listeningPeer();
                allocated(client);
                peer.close();
                unlessForbidden(bench, connect(client, peer.local()))
                        .error(447, "A Connect to a closed port is answered with 447");
            });

    private static final Case TIMES_OUT = Case.of(102, Rfc.RFC_6062, "5.2")
            .part('c')
            .must("waits for 30 s or longer for a peer that does not answer, then says 447")
            .quote("The timeout value MUST be at least 30 seconds.")
            .on(Setup.UNANSWERING_PEER)
            .needs(Need.CREDENTIALS)
            .over(TCP, TLS)
            .slow()
            .run(bench -> {
                Client client = bench.client();
                TransportAddress nobody = TransportAddress.parse("40.0.9.9:1000");
                allocated(client);
                client.send(client.signed(Method.CONNECT, e -> e.xorAddress(AttributeType.XOR_PEER_ADDRESS, nobody)));
                bench.pass(Duration.ofSeconds(29));
                client.silence("After 29 s there is no answer");
                bench.pass(Duration.ofSeconds(121));
                client.reply("After two minutes and a half there is").error(447, "The Connect is answered with 447");
            });

    private static final Case CONNECTED = Case.of(103, Rfc.RFC_6062, "5.2")
            .must("connects from the relayed address and names each connection by an id of its own")
            .quote(
                    "The local endpoint is the relayed transport address associated with the allocation. ... The server MUST include the"
                            + " CONNECTION-ID attribute in the Connect success response. The attribute's value MUST uniquely identify the peer"
                            + " data connection.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(TCP, TLS)
            .run(bench -> {
                Client client = bench.client();
                ListeningPeer one = bench.listeningPeer();
                ListeningPeer other = bench.listeningPeer();
                TransportAddress relayed = allocated(client);
                long first = connectionId(client, one);
                long second = connectionId(client, other);
                bench.expect(first != second, "The two connections have different ids");
                bench.expectEqual(relayed, accepted(bench, one).remote(), "The peer sees the relayed address and port");
            });

    private static final String UNBOUND =
            "If no ConnectionBind request associated with this peer data connection is received after 30"
                    + " seconds, the peer data connection MUST be closed.";

    private static final Case UNBOUND_CONNECT = Case.of(104, Rfc.RFC_6062, "5.2")
            .must("closes a connection to a peer that is not bound within 30 s")
            .quote(UNBOUND)
            .note("Looked at after 25 s and after 40 s.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(TCP, TLS)
            .slow()
            .run(bench -> {
                Client client = bench.client();
                ListeningPeer peer = bench.listeningPeer();
                allocated(client);
                connectionId(client, peer);
                closesAfterThirtySeconds(bench, accepted(bench, peer));
            });

    private static void closesAfterThirtySeconds(Bench bench, PeerConnection connection) {
        bench.pass(Duration.ofSeconds(25));
        bench.expect(!connection.closesWithin(bench.quiet()), "After 25 s the peer's connection is open");
        bench.pass(Duration.ofSeconds(15));
        bench.expect(connection.closesWithin(bench.patience()), "After 40 s the peer's connection is closed");
    }

    private static final Case STRANGER = Case.of(105, Rfc.RFC_6062, "5.3")
            .must("closes a connection of a peer without permission at once, and tells the client nothing")
            .quote(
                    "If no permission for this peer has been installed for this allocation, the server MUST close the connection with the peer"
                            + " immediately after it has been accepted.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(TCP, TLS)
            .run(bench -> {
                Client client = bench.client();
                ListeningPeer peer = bench.listeningPeer();
                TransportAddress relayed = allocated(client);
                PeerConnection connection = peer.connect(relayed); // null if it was reset while it was made
                bench.expect(
                        connection == null || connection.closesWithin(bench.patience()),
                        "The connection is closed at once");
                client.silence("The client hears nothing of it");
            });

    private static final Case ATTEMPT = Case.of(106, Rfc.RFC_6062, "5.3")
            .must("tells the client of a permitted peer's connection by a ConnectionAttempt")
            .quote(
                    "Otherwise, the server sends a ConnectionAttempt indication to the client over the control connection. The indication MUST"
                            + " include an XOR-PEER-ADDRESS attribute containing the peer's transport address, as well as a CONNECTION-ID"
                            + " attribute uniquely identifying the peer data connection.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(TCP, TLS)
            .run(bench -> attempted(bench, bench.client(), bench.listeningPeer()));

    private static final Case UNBOUND_ATTEMPT = Case.of(106, Rfc.RFC_6062, "5.3")
            .part('b')
            .must("closes a peer's connection that is not bound within 30 s")
            .quote(UNBOUND)
            .note("Looked at after 25 s and after 40 s.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(TCP, TLS)
            .slow()
            .run(bench -> closesAfterThirtySeconds(
                    bench,
                    attempted(bench, bench.client(), bench.listeningPeer()).connection()));

    /** A peer's connection, and the id that the client was told. */
    record Attempt(PeerConnection connection, long id) {}

    /** A permitted peer connects. */
    static Attempt attempted(Bench bench, Client client, ListeningPeer peer) {
        TransportAddress relayed = allocated(client);
        unlessForbidden(bench, client.permit(peer.local())).success("A CreatePermission request is granted");
        PeerConnection connection = connected(bench, peer, relayed);
        Reply attempt = client.reply("The client is told of the connection");
        bench.expect(
                attempt.message().messageClass() == MessageClass.INDICATION
                        && attempt.message().method() == Method.CONNECTION_ATTEMPT,
                "It is told by a ConnectionAttempt indication");
        bench.expectEqual(
                connection.local(),
                attempt.xorAddress(AttributeType.XOR_PEER_ADDRESS),
                "XOR-PEER-ADDRESS is where the peer connected from");
        return new Attempt(connection, attempt.u32(AttributeType.CONNECTION_ID));
    }

    private static Reply ask(Client client, Consumer<StunEncoder> more) {
        return client.call(Method.ALLOCATE, e -> {
            e.u32(AttributeType.REQUESTED_TRANSPORT, TCP_PROTOCOL);
            more.accept(e);
        });
    }

    /** A TCP allocation; ends the case as not offered if there are none. */
    static TransportAddress allocated(Client client) {
        return ask(client, e -> {})
                .orNotOffered(442, "an Allocate for TCP")
                .success("An Allocate for TCP is granted")
                .relayed();
    }

    private static Reply connect(Client client, TransportAddress peer) {
        return client.call(Method.CONNECT, e -> e.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer));
    }

    /** Connects to the peer and answers the connection's id. */
    static long connectionId(Client client, ListeningPeer peer) {
        return connect(client, peer.local())
                .success("A Connect to a peer that listens is granted")
                .u32(AttributeType.CONNECTION_ID);
    }

    private static Reply unlessForbidden(Bench bench, Reply reply) {
        if (reply.code() == 403) {
            throw bench.skip("The server's policy forbids the peer (403).");
        }
        return reply;
    }

    static PeerConnection accepted(Bench bench, ListeningPeer peer) {
        return there(bench, peer.accept(bench.patience()), "The peer is connected to");
    }

    private static PeerConnection connected(Bench bench, ListeningPeer peer, TransportAddress relayed) {
        return there(bench, peer.connect(relayed), "The relayed address accepts connections");
    }

    private static PeerConnection there(Bench bench, @Nullable PeerConnection connection, String expectation) {
        if (connection == null) {
            throw bench.fail(expectation + ". It is not.");
        }
        return connection;
    }

    /** What comes on the peer's side. */
    static void receives(Bench bench, PeerConnection connection, byte[] expected, String expectation) {
        ByteBuffer bytes = connection.receiveBytes(expected.length, bench.patience());
        bench.expect(bytes.equals(ByteBuffer.wrap(expected)), expectation);
    }

    static final List<Case> ALL = List.of(
            OVER_UDP,
            CONTRADICTIONS,
            NO_DATAGRAMS,
            NO_ALLOCATION,
            EXISTS,
            REFUSED,
            TIMES_OUT,
            CONNECTED,
            UNBOUND_CONNECT,
            STRANGER,
            ATTEMPT,
            UNBOUND_ATTEMPT);

    private TcpRelayCases() {}
}
