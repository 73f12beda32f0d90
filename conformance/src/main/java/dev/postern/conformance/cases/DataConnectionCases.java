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
import dev.postern.conformance.Reply;
import dev.postern.conformance.Rfc;
import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Data connections of TCP allocations (RFC 6062 sections 5.4 and 5.5). */
final class DataConnectionCases {

    private static final byte[] EARLY = "said before the bind".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LATE = "said after it\0\1\2".getBytes(StandardCharsets.US_ASCII);

    private static final Case BIND_OVER_UDP = Case.of(107, Rfc.RFC_6062, "5.4")
            .must("refuses a ConnectionBind over UDP with 400")
            .quote(
                    "If the client connection transport is not TCP or TLS, the server MUST return a 400 (Bad Request) error.")
            .note("A server without TCP relaying says 442 to an Allocate for TCP over UDP too, and is not asked then.")
            .needs(Need.CREDENTIALS)
            .over(UDP)
            .run(bench -> {
                Client client = bench.client();
                client.call(Method.ALLOCATE, e -> e.u32(AttributeType.REQUESTED_TRANSPORT, 6L << 24))
                        .orNotOffered(442, "an Allocate for TCP");
                bind(client, 1).error(400, "A ConnectionBind over UDP is refused with 400");
            });

    private static final Case BAD_ID = Case.of(107, Rfc.RFC_6062, "5.4")
            .part('b')
            .must("refuses a ConnectionBind without an id that is waiting with 400")
            .quote(
                    "If the request does not contain the CONNECTION-ID attribute, or if this attribute does not refer to an existing pending"
                            + " connection, the server MUST return a 400 (Bad Request) error.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(TCP, TLS)
            .run(bench -> {
                Client control = bench.client();
                ListeningPeer peer = bench.listeningPeer();
                TcpRelayCases.allocated(control);
                long id = TcpRelayCases.connectionId(control, peer);
                bench.client()
                        .call(Method.CONNECTION_BIND, e -> {})
                        .error(400, "A ConnectionBind without CONNECTION-ID is refused with 400");
                bind(bench.client().likewise(control), id ^ 0x5555)
                        .error(400, "A ConnectionBind with an unknown id is refused with 400");
                bind(bench.client().likewise(control), id).success("The right id is granted");
                bind(bench.client().likewise(control), id).error(400, "It is granted once: it is not pending any more");
            });

    private static final Case OTHER_USER = Case.of(107, Rfc.RFC_6062, "4.3")
            .part('c')
            .must("does not give a connection to another user")
            .quote(
                    "Authentication of the client by the server MUST use the same method and credentials as for the control connection.")
            .note("Which error it is, is left open.")
            .needs(Need.CREDENTIALS, Need.SECOND_USER, Need.PEER)
            .over(TCP, TLS)
            .run(bench -> {
                Client control = bench.client();
                ListeningPeer peer = bench.listeningPeer();
                TcpRelayCases.allocated(control);
                long id = TcpRelayCases.connectionId(control, peer);
                Client thief = bench.secondUser();
                Reply stolen = thief.askOrNull(
                        thief.signed(Method.CONNECTION_BIND, e -> e.u32(AttributeType.CONNECTION_ID, id)));
                bench.expect(stolen == null || !stolen.isSuccess(), "Another user's ConnectionBind is not granted");
                bind(bench.client().likewise(control), id).success("The connection is still its user's");
            });

    private static final Case BYTES = Case.of(108, Rfc.RFC_6062, "5.4")
            .must("passes bytes on as they are, in order, those from before the bind first")
            .quote(
                    "Data received on the associated peer data connection MUST be sent as-is on this client data connection. This includes data"
                            + " that was received after the associated Connect or request was successfully processed"
                            + " and before this ConnectionBind request was received.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(TCP, TLS)
            .run(bench -> {
                Joined joined = joined(bench, EARLY);
                joined.data().receivesBytes(EARLY, "What the peer said before the bind comes first");
                joined.peer().send(ByteBuffer.wrap(LATE));
                joined.data().receivesBytes(LATE, "What it says after the bind comes behind that");
                joined.data().sendBytes(LATE);
                TcpRelayCases.receives(bench, joined.peer(), LATE, "What the client says reaches the peer as it is");
                byte[] much = new byte[300_000];
                for (int i = 0; i < much.length; i++) {
                    much[i] = (byte) ((i * 31) >> 3);
                }
                joined.peer().send(ByteBuffer.wrap(much));
                joined.data().receivesBytes(much, "300,000 bytes come in their order");
            });

    private static final Case INBOUND_BYTES = Case.of(108, Rfc.RFC_6062, "5.4")
            .part('b')
            .must("does so for connections that peers make")
            .quote(
                    "Otherwise, the client connection is now called a client data connection. Data received on it MUST be sent as-is to the"
                            + " associated peer data connection.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(TCP, TLS)
            .run(bench -> {
                Client control = bench.client();
                TcpRelayCases.Attempt attempt = TcpRelayCases.attempted(bench, control, bench.listeningPeer());
                attempt.connection().send(ByteBuffer.wrap(EARLY));
                Client data = bench.client().likewise(control);
                bind(data, attempt.id()).success("A ConnectionBind is granted");
                data.receivesBytes(EARLY, "What the peer said before the bind reaches the client");
                data.sendBytes(LATE);
                TcpRelayCases.receives(bench, attempt.connection(), LATE, "What the client says reaches the peer");
            });

    private static final String CLOSES =
            "When a client data connection is closed, the server MUST close the corresponding peer data"
                    + " connection. When a peer data connection is closed, the server MUST close the corresponding client data connection.";

    private static final Case CLOSE_ONE = Case.of(109, Rfc.RFC_6062, "5.5")
            .must("closes one side of a data connection when the other is closed")
            .quote(CLOSES)
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(TCP, TLS)
            .run(bench -> {
                Joined first = joined(bench, EARLY);
                first.data().close();
                bench.expect(
                        first.peer().closesWithin(bench.patience()),
                        "When the client closes, the peer's connection is closed");
                Joined second = joined(bench, EARLY);
                second.data().receivesBytes(EARLY, "Data pass");
                second.peer().close();
                second.data().isClosed("When the peer closes, the client's connection is closed");
                second.control().refresh(600).success("The allocation is as it was");
            });

    private static final Case CLOSE_ALL = Case.of(109, Rfc.RFC_6062, "5.5")
            .part('b')
            .must(
                    "closes the data connections of an allocation that is deleted, and of one whose control connection is closed")
            .quote("If the allocation associated with a data connection expires, the data connection MUST be closed.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(TCP, TLS)
            .run(bench -> {
                Joined deleted = joined(bench, EARLY);
                deleted.control().refresh(0).success("The allocation is deleted");
                bench.expect(
                        deleted.peer().closesWithin(bench.patience()),
                        "With its allocation the peer's connection ends");
                Joined left = joined(bench, EARLY);
                left.control().close();
                bench.expect(
                        left.peer().closesWithin(bench.patience()),
                        "With the control connection the peer's connection ends");
            });

    /** A data connection, bound. */
    private record Joined(Client control, Client data, PeerConnection peer) {}

    /** Connects, lets the peer speak, and binds. */
    private static Joined joined(Bench bench, byte[] early) {
        Client control = bench.client();
        ListeningPeer peer = bench.listeningPeer();
        TcpRelayCases.allocated(control);
        long id = TcpRelayCases.connectionId(control, peer);
        PeerConnection connection = TcpRelayCases.accepted(bench, peer);
        connection.send(ByteBuffer.wrap(early));
        Client data = bench.client().likewise(control);
        bind(data, id).success("A ConnectionBind is granted");
        return new Joined(control, data, connection);
    }

    private static Reply bind(Client data, long id) {
        return data.call(Method.CONNECTION_BIND, e -> e.u32(AttributeType.CONNECTION_ID, id));
    }

    static final List<Case> ALL =
            List.of(BIND_OVER_UDP, BAD_ID, OTHER_USER, BYTES, INBOUND_BYTES, CLOSE_ONE, CLOSE_ALL);

    private DataConnectionCases() {}
}
