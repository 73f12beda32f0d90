package dev.postern.conformance.cases;

import dev.postern.conformance.Arrival;
import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.Need;
import dev.postern.conformance.Peer;
import dev.postern.conformance.Reply;
import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** What attributes do to a message, and what a response is made of (RFC 8489 sections 6.3 and 14). */
final class AttributeCases {

    private static final int UNKNOWN_A = 0x7F01;
    private static final int UNKNOWN_B = 0x7F02;
    private static final int UNKNOWN_OPTIONAL = 0xFF01;

    private static final Case PADDING_IN = Case.rfc8489(7, "14")
            .must("ignores the value of padding bytes")
            .quote("The padding bits MUST be set to zero on sending and MUST be ignored by the receiver.")
            .run(bench -> {
                Client client = bench.client();
                ByteBuffer request = Client.request(Method.BINDING, e -> e.text(AttributeType.SOFTWARE, "a"));
                request.put(request.limit() - 3, new byte[] {(byte) 0xFF, 0x55, 0x01});
                client.ask(request).success("A Binding request whose padding is not zero is answered with success");
            });

    private static final Case PADDING_OUT = Case.rfc8489(7, "14")
            .part('b')
            .must("sends padding bytes of zero")
            .quote("The padding bits MUST be set to zero on sending and MUST be ignored by the receiver.")
            .run(bench -> {
                Client client = bench.client();
                hasCleanPadding(bench, client.binding());
                hasCleanPadding(bench, client.plain(Method.BINDING, e -> e.u32(UNKNOWN_A, 1)));
                if (bench.has(Need.CREDENTIALS)) {
                    hasCleanPadding(bench, client.challenge());
                }
            });

    private static void hasCleanPadding(Bench bench, Reply reply) {
        StunMessage message = reply.message();
        for (int i = 0; i < message.attributeCount(); i++) {
            int end = message.valueOffset(i) + message.valueLength(i);
            for (int at = end; (at - message.offset()) % 4 != 0; at++) {
                bench.expect(
                        message.buffer().get(at) == 0,
                        "The padding behind " + AttributeType.nameOf(message.attributeType(i)) + " is zero");
            }
        }
    }

