package dev.postern.conformance.cases;

import static dev.postern.stun.TransportProtocol.TCP;
import static dev.postern.stun.TransportProtocol.TLS;
import static dev.postern.stun.TransportProtocol.UDP;

import dev.postern.conformance.Arrival;
import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.stun.AttributeType;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunMessage;
import java.nio.ByteBuffer;
import java.util.List;

/** What is no STUN message, or none that a server takes: dropped without a word (RFC 8489 sections 5, 6.3 and 14). */
final class FramingCases {

    private static final String ID = "B7E7A701BC34D686FA87DFAE";
    private static final String DISCARDED = "If any errors are detected, the message is silently discarded.";

    private static final Case FIRST_BITS = Case.rfc8489(1, "6.3")
            .must("does not answer a message whose first two bits are not 0")
            .quote(
                    "It checks that the first two bits are 0, ... If any errors are detected, the message is silently discarded.")
            .over(UDP)
            .run(bench -> {
                Client client = bench.client();
                for (String type : List.of("8001", "C001")) { // 0x4001 would be ChannelData
                    client.send(Client.hex(type + "0000 2112A442" + ID));
                }
                client.silence("A message whose first two bits are not 0 gets no answer");
                bench.stillServes();
            });

    private static final Case COOKIE = Case.rfc8489(2, "6.3")
            .must("does not take a message without the magic cookie for STUN of RFC 8489")
            .quote("It checks that the first two bits are 0, that the Magic Cookie field has the correct value, ... "
                    + DISCARDED)
            .note(
                    "A server may answer such a request as RFC 3489 had it (section 11): with MAPPED-ADDRESS, the same transaction id,"
                            + " and no XOR-MAPPED-ADDRESS.")
            .over(UDP)
            .run(FramingCases::wrongCookie);

    private static void wrongCookie(Bench bench) {
        Client client = bench.client();
        client.send(Client.hex("0001 0000 2112A443" + ID));
        Arrival arrival = client.nextSoon();
        if (arrival != null) {
            ByteBuffer bytes = arrival.bytes();
            boolean classic = bytes.remaining() >= 20 && bytes.getInt(bytes.position() + 4) == 0x2112A443;
            bench.expect(classic, "A request without the magic cookie is not answered as one of RFC 8489");
        }
        bench.stillServes();
    }

    private static final Case ODD_LENGTH = Case.rfc8489(3, "5")
            .must("drops a message whose length is not a multiple of 4")
            .quote(
                    "Since all STUN attributes are padded to a multiple of 4 bytes, the last 2 bits of this field are always zero.")
            .over(UDP)
            .run(bench -> {
                Client client = bench.client();
                client.send(Client.hex("0001 0002 2112A442" + ID + "0000"));
                client.send(Client.hex("0001 0005 2112A442" + ID + "8022 0001 41"));
                client.silence("A message whose length is not a multiple of 4 gets no answer");
                bench.stillServes();
            });

    private static final Case DATAGRAM_LENGTH = Case.rfc8489(4, "5")
            .must("drops a datagram whose size is not the message's length and its header")
            .quote(
                    "The message length MUST contain the size of the message in bytes, not including the 20-byte STUN header.")
            .over(UDP)
            .run(bench -> {
                Client client = bench.client();
                client.send(Client.hex("0001 0004 2112A442" + ID));
                client.send(Client.hex("0001 0000 2112A442" + ID + "80220000"));
                client.silence("A datagram that is shorter or longer than its message gets no answer");
                bench.stillServes();
            });

    private static final Case STREAM_LENGTH = Case.rfc8489(4, "5")
            .part('b')
            .must("waits on a stream for the rest of a message, and finds the next one behind it")
            .quote(
                    "The message length MUST contain the size of the message in bytes, not including the 20-byte STUN header.")
            .over(TCP, TLS)
            .run(FramingCases::piecemeal);

