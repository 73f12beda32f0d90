package dev.postern.conformance.cases;

import static dev.postern.stun.TransportProtocol.TCP;
import static dev.postern.stun.TransportProtocol.TLS;
import static dev.postern.stun.TransportProtocol.UDP;

import dev.postern.conformance.Arrival;
import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.Need;
import dev.postern.conformance.Reply;
import dev.postern.conformance.Setup;
import dev.postern.stun.AttributeType;
import dev.postern.stun.Fingerprint;
import dev.postern.stun.Method;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Binding, retransmission, SOFTWARE, FINGERPRINT, and streams of requests (RFC 8489 sections 6, 7, 12 and 14). */
final class BindingCases {

    private static final Case RETURN_PATH = Case.rfc8489(16, "6.3.1.2")
            .must("answers from the address and port that the request came to")
            .quote(
                    "the source IP address and port of the response are equal to the destination IP address and port of the received"
                            + " request message.")
            .over(UDP)
            .run(bench -> {
                Client client = bench.client();
                bench.expectEqual(
                        client.wire().server(),
                        client.binding().from(),
                        "The response comes from where the request went");
            });

    private static final String RETRANSMITTED =
            "The server MUST respond to retransmissions such that the following property is preserved: if the client receives the"
                    + " response to the retransmission and not the response that was sent to the original request, the overall"
                    + " state on the client and server is identical to the case where only the response to the original"
                    + " retransmission is received";

    private static final Case RETRANSMISSION = Case.rfc8489(17, "6.3.1")
            .must("answers a request that is sent again as it did before, without a second effect")
            .quote(RETRANSMITTED)
            .needs(Need.CREDENTIALS)
            .over(UDP)
            .run(bench -> retransmission(bench, Duration.ZERO));

    private static final Case LATE_RETRANSMISSION = Case.rfc8489(17, "6.3.1")
            .part('b')
            .must("does so after 31 s, when the seventh and last copy of a request is sent")
            .quote(RETRANSMITTED)
            .note("By the default timers of section 6.2.1 the last copy leaves 31.5 s after the first.")
            .needs(Need.CREDENTIALS)
            .over(UDP)
            .slow()
            .run(bench -> retransmission(bench, Duration.ofMillis(31_500)));

    private static void retransmission(Bench bench, Duration later) {
        Client client = bench.client();
        ByteBuffer request = client.signed(Method.ALLOCATE, e -> e.u32(AttributeType.REQUESTED_TRANSPORT, Client.UDP));
        Reply first = client.ask(request).success("An Allocate request is granted");
        if (!later.isZero()) {
            bench.pass(later);
        }
        Reply second = client.ask(request).success("The same request sent again is answered with success too");
        bench.expectEqual(first.relayed(), second.relayed(), "Both answers name the same relayed address");
        client.allocate(e -> {}).error(437, "There is one allocation, so another Allocate is refused with 437");
    }

    private static final Case SOFTWARE = Case.rfc8489(18, "6.3.1.1")
            .should("adds SOFTWARE to responses")
            .quote("In addition, the server SHOULD add a SOFTWARE attribute to the message.")
            .run(bench -> bench.expect(
                    bench.client().binding().has(AttributeType.SOFTWARE), "A Binding response carries SOFTWARE"));

    private static final Case NO_SOFTWARE = Case.rfc8489(18, "16.1.2")
            .part('b')
            .should("can be told to leave SOFTWARE out")
            .quote("Implementers SHOULD make usage of the SOFTWARE attribute a configurable option.")
            .on(Setup.SILENT_ABOUT_SOFTWARE)
            .run(bench -> {
                Client client = bench.client();
                client.binding().hasNot(AttributeType.SOFTWARE);
                client.challenge().hasNot(AttributeType.SOFTWARE);
            });

    private static final Case MAPPED = Case.rfc8489(19, "6.3.1.1")
            .must("tells the client's address in XOR-MAPPED-ADDRESS")
            .quote(
                    "the server adds an XOR-MAPPED-ADDRESS attribute to the response; this attribute contains the source transport"
                            + " address of the request message.")
            .run(bench -> mapped(bench, bench.client()));

