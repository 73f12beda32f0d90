package dev.postern.conformance.cases;

import static dev.postern.stun.TransportProtocol.TCP;
import static dev.postern.stun.TransportProtocol.TLS;
import static dev.postern.stun.TransportProtocol.UDP;

import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.Need;
import dev.postern.conformance.Peer;
import dev.postern.conformance.Reply;
import dev.postern.conformance.Rfc;
import dev.postern.conformance.Setup;
import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Allocations that move (RFC 8016). */
final class MobilityCases {

    private static final int CHANNEL = 0x4001;
    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o', '!', '!', '!'};
    private static final byte[] AGAIN = {'a', 'g', 'a', 'i', 'n'};

    private static final Case TICKET = Case.of(116, Rfc.RFC_8016, "3.1.2")
            .must("gives a ticket to an Allocate with an empty MOBILITY-TICKET")
            .quote(
                    "If the server can successfully process the request and create an allocation, the server replies with a success response"
                            + " that includes a STUN MOBILITY-TICKET attribute.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                byte[] ticket = ticket(bench, bench.client());
                bench.expect(ticket.length > 0, "The ticket is not empty");
            });

    private static final Case FILLED_TICKET = Case.of(116, Rfc.RFC_8016, "3.1.2")
            .part('b')
            .must("refuses an Allocate whose MOBILITY-TICKET is not empty with 400")
            .quote(
                    "If the MOBILITY-TICKET attribute is included and has a non-zero length, then the server will generate an error response"
                            + " with an error code of 400 (Bad Request).")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                ticket(bench, bench.client());
                Reply reply = bench.client().allocate(encoder -> encoder.bytes(AttributeType.MOBILITY_TICKET, HELLO));
                reply.error(400, "An Allocate with a filled MOBILITY-TICKET is refused with 400");
            });

    private static final Case WITHOUT_MOBILITY = Case.of(116, Rfc.RFC_8016, "3.1.2")
            .part('c')
            .must("ignores MOBILITY-TICKET where it has no mobility")
            .quote("if the server does not understand the MOBILITY-TICKET attribute, it ignores the attribute.")
            .needs(Need.CREDENTIALS)
            .on(Setup.PLAIN)
            .run(bench -> {
                Reply reply = bench.client().allocate(encoder -> encoder.flag(AttributeType.MOBILITY_TICKET));
                reply.success("An Allocate with MOBILITY-TICKET is granted").hasNot(AttributeType.MOBILITY_TICKET);
            });

    private static final Case FORBIDDEN = Case.of(116, Rfc.RFC_8016, "3.1.2")
            .part('d')
            .must("refuses mobility to a user whom its policy forbids it with 405")
            .quote(
                    "If the MOBILITY-TICKET attribute is included, and has a length of zero, but TURN session mobility is forbidden by local"
                            + " policy, the server will reject the request with the new error code 405 (Mobility Forbidden).")
            .needs(Need.CREDENTIALS)
            .on(Setup.MOBILITY_REFUSED)
            .run(bench -> bench.client()
                    .allocate(encoder -> encoder.flag(AttributeType.MOBILITY_TICKET))
                    .error(405, "An Allocate that asks for mobility is refused with 405"));

    private static final Case RESUME = Case.of(117, Rfc.RFC_8016, "3.2.2")
            .must("finds the allocation of a Refresh by its ticket, wherever it comes from")
            .quote(
                    "If the STUN MOBILITY-TICKET attribute is included in the Refresh request, then the server will not retrieve the 5-tuple"
                            + " from the packet to identify an associated allocation. Instead, the TURN server will decrypt the received ticket,"
                            + " verify the ticket's validity, and retrieve the 5-tuple allocation using the ticket.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(bench -> {
                Client old = bench.client();
                byte[] ticket = ticket(bench, old);
                Client moved = bench.client();
                resume(moved, ticket).success("A Refresh with the ticket from a new 5-tuple is granted");
                moved.permitted(bench.peer());
            });

    private static final Case OTHER_USER = Case.of(118, Rfc.RFC_8016, "3.2.2")
            .must("refuses another user's ticket with 441")
            .quote(
                    "the TURN server proceeds with a MESSAGE-INTEGRITY validation to identify that it is the same user that had previously"
                            + " created the TURN allocation. If the above check is not successful, then the server MUST reject the request with"
                            + " a 441 (Wrong Credentials) error.")
            .needs(Need.CREDENTIALS, Need.SECOND_USER)
            .run(bench -> {
                byte[] ticket = ticket(bench, bench.client());
                Client thief = bench.secondUser();
                resume(thief, ticket).error(441, "A Refresh with another user's ticket is refused with 441");
                resume(bench.client(), ticket).success("The ticket is still its owner's");
            });

    private static final Case ALTERED_TICKET = Case.of(118, Rfc.RFC_8016, "3.2.2")
            .part('b')
            .must("refuses a ticket that was altered with 400")
            .quote("If the ticket is invalid, then the server MUST reject the request with a 400 (Bad Request) error.")
            .note("Section 5 has tickets authenticated, so one that was altered is invalid and not just unknown.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                byte[] ticket = ticket(bench, bench.client());
                byte[] altered = ticket.clone();
                altered[altered.length - 1] ^= 1;
                resume(bench.client(), altered).error(400, "A Refresh with an altered ticket is refused with 400");
                resume(bench.client(), ticket).success("The ticket itself is as good as before");
            });

    private static final Case UNSIGNED = Case.of(118, Rfc.RFC_8016, "5")
            .part('c')
            .must("moves no allocation by a Refresh that is not authenticated")
            .quote(
                    "If (D)TLS is not used or the (D)TLS handshake fails, and authentication also fails, then the TURN client and server MUST"
                            + " fail and not proceed with TURN mobility.")
            .note(
                    "Without credentials it is a 401 by RFC 8489 section 9.2.4. A wrong password is one by that too, and a 441 by section"
                            + " 3.2.2: both are right.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                byte[] ticket = ticket(bench, bench.client());
                bench.client()
                        .plain(Method.REFRESH, encoder -> encoder.bytes(AttributeType.MOBILITY_TICKET, ticket))
                        .error(401, "A Refresh with a ticket and without credentials is refused with 401");
                Client wrong = bench.client();
                wrong.challenged();
                wrong.login().password("not this");
                int code = resume(wrong, ticket).code();
                bench.expect(
                        code == 401 || code == 441,
                        "A Refresh with a ticket and a wrong password is refused with 401 or 441");
                resume(bench.client(), ticket).success("The ticket is as good as before");
            });

    private static final Case ENDED = Case.of(118, Rfc.RFC_8016, "3.2.2")
            .part('d')
            .must("refuses the ticket of an allocation that has ended with 437")
            .quote(
                    "If this 5-tuple obtained does not identify an existing allocation, then the server MUST reject the request with a 437"
                            + " (Allocation Mismatch) error.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                byte[] ticket = ticket(bench, client);
                client.refresh(0).success("The allocation is deleted");
                resume(bench.client(), ticket).error(437, "A Refresh with its ticket is refused with 437");
            });

    private static final Case ROTATES = Case.of(119, Rfc.RFC_8016, "3.2.2")
            .must("answers a move with a new ticket and leaves address, permissions and channels as they are")
            .quote(
                    "The TURN server calculates the ticket with the new 5-tuple and sends the new ticket in the STUN MOBILITY-TICKET attribute"
                            + " as part of Refresh success response. The new ticket sent in the refresh response MUST be different from the old"
                            + " ticket.")
            .note(
                    "Section 3: the server \"will retain the same relayed address/port for the new IP address/port allowing the client to"
                            + " continue using previous channel bindings\".")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(bench -> {
                Client old = bench.client();
                Peer peer = bench.peer();
                Reply granted = allocate(bench, old);
                byte[] ticket = granted.value(AttributeType.MOBILITY_TICKET);
                old.bound(CHANNEL, peer);
                Client moved = bench.client();
                byte[] next = resume(moved, ticket)
                        .success("A Refresh with the ticket is granted")
                        .value(AttributeType.MOBILITY_TICKET);
                bench.expect(!Arrays.equals(ticket, next), "The new ticket differs from the old one");
                moved.channelData(CHANNEL, HELLO);
                peer.receives(HELLO, granted.relayed(), "The channel works from the new 5-tuple without a new request");
                moved.indicate(peer.address(), AGAIN);
                peer.receives(AGAIN, granted.relayed(), "So does the permission");
            });

    private static final Case BOTH_PATHS = Case.of(120, Rfc.RFC_8016, "3.2.2")
            .must("sends and receives by the old 5-tuple until the client's data come by the new one")
            .quote(
                    "The TURN server MUST continue receiving and processing data on the old 5-tuple and MUST continue transmitting data on the"
                            + " old-5 tuple until it receives a Send Indication or ChannelData message from the client on the new 5-tuple or a"
                            + " message from the client to close the old connection (e.g., a TLS fatal alert or TCP RST).")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(MobilityCases::bothPaths);

    private static void bothPaths(Bench bench) {
        Client old = bench.client();
        Peer peer = bench.peer();
        Reply granted = allocate(bench, old);
        TransportAddress relayed = granted.relayed();
        old.bound(CHANNEL, peer);
        Client moved = bench.client();
        resume(moved, granted.value(AttributeType.MOBILITY_TICKET)).success("A Refresh with the ticket is granted");
        peer.send(relayed, HELLO);
        old.receivesChannelData(CHANNEL, HELLO, "Before data by the new 5-tuple, peers' data go to the old one");
        old.channelData(CHANNEL, AGAIN);
        peer.receives(AGAIN, relayed, "Before data by the new 5-tuple, data by the old one are relayed");
        moved.channelData(CHANNEL, HELLO);
        peer.receives(HELLO, relayed, "Data by the new 5-tuple are relayed");
        peer.send(relayed, AGAIN);
        moved.receivesChannelData(CHANNEL, AGAIN, "After that, peers' data go to the new 5-tuple");
        old.channelData(CHANNEL, HELLO);
        peer.silence("After that, data by the old 5-tuple are not relayed");
    }

    private static final Case OLD_CLOSES = Case.of(120, Rfc.RFC_8016, "3.2.2")
            .part('b')
            .must("sends by the new 5-tuple when the client has closed the old connection")
            .quote(
                    "After receiving any of those messages, a TURN server discards the old ticket and the old 5-tuple associated with the old"
                            + " ticket from its state data. Data sent by the client to the peer is accepted on the new 5-tuple and data received"
                            + " from the peer is forwarded to the new 5-tuple.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(TCP, TLS)
            .run(bench -> {
                Client old = bench.client();
                Peer peer = bench.peer();
                Reply granted = allocate(bench, old);
                old.bound(CHANNEL, peer);
                Client moved = bench.client();
                resume(moved, granted.value(AttributeType.MOBILITY_TICKET))
                        .success("A Refresh with the ticket is granted");
                old.close();
                bench.pass(Duration.ofSeconds(1));
                peer.send(granted.relayed(), HELLO);
                moved.receivesChannelData(CHANNEL, HELLO, "Peers' data go to the new 5-tuple, which has sent none yet");
            });

    private static final Case NO_MOVE = Case.of(121, Rfc.RFC_8016, "3.2.2")
            .must("refuses a Refresh with a ticket from a client that has not moved with 400")
            .quote(
                    "If the source IP address and port of the Refresh request with the STUN MOBILITY-TICKET attribute is the same as the stored"
                            + " 5-tuple allocation, then the TURN server rejects the request with a 400 (Bad Request) error.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                byte[] ticket = ticket(bench, client);
                client.refresh(600).success("A Refresh without a ticket is granted");
                resume(client, ticket).error(400, "A Refresh with a ticket and without a move is refused with 400");
                resume(bench.client(), ticket).success("The ticket is as good as before");
            });

    private static final String RETAINED =
            "To accommodate the potential loss of Refresh responses, a server must retain the old STUN"
                    + " MOBILITY-TICKET attribute for a period of at least 30 seconds to be able to recognize a retransmission of the Refresh"
                    + " request with the old STUN MOBILITY-TICKET attribute from the client.";

    private static final Case REPEATED = Case.of(121, Rfc.RFC_8016, "3.2.2")
            .part('b')
            .must("answers a Refresh with a ticket that is sent again as it did before")
            .quote(RETAINED)
            .note("The same ticket, since by RFC 8489 section 6.3.1 either answer leaves the client in the same state.")
            .needs(Need.CREDENTIALS)
            .over(UDP)
            .run(bench -> repeated(bench, Duration.ZERO));

    private static final Case REPEATED_LATE = Case.of(121, Rfc.RFC_8016, "3.2.2")
            .part('c')
            .must("does so after 29 s")
            .quote(RETAINED)
            .needs(Need.CREDENTIALS)
            .over(UDP)
            .slow()
            .run(bench -> repeated(bench, Duration.ofSeconds(29)));

    private static void repeated(Bench bench, Duration later) {
        byte[] ticket = ticket(bench, bench.client());
        Client moved = bench.client();
        ByteBuffer request = moved.signed(Method.REFRESH, withTicket(ticket));
        Reply first = moved.ask(request);
        if (first.code() == 438) { // a server may tie its nonces to allocations
            moved.login().learn(first);
            request = moved.signed(Method.REFRESH, withTicket(ticket));
            first = moved.ask(request);
        }
        first.success("A Refresh with the ticket is granted");
        if (!later.isZero()) {
            bench.pass(later);
        }
        Reply second = moved.ask(request).success("Its repetition is granted");
        bench.expect(
                Arrays.equals(first.value(AttributeType.MOBILITY_TICKET), second.value(AttributeType.MOBILITY_TICKET)),
                "Both answers carry the same ticket");
    }

    private static Reply allocate(Bench bench, Client client) {
        Reply reply = client.allocate(encoder -> encoder.flag(AttributeType.MOBILITY_TICKET));
        reply.orNotOffered(405, "an Allocate with an empty MOBILITY-TICKET")
                .success("An Allocate with an empty MOBILITY-TICKET is granted");
        if (!reply.has(AttributeType.MOBILITY_TICKET)) {
            throw bench.notOffered("The server grants an Allocate with an empty MOBILITY-TICKET without a ticket.");
        }
        return reply;
    }

    private static byte[] ticket(Bench bench, Client client) {
        return allocate(bench, client).value(AttributeType.MOBILITY_TICKET);
    }

    private static Reply resume(Client client, byte[] ticket) {
        return client.call(Method.REFRESH, withTicket(ticket));
    }

    private static Consumer<StunEncoder> withTicket(byte[] ticket) {
        return encoder -> encoder.u32(AttributeType.LIFETIME, 600).bytes(AttributeType.MOBILITY_TICKET, ticket);
    }

    static final List<Case> ALL = List.of(
            TICKET,
            FILLED_TICKET,
            WITHOUT_MOBILITY,
            FORBIDDEN,
            RESUME,
            OTHER_USER,
            ALTERED_TICKET,
            UNSIGNED,
            ENDED,
            ROTATES,
            BOTH_PATHS,
            OLD_CLOSES,
            NO_MOVE,
            REPEATED,
            REPEATED_LATE);

    private MobilityCases() {}
}