    private static void piecemeal(Bench bench) {
        Client client = bench.client();
        ByteBuffer first = Client.request(Method.BINDING, e -> e.text(AttributeType.SOFTWARE, "in three pieces"));
        ByteBuffer second = Client.request(Method.BINDING, e -> {});
        client.send(first.slice(0, 7));
        client.send(first.slice(7, 20));
        client.silence("Part of a message gets no answer");
        ByteBuffer rest = ByteBuffer.allocate(first.limit() - 27 + second.limit());
        rest.put(first.slice(27, first.limit() - 27)).put(second.duplicate()).flip();
        client.send(rest);
        client.reply("A request is answered when all of it has come").success("A Binding request is answered");
        client.reply("So is the one that came right behind it").success("A Binding request is answered");
    }

    private static final Case SHORT = Case.rfc8489(5, "5")
            .must("drops what is shorter than a STUN header")
            .quote("All STUN messages comprise a 20-byte header followed by zero or more attributes.")
            .over(UDP)
            .run(bench -> {
                Client client = bench.client();
                ByteBuffer whole = Client.hex("0001 0000 2112A442" + ID);
                for (int size : new int[] {0, 1, 3, 4, 8, 19}) {
                    client.send(whole.slice(0, size));
                }
                client.silence("A datagram of fewer than 20 bytes gets no answer");
                bench.stillServes();
            });

    private static final Case OVERRUN = Case.rfc8489(6, "14")
            .must("takes no harm from an attribute that reaches past the message's end")
            .quote(
                    "The value in the Length field MUST contain the length of the Value part of the attribute, prior to padding,"
                            + " measured in bytes.")
            .note(
                    "The RFC binds the sender and does not say what a receiver does. So any answer is let pass that is a STUN message and"
                            + " has nothing behind it; such a request has no effect that anyone could see, and the next one is answered."
                            + " Ours drops it.")
            .run(FramingCases::overrun);

    private static void overrun(Bench bench) {
        Client client = bench.client();
        client.send(Client.hex("0001 0008 2112A442" + ID + "8022 0005 41414141"));
        client.send(Client.hex("0001 0004 2112A442" + ID + "8022 FFFF"));
        for (Arrival each = client.nextSoon(); each != null; each = client.nextSoon()) {
            boolean whole = new StunMessage().decode(each.bytes()) == DecodeResult.OK;
            bench.expect(whole, "What is answered, if anything, is a whole STUN message");
        }
        bench.stillServes();
    }

    private static final Case METHOD = Case.rfc8489(9, "6.3")
            .must("drops a request of a method that it does not know, or refuses it")
            .quote("It checks that ... the method value is a supported method. ... " + DISCARDED)
            .note("The RFC has it dropped; an error response is let pass, as the client learns the same from it.")
            .run(FramingCases::unknownMethods);

    private static void unknownMethods(Bench bench) {
        Client client = bench.client();
        for (int method : new int[] {0x002, 0x005, 0x080, 0xFFF}) {
            client.send(Client.message(MessageClass.REQUEST, method, Client.newId(), e -> {}));
        }
        for (Arrival each = client.nextSoon(); each != null; each = client.nextSoon()) {
            int type = each.bytes().getShort(each.bytes().position());
            bench.expect((type & 0x0110) == 0x0110, "A request of an unknown method gets no success response");
        }
        bench.stillServes();
    }

    private static final Case CLASS = Case.rfc8489(10, "6.3")
            .must("does not answer a Binding indication, a response, or a Send request with success")
            .quote("It checks that the message class is allowed for the particular method. ... " + DISCARDED)
            .run(bench -> {
                Client client = bench.client();
                client.send(Client.message(MessageClass.INDICATION, Method.BINDING, e -> {}));
                client.send(Client.message(MessageClass.SUCCESS_RESPONSE, Method.BINDING, e -> {}));
                client.send(Client.message(MessageClass.ERROR_RESPONSE, Method.BINDING, e -> {}));
                client.silence("Binding indications and responses get no answer");
                client.send(Client.request(Method.SEND, e -> {}));
                Arrival arrival = client.nextSoon();
                if (arrival != null) {
                    int type = arrival.bytes().getShort(arrival.bytes().position());
                    bench.expect((type & 0x0110) == 0x0110, "A Send request gets no success response");
                }
                bench.stillServes();
            });

    static final List<Case> ALL =
            List.of(FIRST_BITS, COOKIE, ODD_LENGTH, DATAGRAM_LENGTH, STREAM_LENGTH, SHORT, OVERRUN, METHOD, CLASS);

    private FramingCases() {}
}
