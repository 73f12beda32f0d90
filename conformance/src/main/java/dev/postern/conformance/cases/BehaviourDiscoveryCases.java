package dev.postern.conformance.cases;

import static dev.postern.stun.TransportProtocol.TCP;
import static dev.postern.stun.TransportProtocol.TLS;
import static dev.postern.stun.TransportProtocol.UDP;

import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.Reply;
import dev.postern.conformance.Rfc;
import dev.postern.conformance.Setup;
import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransportAddress;
import java.util.List;
import java.util.function.Consumer;

/** NAT behaviour discovery (RFC 5780). */
final class BehaviourDiscoveryCases {

    private static final int CHANGE_PORT = 0x2;
    private static final int CHANGE_IP = 0x4;
    private static final int BOTH = CHANGE_IP | CHANGE_PORT;

    /** RFC 5780 section 7.6 wants more than fits into one packet of Ethernet's MTU. */
    private static final int PADDING_BYTES = 1500;

    private static final Case ONE_ADDRESS = Case.of(110, Rfc.RFC_5780, "6.1")
            .must("refuses CHANGE-REQUEST with 420 where it has no second address")
            .quote(
                    "If the Request contains the CHANGE-REQUEST attribute and the server does not have an alternate address and port as"
                            + " described above, the server MUST generate an error response of type 420.")
            .over(UDP)
            .on(Setup.PLAIN)
            .run(bench -> {
                for (int flags = CHANGE_PORT; flags <= BOTH; flags += CHANGE_PORT) {
                    Reply reply = bench.client().plain(Method.BINDING, change(flags));
                    reply.error(420, "CHANGE-REQUEST with the flags " + flags + " is refused with 420");
                    bench.expect(
                            reply.unknownAttributes().contains(AttributeType.CHANGE_REQUEST),
                            "UNKNOWN-ATTRIBUTES lists CHANGE-REQUEST");
                }
            });

    private static final Case ALL_SOURCES = Case.of(111, Rfc.RFC_5780, "6.1")
            .must("answers from the address and port that CHANGE-REQUEST asks for, at each of its four sockets")
            .quote(
                    "The source address and port of the Binding Response depend on the value of the CHANGE-REQUEST attribute and on the"
                            + " address and port on which the Binding Request was received")
            .over(UDP)
            .run(BehaviourDiscoveryCases::allSources);

    private static void allSources(Bench bench) {
        Client client = bench.client();
        TransportAddress one = offered(bench, client).from();
        TransportAddress other = offered(bench, client).address(AttributeType.OTHER_ADDRESS);
        List<TransportAddress> sockets = List.of(
                one, TransportAddress.of(one.ip(), other.port()), TransportAddress.of(other.ip(), one.port()), other);
        for (int asked = 0; asked < sockets.size(); asked++) {
            for (int flags = 0; flags <= BOTH; flags += CHANGE_PORT) {
                TransportAddress expected = sockets.get(asked ^ flags / CHANGE_PORT);
                client.sendTo(sockets.get(asked), Client.request(Method.BINDING, change(flags)));
                String what = "A request to " + sockets.get(asked) + " with the flags " + flags + " is answered";
                Reply reply = client.reply(what).success(what);
                bench.expectEqual(expected, reply.from(), what + " from the socket that they name");
                bench.expectEqual(
                        expected, reply.address(AttributeType.RESPONSE_ORIGIN), what + " with that in RESPONSE-ORIGIN");
                bench.expectEqual(
                        sockets.get(3 - asked),
                        reply.address(AttributeType.OTHER_ADDRESS),
                        what + " with OTHER-ADDRESS, whatever the flags are");
            }
        }
    }