    private static final Case MAPPED_IPV6 = Case.rfc8489(19, "14.2")
            .part('b')
            .must("tells an IPv6 address XORed with the magic cookie and the transaction id")
            .quote(
                    "If the IP address family is IPv6, X-Address is computed by XOR'ing the mapped IP address with the concatenation of"
                            + " the magic cookie and the 96-bit transaction ID.")
            .needs(Need.IPV6)
            .run(bench -> mapped(bench, bench.ipv6Client()));

    private static void mapped(Bench bench, Client client) {
        Reply reply = client.binding().success("A Binding request is answered with success");
        TransportAddress mapped = reply.xorAddress(AttributeType.XOR_MAPPED_ADDRESS);
        if (!client.wire().seenAsIs()) {
            bench.remark("A NAT may be between, so that only the second answer can be compared with the first");
            Reply again = client.binding();
            bench.expectEqual(
                    mapped, again.xorAddress(AttributeType.XOR_MAPPED_ADDRESS), "Both answers name one address");
            return;
        }
        bench.expectEqual(client.wire().local(), mapped, "XOR-MAPPED-ADDRESS is where the request came from");
        byte[] expected = xored(client.wire().local(), reply.transactionId());
        bench.expect(
                Arrays.equals(expected, reply.value(AttributeType.XOR_MAPPED_ADDRESS)),
                "Its bytes are the address XORed with the magic cookie, and for IPv6 with the transaction id");
    }

    /** The value of XOR-MAPPED-ADDRESS, worked out from RFC 8489 section 14.2 alone. */
    private static byte[] xored(TransportAddress address, TransactionId id) {
        ByteBuffer mask = ByteBuffer.allocate(16).putInt(StunMessage.MAGIC_COOKIE);
        id.put(mask);
        byte[] ip = address.ip().toInetAddress().getAddress();
        ByteBuffer value = ByteBuffer.allocate(4 + ip.length);
        value.put((byte) 0).put((byte) (ip.length == 4 ? 1 : 2));
        value.putShort((short) (address.port() ^ StunMessage.MAGIC_COOKIE >>> 16));
        for (int i = 0; i < ip.length; i++) {
            value.put((byte) (ip[i] ^ mask.get(i)));
        }
        return value.array();
    }

    private static final Case BAD_FINGERPRINT = Case.rfc8489(20, "6.3")
            .must("drops a message with a wrong FINGERPRINT, or one that is not last")
            .quote(
                    "If the FINGERPRINT extension is being used, the agent checks that the FINGERPRINT attribute is present and contains"
                            + " the correct value. If any errors are detected, the message is silently discarded.")
            .note(
                    "A server need not use the extension (section 12): one that answers, but never with FINGERPRINT, does not offer it.")
            .over(UDP)
            .run(BindingCases::badFingerprint);

    private static void badFingerprint(Bench bench) {
        Client client = bench.client();
        ByteBuffer wrong = Client.request(Method.BINDING, e -> e.fingerprint());
        wrong.put(wrong.limit() - 1, (byte) (wrong.get(wrong.limit() - 1) ^ 1));
        client.send(wrong);
        client.send(Client.request(Method.BINDING, e -> e.fingerprint().text(AttributeType.SOFTWARE, "behind")));
        Arrival arrival = client.nextSoon();
        if (arrival != null) {
            fingerprintOf(bench, client);
            throw bench.fail(
                    "A message with a wrong FINGERPRINT, or one that is not last, is dropped. It was answered.");
        }
        bench.stillServes();
    }

    private static final Case FINGERPRINT = Case.rfc8489(20, "14.7")
            .part('b')
            .must("puts a FINGERPRINT last, with the CRC-32 XORed with 0x5354554e")
            .quote("When present, the FINGERPRINT attribute MUST be the last attribute in the message")
            .run(bench -> bench.expect(
                    Fingerprint.matches(fingerprintOf(bench, bench.client()).message()),
                    "FINGERPRINT is the last attribute and has the right value"));

