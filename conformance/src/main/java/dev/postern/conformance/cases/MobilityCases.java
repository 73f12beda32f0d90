package dev.postern.conformance.cases;

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
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Allocations that move (RFC 8016). What begins with "In short" is no quotation: it tells in other words what the RFC has there. */
final class MobilityCases {

    private static final int CHANNEL = 0x4001;
    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o', '!', '!', '!'};
    private static final byte[] AGAIN = {'a', 'g', 'a', 'i', 'n'};

    private static final Case TICKET = Case.of(116, Rfc.RFC_8016, "3.1.2")
            .must("gives a ticket to an Allocate with an empty MOBILITY-TICKET")
            .quote("In short: a success response to a zero-length MOBILITY-TICKET carries a ticket.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                byte[] ticket = ticket(bench, bench.client());
                bench.expect(ticket.length > 0, "The ticket is not empty");
            });

    private static final Case FILLED_TICKET = Case.of(116, Rfc.RFC_8016, "3.1.2")
            .part('b')
            .must("refuses an Allocate whose MOBILITY-TICKET is not empty with 400")
            .quote("In short: a MOBILITY-TICKET of other than zero length in an Allocate is a 400 (Bad Request).")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                ticket(bench, bench.client());
                Reply reply = bench.client().allocate(encoder -> encoder.bytes(AttributeType.MOBILITY_TICKET, HELLO));
                reply.error(400, "An Allocate with a filled MOBILITY-TICKET is refused with 400");
            });

    private static final Case WITHOUT_MOBILITY = Case.of(116, Rfc.RFC_8016, "3.1.2")
            .part('c')
            .must("ignores MOBILITY-TICKET where it has no mobility")
            .quote("In short: the attribute is comprehension-optional.")
            .needs(Need.CREDENTIALS)
            .on(Setup.PLAIN)
            .run(bench -> {
                Reply reply = bench.client().allocate(encoder -> encoder.flag(AttributeType.MOBILITY_TICKET));
                reply.success("An Allocate with MOBILITY-TICKET is granted").hasNot(AttributeType.MOBILITY_TICKET);
            });

    private static final Case FORBIDDEN = Case.of(116, Rfc.RFC_8016, "3.4")
            .part('d')
            .must("refuses mobility to a user whom its policy forbids it with 405")
            .quote("Mobility request was valid but cannot be performed due to administrative or similar restrictions.")
            .needs(Need.CREDENTIALS)
            .on(Setup.MOBILITY_REFUSED)
            .run(bench -> bench.client()
                    .allocate(encoder -> encoder.flag(AttributeType.MOBILITY_TICKET))
                    .error(405, "An Allocate that asks for mobility is refused with 405"));

    private static final Case RESUME = Case.of(117, Rfc.RFC_8016, "3.2.2")
            .must("finds the allocation of a Refresh by its ticket, wherever it comes from")
            .quote("In short: the ticket, and not the 5-tuple of the packet, says which allocation a Refresh is for.")
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
            .quote("In short: the user must be the one that created the allocation, else 441 (Wrong Credentials).")
            .needs(Need.CREDENTIALS, Need.SECOND_USER)
            .run(bench -> {
                byte[] ticket = ticket(bench, bench.client());
                Client thief = bench.secondUser();
                resume(thief, ticket).error(441, "A Refresh with another user's ticket is refused with 441");
                resume(bench.client(), ticket).success("The ticket is still its owner's");
            });

    private static final Case UNKNOWN_TICKET = Case.of(118, Rfc.RFC_8016, "3.2.2")
            .part('b')
            .must("refuses a ticket that it does not know with 437")
            .quote("In short: without an allocation for the ticket, 437 (Allocation Mismatch).")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                byte[] ticket = ticket(bench, bench.client());
                ticket[ticket.length - 1] ^= 1;
                resume(bench.client(), ticket).error(437, "A Refresh with an unknown ticket is refused with 437");
            });

    private static final Case UNSIGNED = Case.of(118, Rfc.RFC_8016, "3.2.2")
            .part('c')
            .must("checks the credentials of a Refresh before its ticket")
            .quote("In short: the Refresh must be authenticated by MESSAGE-INTEGRITY.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                byte[] ticket = ticket(bench, bench.client());
                bench.client()
                        .plain(Method.REFRESH, encoder -> encoder.bytes(AttributeType.MOBILITY_TICKET, ticket))
                        .error(401, "A Refresh with a ticket and without credentials is refused with 401");
                Client wrong = bench.client();
                wrong.challenged();
                wrong.login().password("not this");
                resume(wrong, ticket).error(401, "A Refresh with a ticket and a wrong password is refused with 401");
            });

    private static final Case ROTATES = Case.of(119, Rfc.RFC_8016, "3.2.2")
            .must("answers a move with a new ticket and leaves address, permissions and channels as they are")
            .quote("In short: the new ticket differs from the old one, and the allocation stays what it was.")
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
            .quote("In short: the old 5-tuple is served until a Send or ChannelData message arrives on the new one.")
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

    private static final Case NO_MOVE = Case.of(121, Rfc.RFC_8016, "3.2.2")
            .must("refreshes as RFC 8656 says where the client has not moved and sends no ticket")
            .quote("In short: without a move there is no MOBILITY-TICKET in a Refresh.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                byte[] ticket = ticket(bench, client);
                client.refresh(600).success("A Refresh without a ticket is granted");
                resume(client, ticket).error(400, "A Refresh with a ticket and without a move is refused with 400");
                resume(bench.client(), ticket).success("The ticket is as good as before");
            });

    private static final Case REPEATED = Case.of(121, Rfc.RFC_8016, "3.2.2")
            .part('b')
            .must("answers a repeated Refresh with a ticket as it did before")
            .quote("In short: a retransmission is one request.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
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
                Reply second = moved.ask(request).success("Its repetition is granted");
                bench.expect(
                        Arrays.equals(
                                first.value(AttributeType.MOBILITY_TICKET),
                                second.value(AttributeType.MOBILITY_TICKET)),
                        "Both answers carry the same ticket");
            });

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
            UNKNOWN_TICKET,
            UNSIGNED,
            ROTATES,
            BOTH_PATHS,
            NO_MOVE,
            REPEATED);

    private MobilityCases() {}
}