    private static final Case ADDRESSES = Case.of(112, Rfc.RFC_5780, "6.1")
            .must("tells the client's address twice, its own in RESPONSE-ORIGIN and its other one in OTHER-ADDRESS")
            .quote("The server MUST include both MAPPED-ADDRESS and XOR-MAPPED-ADDRESS in its Response.")
            .note(
                    "\"The server MUST add a RESPONSE-ORIGIN attribute to the Binding Response, containing the source address and port used to"
                            + " send the Binding Response.\"")
            .over(UDP)
            .run(bench -> {
                Reply reply = offered(bench, bench.client());
                bench.expectEqual(
                        reply.xorAddress(AttributeType.XOR_MAPPED_ADDRESS),
                        reply.address(AttributeType.MAPPED_ADDRESS),
                        "MAPPED-ADDRESS says the same as XOR-MAPPED-ADDRESS");
                bench.expectEqual(
                        reply.from(),
                        reply.address(AttributeType.RESPONSE_ORIGIN),
                        "RESPONSE-ORIGIN is where the response came from");
                TransportAddress other = reply.address(AttributeType.OTHER_ADDRESS);
                bench.expect(!other.ip().equals(reply.from().ip()), "OTHER-ADDRESS has another address");
                bench.expect(other.port() != reply.from().port(), "OTHER-ADDRESS has another port");
            });

    private static final Case NO_OTHER_ADDRESS = Case.of(112, Rfc.RFC_5780, "6")
            .part('b')
            .must("names no OTHER-ADDRESS where it has no second address")
            .quote(
                    "If a server cannot allocate the same ports on two different IP address, then it MUST NOT include an OTHER-ADDRESS"
                            + " attribute in any Response")
            .on(Setup.PLAIN)
            .run(bench -> bench.client().binding().hasNot(AttributeType.OTHER_ADDRESS));

    private static final Case RESPONSE_PORT = Case.of(113, Rfc.RFC_5780, "7.5")
            .must("answers to the port that RESPONSE-PORT names, at the address that asked")
            .quote(
                    "For servers which support the RESPONSE-PORT attribute, the Binding Response MUST be transmitted to the source IP address"
                            + " of the Binding Request and the port contained in RESPONSE-PORT.")
            .note("Support for it is optional: a server that answers with 420 does not offer it.")
            .over(UDP)
            .run(bench -> {
                Client asking = bench.client();
                offered(bench, asking);
                Client listening = bench.client();
                int port = listening
                        .binding()
                        .xorAddress(AttributeType.XOR_MAPPED_ADDRESS)
                        .port();
                int own = asking.binding()
                        .xorAddress(AttributeType.XOR_MAPPED_ADDRESS)
                        .port();
                asking.plain(Method.BINDING, e -> e.u16(AttributeType.RESPONSE_PORT, own))
                        .orNotOffered(420, "a request with RESPONSE-PORT")
                        .success("A request whose RESPONSE-PORT is its own port is answered there");
                asking.send(Client.request(Method.BINDING, e -> e.u16(AttributeType.RESPONSE_PORT, port)));
                String what = "The response comes to the other port";
                Reply reply = listening.reply(what).success(what);
                bench.expectEqual(
                        asking.wire().server(), reply.from(), "It leaves from the socket that the request came to");
                asking.silence("Nothing goes to the port of the request");
            });

    private static final Case RESPONSE_PORT_WITH_PADDING = Case.of(113, Rfc.RFC_5780, "6.1")
            .part('b')
            .must("refuses RESPONSE-PORT together with PADDING with 400")
            .quote(
                    "If the Request also contains the RESPONSE-PORT attribute the server MUST return an error response of type 400.")
            .over(UDP)
            .run(bench -> {
                Client client = bench.client();
                offered(bench, client);
                client.plain(
                                Method.BINDING,
                                e -> e.u16(AttributeType.RESPONSE_PORT, 50_000)
                                        .bytes(AttributeType.PADDING, new byte[4]))
                        .orNotOffered(420, "a request with RESPONSE-PORT")
                        .error(400, "A request with RESPONSE-PORT and PADDING is refused with 400");
            });