    /** A reply with FINGERPRINT to a request with one; ends the case as not offered if there is none. */
    private static Reply fingerprintOf(Bench bench, Client client) {
        Reply reply = client.ask(Client.request(Method.BINDING, e -> e.fingerprint()));
        if (!reply.types().contains(AttributeType.FINGERPRINT)) {
            throw bench.notOffered(
                    "The server answers a request with FINGERPRINT without one: it does not use the extension.");
        }
        return reply;
    }

    private static final Case BINDING = Case.rfc8489(21, "12")
            .must("answers Binding requests, over UDP and TCP")
            .quote("The STUN server MUST support the Binding method. ... It MUST support UDP and TCP.")
            .run(bench -> {
                Reply reply = bench.client().binding().success("A Binding request is answered with success");
                reply.xorAddress(AttributeType.XOR_MAPPED_ADDRESS);
            });

    private static final Case NO_REDIRECT = Case.rfc8489(22, "12")
            .should("does not answer a Binding request with ALTERNATE-SERVER")
            .quote("It SHOULD NOT utilize the ALTERNATE-SERVER mechanism for the same reason.")
            .run(bench -> bench.client()
                    .binding()
                    .success("A Binding request is not redirected")
                    .hasNot(AttributeType.ALTERNATE_SERVER));

    private static final Case PIPELINE = Case.rfc8489(23, "6.2.2")
            .must("answers several requests that follow each other on one connection without waiting")
            .quote(
                    "The client MAY send multiple transactions over a single TCP (or TLS-over-TCP) connection, and it MAY send another"
                            + " request before receiving a response to the previous request.")
            .over(TCP, TLS)
            .run(BindingCases::pipeline);

    private static void pipeline(Bench bench) {
        Client client = bench.client();
        Set<TransactionId> open = new HashSet<>();
        ByteBuffer all = ByteBuffer.allocate(1000);
        for (int i = 0; i < 8; i++) {
            int type = i % 2 == 0 ? 0xC0FE : 0x7F01; // one that may be ignored, one that makes a 420
            ByteBuffer request = Client.request(Method.BINDING, e -> e.u32(type, 7));
            open.add(TransactionId.of(request, 8));
            all.put(request);
        }
        client.send(all.flip());
        while (!open.isEmpty()) {
            Reply reply = client.reply("All of eight requests in one segment are answered");
            bench.expect(open.remove(reply.transactionId()), "Each is answered once");
        }
    }

    private static final Case STAYS_OPEN = Case.rfc8489(23, "6.2.2")
            .part('b')
            .should("keeps a connection open after it has answered")
            .quote(
                    "At the server end, the server SHOULD keep the connection open and let the client close it, unless the server has"
                            + " determined that the connection has timed out")
            .over(TCP, TLS)
            .run(bench -> {
                Client client = bench.client();
                client.binding();
                bench.pass(Duration.ofSeconds(2));
                client.binding().success("Two seconds later the next request on the connection is answered");
            });

    private static final Case CLOSE = Case.rfc8489(23, "6.2.2")
            .part('c')
            .should("gives up what it holds for a connection when the client closes it")
            .quote(
                    "The client SHOULD keep the connection open until it: ... has no plans to use any resources (such as a mapped address"
                            + " ... or relayed address [RFC5766]) that were learned though STUN requests sent over that connection")
            .note("That a closed connection ends its allocation is the other side of what the RFC asks of the client.")
            .on(Setup.ONE_ALLOCATION_PER_USER)
            .needs(Need.CREDENTIALS)
            .over(TCP, TLS)
            .run(bench -> {
                Client first = bench.client();
                first.allocated();
                bench.client()
                        .allocate(e -> {})
                        .error(486, "While the connection is open, the user's one allocation is in use");
                first.close();
                bench.client().allocate(e -> {}).success("After it is closed, the user may have another");
            });

    static final List<Case> ALL = List.of(
            RETURN_PATH,
            RETRANSMISSION,
            LATE_RETRANSMISSION,
            SOFTWARE,
            NO_SOFTWARE,
            MAPPED,
            MAPPED_IPV6,
            BAD_FINGERPRINT,
            FINGERPRINT,
            BINDING,
            NO_REDIRECT,
            PIPELINE,
            STAYS_OPEN,
            CLOSE);

    private BindingCases() {}
}