    private static final Case REPEATED = Case.rfc8489(8, "14")
            .should("takes the first of a repeated attribute")
            .quote(
                    "Unless specified otherwise, the order of appearance is significant: only the first occurrence needs to be processed"
                            + " by a receiver, and any duplicates MAY be ignored by a receiver.")
            .note("The RFC has a MAY for the others; a server that takes the last one has not processed the first.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Reply reply = bench.client()
                        .allocate(e -> e.u32(AttributeType.LIFETIME, 1001).u32(AttributeType.LIFETIME, 1313))
                        .success("An Allocate with LIFETIME twice is granted");
                bench.expect(
                        reply.lifetime() != 1313,
                        "The lifetime granted is that of the first LIFETIME, 1001 s, or less");
            });

    private static final Case UNKNOWN_REQUIRED = Case.rfc8489(11, "6.3.1")
            .must("refuses unknown comprehension-required attributes with 420 and lists them all")
            .quote(
                    "If the request contains one or more unknown comprehension-required attributes, the server replies with an error"
                            + " response with an error code of 420 (Unknown Attribute) and includes an UNKNOWN-ATTRIBUTES attribute in the"
                            + " response that lists the unknown comprehension-required attributes.")
            .run(bench -> {
                Reply reply = bench.client()
                        .plain(
                                Method.BINDING,
                                e -> e.u32(UNKNOWN_A, 1)
                                        .u32(UNKNOWN_OPTIONAL, 2)
                                        .text(UNKNOWN_B, "three")
                                        .u32(UNKNOWN_A, 4));
                lists(bench, reply, Set.of(UNKNOWN_A, UNKNOWN_B));
            });

    private static final Case UNKNOWN_AFTER_AUTHENTICATION = Case.rfc8489(11, "6.3")
            .part('b')
            .must("looks for unknown attributes after it has authenticated the request")
            .quote(
                    "Once the authentication checks are done, the STUN agent checks for unknown attributes and known-but-unexpected"
                            + " attributes in the message.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                client.plain(
                                Method.ALLOCATE,
                                e -> e.u32(AttributeType.REQUESTED_TRANSPORT, Client.UDP)
                                        .u32(UNKNOWN_A, 1))
                        .error(401, "A request without credentials and with an unknown attribute is refused with 401");
                lists(bench, client.allocate(e -> e.u32(UNKNOWN_A, 1)), Set.of(UNKNOWN_A));
            });

    private static void lists(Bench bench, Reply reply, Set<Integer> types) {
        reply.error(420, "A request with unknown comprehension-required attributes is refused with 420");
        bench.expectEqual(
                types, Set.copyOf(reply.unknownAttributes()), "UNKNOWN-ATTRIBUTES lists the types that are unknown");
    }

    private static final Case UNKNOWN_OPTIONALS = Case.rfc8489(12, "6.3")
            .must("ignores unknown comprehension-optional attributes")
            .quote("Unknown comprehension-optional attributes MUST be ignored by the agent.")
            .run(bench -> bench.client()
                    .plain(Method.BINDING, e -> e.u32(UNKNOWN_OPTIONAL, 1).text(0xC0FF, "odd"))
                    .success("A request with unknown comprehension-optional attributes succeeds"));

    private static final Case UNKNOWN_IN_INDICATION = Case.rfc8489(13, "6.3.2")
            .must("discards an indication with an unknown comprehension-required attribute")
            .quote(
                    "If the indication contains unknown comprehension-required attributes, the indication is discarded and processing"
                            + " ceases.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(AttributeCases::unknownInIndication);

    private static void unknownInIndication(Bench bench) {
        Client client = bench.client();
        Peer peer = bench.peer();
        client.allocated();
        client.permitted(peer);
        client.send(Client.message(
                MessageClass.INDICATION,
                Method.SEND,
                e -> e.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer.address())
                        .u32(UNKNOWN_A, 1)
                        .text(AttributeType.DATA, "unknown attribute")));
        client.indicate(peer.address(), "none".getBytes(StandardCharsets.US_ASCII));
        Arrival arrival = peer.receive("The data of a Send indication without an unknown attribute reaches the peer");
        bench.expectEqual(
                4, arrival.bytes().remaining(), "The data of the one with it, which was sent before, does not");
        client.silence("Nothing is answered to either");
    }

    private static final Case TRANSACTION = Case.rfc8489(14, "6.3.1.1")
            .must("answers with the request's transaction id and method, as success or error response")
            .quote(
                    "The method of the response is the same as that of the request, and the message class is either \"Success Response\""
                            + " or \"Error Response\".")
            .run(bench -> {
                Client client = bench.client();
                answersInKind(bench, client, Client.request(Method.BINDING, e -> {}), Method.BINDING);
                answersInKind(bench, client, Client.request(Method.BINDING, e -> e.u32(UNKNOWN_A, 1)), Method.BINDING);
                if (bench.has(Need.CREDENTIALS)) { // else it may be a server without TURN
                    answersInKind(bench, client, Client.request(Method.REFRESH, e -> {}), Method.REFRESH);
                }
            });

    private static void answersInKind(Bench bench, Client client, ByteBuffer request, Method method) {
        client.send(request);
        Reply reply = client.reply("The request is answered");
        bench.expectEqual(
                TransactionId.of(request, 8), reply.transactionId(), "The response has the request's transaction id");
        bench.expectEqual(method.code(), reply.message().methodCode(), "The response has the request's method");
        MessageClass kind = reply.message().messageClass();
        bench.expect(
                kind == MessageClass.SUCCESS_RESPONSE || kind == MessageClass.ERROR_RESPONSE,
                "The response is a success or an error response");
    }

    private static final Case ERROR_CODE = Case.rfc8489(15, "14.8")
            .must(
                    "sends an ERROR-CODE with class 3 to 6, number 0 to 99, and a reason in UTF-8 of fewer than 128 characters")
            .quote(
                    "The reason phrase MUST be a UTF-8-encoded [RFC3629] sequence of fewer than 128 characters ... The value MUST be between"
                            + " 3 and 6. ... its value MUST be between 0 and 99.")
            .run(bench -> {
                ByteBuffer value = errorValue(bench);
                int hundreds = value.getInt(0) >>> 8 & 7;
                int number = value.getInt(0) & 0xFF;
                bench.expectEqual(4, hundreds, "The class of 420 is 4");
                bench.expectEqual(20, number, "The number of 420 is 20");
                bench.expect(
                        isShortUtf8(value.position(4).slice()), "The reason is UTF-8 of fewer than 128 characters");
            });

    private static final Case ERROR_CODE_RESERVED = Case.rfc8489(15, "14.8")
            .part('b')
            .should("leaves the reserved bits of ERROR-CODE 0")
            .quote("The Reserved bits SHOULD be 0 and are for alignment on 32-bit boundaries.")
            .run(bench -> bench.expectEqual(0, errorValue(bench).getInt(0) >>> 11, "The 21 reserved bits are 0"));

    private static ByteBuffer errorValue(Bench bench) {
        Reply reply = bench.client().plain(Method.BINDING, e -> e.u32(UNKNOWN_A, 1));
        ByteBuffer value = ByteBuffer.wrap(reply.value(AttributeType.ERROR_CODE));
        bench.expect(value.remaining() >= 4, "ERROR-CODE has four bytes or more");
        return value;
    }

    private static boolean isShortUtf8(ByteBuffer reason) {
        try {
            return StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(reason)
                            .codePoints()
                            .count()
                    < 128;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }

    private static final Case TOO_LONG = Case.rfc8489(25, "14.3")
            .must("takes no harm from texts that are longer than allowed, and accepts no such user")
            .quote("It MUST contain a UTF-8-encoded [RFC3629] sequence of fewer than 509 bytes")
            .note(
                    "Sections 14.9, 14.10 and 14.14 bound REALM, NONCE and SOFTWARE to 763 bytes. The RFC does not say what to answer, so"
                            + " an error and silence are both right, and so is success where the attribute plays no part.")
            .run(AttributeCases::tooLong);

    private static void tooLong(Bench bench) {
        Client client = bench.client();
        List<Integer> texts =
                List.of(AttributeType.USERNAME, AttributeType.REALM, AttributeType.NONCE, AttributeType.SOFTWARE);
        for (int type : texts) {
            client.send(Client.request(Method.BINDING, e -> e.bytes(type, new byte[764])));
        }
        Client other = bench.client();
        Reply reply = other.askOrNull(Client.request(
                Method.ALLOCATE,
                e -> e.u32(AttributeType.REQUESTED_TRANSPORT, Client.UDP)
                        .bytes(AttributeType.USERNAME, new byte[764])
                        .bytes(AttributeType.REALM, new byte[764])
                        .bytes(AttributeType.NONCE, new byte[764])
                        .bytes(AttributeType.MESSAGE_INTEGRITY, new byte[20])));
        bench.expect(
                reply == null || !reply.isSuccess(), "An Allocate of a user whose name is too long is not granted");
        bench.stillServes();
    }

    static final List<Case> ALL = List.of(
            PADDING_IN,
            PADDING_OUT,
            REPEATED,
            UNKNOWN_REQUIRED,
            UNKNOWN_AFTER_AUTHENTICATION,
            UNKNOWN_OPTIONALS,
            UNKNOWN_IN_INDICATION,
            TRANSACTION,
            ERROR_CODE,
            ERROR_CODE_RESERVED,
            TOO_LONG);

    private AttributeCases() {}
}