    private static final Case PADDING = Case.of(114, Rfc.RFC_5780, "6.1")
            .must("answers PADDING with PADDING of a length that is a multiple of four")
            .quote("If the Request contained a PADDING attribute, PADDING MUST be included in the Binding Response.")
            .note(
                    "Its length SHOULD be the MTU's. A server that is no amplifier sends no more than it got, so that the request here"
                            + " carries as much; the shorter request only shows that some PADDING comes back.")
            .over(UDP)
            .run(bench -> {
                Client client = bench.client();
                offered(bench, client);
                int shortest = padding(bench, client, 64);
                int longest = padding(bench, client, PADDING_BYTES);
                bench.expect(
                        shortest > 0 && longest >= shortest, "More PADDING in the request is not less in the response");
            });

    private static int padding(Bench bench, Client client, int bytes) {
        Reply reply = client.plain(Method.BINDING, e -> e.bytes(AttributeType.PADDING, new byte[bytes]))
                .success("A request with " + bytes + " bytes of PADDING is answered with success");
        int length = reply.value(AttributeType.PADDING).length;
        bench.expect(length % 4 == 0, "The PADDING has a multiple of four bytes");
        return length;
    }

    private static final Case STREAMS = Case.of(115, Rfc.RFC_5780, "6.1")
            .should("refuses to change the source of a response over a stream")
            .quote(
                    "If the Request contains the CHANGE-REQUEST attribute and the server does not have an alternate address and port as"
                            + " described above, the server MUST generate an error response of type 420.")
            .note(
                    "The RFC has no sentence of its own for a server that has a second address, but not for this stream. Section 3: \"Because STUN"
                            + " forbids a server from creating a new TCP or TCP/TLS connection to the client, many tests apply only to UDP.\"")
            .over(TCP, TLS)
            .run(bench -> {
                Reply reply = bench.client().plain(Method.BINDING, change(BOTH));
                bench.expect(!reply.isSuccess(), "CHANGE-REQUEST over a stream is refused");
            });

    private static final Case NO_OTHER_TARGET = Case.of(115, Rfc.RFC_5780, "7.5")
            .part('b')
            .must("sends no response to an address that did not ask, whatever the request carries")
            .quote(
                    "When not present, the server sends the Binding Response to the source IP address and port of the Binding Request.")
            .note(
                    "What is not present is RESPONSE-PORT, and with it the port alone is another. RESPONSE-ADDRESS (0x0002) of RFC 3489 let a client name another address. That requests are limited per source is"
                            + " shown by tests of our own, since no RFC sets a rate.")
            .over(UDP)
            .run(bench -> {
                Client asking = bench.client();
                Client other = bench.client();
                TransportAddress target = other.binding().xorAddress(AttributeType.XOR_MAPPED_ADDRESS);
                Reply reply = asking.askOrNull(Client.request(Method.BINDING, e -> e.address(0x0002, target)));
                bench.remark("The answer to who asked: " + (reply == null ? "none" : reply));
                other.silence("Nothing goes to the address that it names");
            });

    static final List<Case> ALL = List.of(
            ONE_ADDRESS,
            ALL_SOURCES,
            ADDRESSES,
            NO_OTHER_ADDRESS,
            RESPONSE_PORT,
            RESPONSE_PORT_WITH_PADDING,
            PADDING,
            STREAMS,
            NO_OTHER_TARGET);

    private BehaviourDiscoveryCases() {}

    private static Consumer<StunEncoder> change(int flags) {
        return encoder -> encoder.u32(AttributeType.CHANGE_REQUEST, flags);
    }

    /** A Binding response, if the server takes part in behaviour discovery. */
    private static Reply offered(Bench bench, Client client) {
        Reply reply = client.binding().success("A Binding request is answered with success");
        if (!reply.has(AttributeType.OTHER_ADDRESS)) {
            throw bench.notOffered("The server names no OTHER-ADDRESS.");
        }
        return reply;
    }
}
