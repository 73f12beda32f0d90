package dev.postern.conformance.cases;

import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.Need;
import dev.postern.conformance.Peer;
import dev.postern.conformance.Reply;
import dev.postern.conformance.Setup;
import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Allocate: who may, and what is refused (RFC 8656 sections 5 to 7). */
final class AllocationCases {

    private static final Case AUTHENTICATED = Case.rfc8656(46, "7.2 (1)")
            .must("challenges every request but Binding that has no credentials")
            .quote("Otherwise, the server MUST require that the request be authenticated.")
            .note(
                    "The RFC lets the TURN server of an access network serve guests without: such a server fails here, and may.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(AllocationCases::authenticated);

    private static void authenticated(Bench bench) {
        Client client = bench.client();
        Peer peer = bench.peer();
        isChallenge(client.challenge());
        client.allocated();
        client.permitted(peer);
        Map<Method, Consumer<StunEncoder>> requests = Map.of(
                Method.REFRESH, e -> e.u32(AttributeType.LIFETIME, 0),
                Method.CREATE_PERMISSION, e -> e.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer.address()),
                Method.CHANNEL_BIND,
                        e -> e.u32(AttributeType.CHANNEL_NUMBER, 0x4000L << 16)
                                .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer.address()));
        requests.forEach((method, attributes) -> isChallenge(client.plain(method, attributes)));
        client.indicate(peer.address(), new byte[] {1});
        peer.receive("No refused request had an effect, and a Send indication needs no credentials");
    }

    private static void isChallenge(Reply reply) {
        reply.error(401, "A request without credentials is refused with 401");
        reply.value(AttributeType.REALM);
        reply.value(AttributeType.NONCE);
    }

    private static final Case OTHER_USER = Case.rfc8656(47, "5")
            .must("refuses requests of another user on an allocation's 5-tuple with 441")
            .quote(
                    "the request does not use the same username as used to create the allocation, then the request MUST be rejected"
                            + " with a 441 (Wrong Credentials) error.")
            .needs(Need.CREDENTIALS, Need.SECOND_USER, Need.PEER)
            .run(Opening.allocated((bench, client, peer, relayed) -> {
                client.logInAsChallenged(bench.second());
                client.refresh(0).error(441, "Another user's Refresh is refused with 441");
                client.permit(peer.address()).error(441, "Another user's CreatePermission is refused with 441");
                client.bind(0x4000, peer.address()).error(441, "Another user's ChannelBind is refused with 441");
                client.logInAsChallenged(bench.first());
                client.refresh(600).success("The allocation is still its user's");
            }));

    private static final Case NO_ALLOCATION = Case.rfc8656(48, "5")
            .must("refuses requests on a 5-tuple without an allocation with 437, and ignores the rest")
            .quote(
                    "if the 5-tuple does not identify an existing allocation, then the message MUST either be rejected with a 437"
                            + " Allocation Mismatch error (if it is a request) or be silently ignored (if it is an indication or a"
                            + " ChannelData message).")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(bench -> {
                Client client = bench.client();
                Peer peer = bench.peer();
                client.refresh(600).error(437, "A Refresh without an allocation is refused with 437");
                client.permit(peer.address())
                        .error(437, "A CreatePermission without an allocation is refused with 437");
                client.bind(0x4000, peer.address())
                        .error(437, "A ChannelBind without an allocation is refused with 437");
                client.indicate(peer.address(), new byte[] {1});
                client.channelData(0x4000, new byte[] {2});
                client.silence("A Send indication and ChannelData without an allocation are ignored");
                peer.silence("Nothing of them is relayed");
            });

    private static final Case IN_USE = Case.rfc8656(49, "7.2 (2)")
            .must("refuses a second Allocate on a 5-tuple with 437")
            .quote(
                    "The server checks if the 5-tuple is currently in use by an existing allocation. If yes, the server rejects the"
                            + " request with a 437 (Allocation Mismatch) error.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                client.allocated();
                client.allocate(e -> {}).error(437, "A second Allocate on the same 5-tuple is refused with 437");
            });

    private static final Case SENT_AGAIN = Case.rfc8656(49, "5")
            .part('b')
            .must("answers an Allocate that is sent again as it did the first time")
            .quote("STUN requires that the server recognize this case and treat the request as idempotent")
            .needs(Need.CREDENTIALS)
            .over(TransportProtocol.UDP)
            .run(bench -> {
                Client client = bench.client();
                client.challenged();
                ByteBuffer request =
                        client.signed(Method.ALLOCATE, e -> e.u32(AttributeType.REQUESTED_TRANSPORT, Client.UDP));
                TransportAddress first =
                        client.ask(request).success("An Allocate is granted").relayed();
                TransportAddress again = client.ask(request)
                        .success("The same Allocate, sent again, is granted")
                        .relayed();
                bench.expectEqual(first, again, "The relayed address is the same");
            });

    private static final Case TRANSPORT = Case.rfc8656(50, "7.2 (3)")
            .must("refuses an Allocate without REQUESTED-TRANSPORT with 400, and one for an unknown protocol with 442")
            .quote(
                    "If the REQUESTED-TRANSPORT attribute is not included or is malformed, the server rejects the request with a 400 (Bad"
                            + " Request) error. Otherwise, if the attribute is included but specifies a protocol that is not supported by"
                            + " the server, the server rejects the request with a 442 (Unsupported Transport Protocol) error.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                client.call(Method.ALLOCATE, e -> {})
                        .error(400, "An Allocate without REQUESTED-TRANSPORT is refused with 400");
                client.call(Method.ALLOCATE, e -> e.u32(AttributeType.REQUESTED_TRANSPORT, 99L << 24))
                        .error(442, "An Allocate for protocol 99 is refused with 442");
            });

    private static final Case MALFORMED_TRANSPORT = Case.rfc8656(50, "7.2 (3)")
            .part('b')
            .must("refuses an Allocate whose REQUESTED-TRANSPORT has not four bytes with 400")
            .quote(
                    "If the REQUESTED-TRANSPORT attribute is not included or is malformed, the server rejects the request with a 400 (Bad"
                            + " Request) error.")
            .needs(Need.CREDENTIALS)
            .run(bench -> bench.client()
                    .call(Method.ALLOCATE, e -> e.u16(AttributeType.REQUESTED_TRANSPORT, 17 << 8))
                    .error(400, "An Allocate with a REQUESTED-TRANSPORT of two bytes is refused with 400"));

    private static final Case DONT_FRAGMENT = Case.rfc8656(51, "7.2 (4)")
            .must("grants an Allocate with DONT-FRAGMENT, or refuses it with 420 that names it")
            .quote(
                    "If it does, but the server does not support sending UDP datagrams with the DF bit set to 1 (see Sections 14 and 15), then"
                            + " the server treats the DONT-FRAGMENT attribute in the Allocate request as an unknown"
                            + " comprehension-required attribute.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Reply reply = bench.client().allocate(e -> e.flag(AttributeType.DONT_FRAGMENT));
                if (reply.code() == 420) {
                    bench.expectEqual(
                            List.of(AttributeType.DONT_FRAGMENT),
                            reply.unknownAttributes(),
                            "UNKNOWN-ATTRIBUTES lists DONT-FRAGMENT alone");
                } else {
                    reply.success("An Allocate with DONT-FRAGMENT is granted or refused with 420");
                }
            });

    private static final Case USER_QUOTA = Case.rfc8656(60, "7.2 (10)")
            .should("counts its quota by username, and refuses one allocation too many with 486")
            .quote(
                    "The server is free to define this allocation quota any way it wishes, but it SHOULD define it based on the username"
                            + " used to authenticate the request and not on the client's transport address.")
            .on(Setup.ONE_ALLOCATION_PER_USER)
            .needs(Need.CREDENTIALS, Need.SECOND_USER)
            .run(bench -> {
                Client first = bench.client();
                first.allocated();
                bench.client().allocate(e -> {}).error(486, "The user's second allocation is refused with 486");
                bench.secondUser().allocate(e -> {}).success("Another user's first is granted");
                first.refresh(0);
                bench.client().allocate(e -> {}).success("When the first is deleted, the user may have another");
            });

    private static final Case OVERLOAD = Case.rfc8656(60, "19")
            .part('b')
            .must("refuses an Allocate for which it has no room with 508")
            .quote(
                    "508 (Insufficient Capacity): The server is unable to carry out the request due to some capacity limit being reached.")
            .on(Setup.ONE_ALLOCATION_IN_ALL)
            .needs(Need.CREDENTIALS, Need.SECOND_USER)
            .run(bench -> {
                bench.client().allocated();
                bench.secondUser()
                        .allocate(e -> {})
                        .error(508, "One allocation more than the server has room for is refused with 508");
            });

    private static final Case REDIRECT = Case.rfc8656(61, "7.2 (11)")
            .must("redirects by 300 with ALTERNATE-SERVER, signed")
            .quote(
                    "the server MAY choose to reject the request with a 300 (Try Alternate) error if it wishes to redirect the client to a"
                            + " different server. The use of this error code and attribute follows the specification in [RFC8489].")
            .note("RFC 8489 section 10 wants ALTERNATE-SERVER in it, and section 14.8 that it is signed.")
            .on(Setup.REDIRECTING)
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                bench.client().allocated();
                Client client = bench.client();
                Reply reply = client.allocate(e -> {}).error(300, "An Allocate is redirected with 300");
                bench.expect(
                        reply.address(AttributeType.ALTERNATE_SERVER).ip().isIpv4(),
                        "ALTERNATE-SERVER is of the family of the client's address");
                bench.expect(client.login().isSigned(reply), "The answer is signed with the user's key");
            });

    private static final Case PORTS = Case.rfc8656(63, "7.2")
            .should("takes relayed ports from 49152 to 65535")
            .quote(
                    "In all cases, the server SHOULD only allocate ports from the range 49152 - 65535 (the Dynamic and/or Private Port range"
                            + " [PORT-NUMBERS]), unless the TURN server application knows, through some means not specified here, that other"
                            + " applications running on the same host as the TURN server application will not be impacted by allocating ports"
                            + " outside this range.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                for (int i = 0; i < 8; i++) {
                    int port = bench.client().allocated().port();
                    bench.expect(port >= 49_152, "The relayed port, " + port + ", is in the range");
                }
            });

    private static final Case SUCCESS = Case.rfc8656(65, "7.2")
            .must("answers with XOR-RELAYED-ADDRESS, LIFETIME and XOR-MAPPED-ADDRESS, signed")
            .quote(
                    "The success response contains: An XOR-RELAYED-ADDRESS attribute ... A LIFETIME attribute ... An XOR-MAPPED-ADDRESS"
                            + " attribute containing the client's IP address and port (from the 5-tuple).")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                Reply reply = client.allocate(e -> {}).success("An Allocate request is granted");
                bench.expectEqual(1, reply.relayedAddresses().size(), "There is one XOR-RELAYED-ADDRESS");
                bench.expect(reply.lifetime() > 0, "LIFETIME is more than 0");
                bench.expectEqual(
                        client.binding().xorAddress(AttributeType.XOR_MAPPED_ADDRESS),
                        reply.xorAddress(AttributeType.XOR_MAPPED_ADDRESS),
                        "XOR-MAPPED-ADDRESS is the one that Binding tells");
                reply.hasNot(AttributeType.RESERVATION_TOKEN);
                bench.expect(client.login().isSigned(reply), "The answer is signed with the user's key");
            });

    private static final Case MALFORMED = Case.rfc8656(67, "7.4")
            .should("answers an Allocate with an attribute of the wrong length with 400")
            .quote("400 (Bad Request): The server believes the client's request is malformed for some reason.")
            .note(
                    "The RFC does not say which lengths a server looks at; what is meant here is that it says so, and is not silent.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Map<Integer, String> names = Map.of(
                        AttributeType.REQUESTED_ADDRESS_FAMILY, "REQUESTED-ADDRESS-FAMILY",
                        AttributeType.EVEN_PORT, "EVEN-PORT",
                        AttributeType.LIFETIME, "LIFETIME");
                names.forEach((type, name) -> bench.client()
                        .allocate(e -> e.u16(type, 0x0100))
                        .error(400, "An Allocate with " + name + " of two bytes is refused with 400"));
            });

    private static final Case RFFU = Case.rfc8656(98, "18.8")
            .must("ignores the reserved bits of REQUESTED-TRANSPORT")
            .quote("The RFFU field MUST be set to zero on transmission and MUST be ignored on reception.")
            .needs(Need.CREDENTIALS)
            .run(bench -> bench.client()
                    .call(Method.ALLOCATE, e -> e.u32(AttributeType.REQUESTED_TRANSPORT, Client.UDP | 0xABCDEF))
                    .success("An Allocate with reserved bits of 1 is granted"));

    static final List<Case> ALL = List.of(
            AUTHENTICATED,
            OTHER_USER,
            NO_ALLOCATION,
            IN_USE,
            SENT_AGAIN,
            TRANSPORT,
            MALFORMED_TRANSPORT,
            DONT_FRAGMENT,
            USER_QUOTA,
            OVERLOAD,
            REDIRECT,
            PORTS,
            SUCCESS,
            MALFORMED,
            RFFU);

    private AllocationCases() {}
}
