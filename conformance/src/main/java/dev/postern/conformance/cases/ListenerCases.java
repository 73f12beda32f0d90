package dev.postern.conformance.cases;

import static dev.postern.stun.TransportProtocol.TLS;
import static dev.postern.stun.TransportProtocol.UDP;

import dev.postern.conformance.Arrival;
import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.Need;
import dev.postern.conformance.Peer;
import dev.postern.conformance.Reply;
import dev.postern.conformance.Rfc;
import dev.postern.stun.ChannelData;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/** Versions of TLS, ALPN and protocols that share a port (RFC 8489 section 6.2.3, RFC 7443, RFC 7983). */
final class ListenerCases {

    private static final int NO_APPLICATION_PROTOCOL = 120;
    private static final int FORBIDDEN = 403;

    private static final Case VERSIONS = Case.rfc8489(24, "6.2.3")
            .must("speaks TLS 1.2 or newer, and nothing older")
            .quote(
                    "These recommendations are just a part of the recommendations in [BCP195] that implementations and deployments"
                            + " of a STUN Usage using TLS or DTLS MUST follow.")
            .note(
                    "BCP 195 (RFC 9325 section 3.1.1): implementations MUST NOT negotiate TLS 1.0 and 1.1, and MUST support 1.2.")
            .over(TLS)
            .needs(Need.TLS, Need.SOCKETS)
            .run(bench -> {
                for (String version : List.of(ClientHello.TLS_1_0, ClientHello.TLS_1_1)) {
                    ClientHello.Answer answer = new ClientHello(version).sayTo(bench.bareTls());
                    bench.expect(!answer.hello(), "A client that knows TLS 1.0 or 1.1 at most is refused");
                }
                ClientHello.Answer answer = new ClientHello(ClientHello.TLS_1_2).sayTo(bench.bareTls());
                bench.expect(answer.hello(), "A client that knows TLS 1.2 is answered with a ServerHello");
                bench.stillServes();
            });

    private static final Case ALPN = Case.of(122, Rfc.RFC_7443, "1")
            .should("selects stun.turn or stun.nat-discovery where a client asks for it by ALPN")
            .quote(
                    "'stun.turn': Label to identify the specific use of STUN over (D)TLS for TURN (Section 4.6 of [RFC7350]). 'stun.nat-discovery':"
                            + " Label to identify the specific use of STUN over (D)TLS for NAT discovery (Section 4.1 of [RFC7350]).")
            .note("A server without ALPN leaves the extension out, which is allowed.")
            .over(TLS)
            .needs(Need.TLS, Need.SOCKETS)
            .run(ListenerCases::alpn);

    private static void alpn(Bench bench) {
        for (String protocol : List.of("stun.turn", "stun.nat-discovery")) {
            ClientHello.Answer answer = new ClientHello(ClientHello.TLS_1_2, protocol).sayTo(bench.bareTls());
            if (answer.hello() && answer.protocol().isEmpty()) {
                throw bench.notOffered("The server does not answer ALPN.");
            }
            boolean other = answer.alert() == NO_APPLICATION_PROTOCOL; // a server of the other usage alone
            bench.expect(
                    other || answer.protocol().equals(protocol),
                    "A client that asks for " + protocol + " gets it, or is told that there is no such protocol");
        }
        ClientHello.Answer answer = new ClientHello(ClientHello.TLS_1_2).sayTo(bench.bareTls());
        bench.expect(answer.hello(), "A client that asks for no protocol is let in");
    }

    private static final Case OTHER_ALPN = Case.of(122, Rfc.RFC_7443, "1")
            .part('b')
            .must("refuses a client that asks for other protocols only")
            .quote(
                    "In the event that the server supports no protocols that the client advertises, then the server SHALL respond"
                            + " with a fatal \"no_application_protocol\" alert.")
            .note(
                    "The quotation is of RFC 7301 section 3.2. A server that shares its port with another may pass the client on to that.")
            .over(TLS)
            .needs(Need.TLS, Need.SOCKETS)
            .run(bench -> {
                ClientHello.Answer answer =
                        new ClientHello(ClientHello.TLS_1_2, "no.such-protocol").sayTo(bench.bareTls());
                if (answer.hello() && answer.protocol().isEmpty()) {
                    throw bench.notOffered("The server does not answer ALPN.");
                }
                bench.expectEqual(
                        NO_APPLICATION_PROTOCOL,
                        answer.alert(),
                        "A client that asks for a protocol that is not there gets the alert no_application_protocol");
            });

    private static final Case FIRST_BYTE = Case.of(124, Rfc.RFC_7983, "7")
            .must(
                    "drops datagrams whose first byte is that of no protocol which it serves, and goes on with those that it does")
            .quote(
                    "If the value does not match any known range, then the packet MUST be dropped and an alert MAY be logged.")
            .note(
                    "Of 20 to 63 a ClientHello is sent: a server need not have DTLS at this port, but what answers must be DTLS. 64 to 79 is"
                            + " ChannelData, where there are a user and a peer.")
            .over(UDP)
            .run(bench -> {
                noProtocol(bench);
                dtls(bench);
                channels(bench);
                bench.stillServes();
            });

    /** 4 to 19 and 80 to 255. */
    private static void noProtocol(Bench bench) {
        Client client = bench.client();
        for (int first = 4; first < 256; first++) {
            boolean dtls = first >= 20 && first < 64;
            boolean channel = first >= 64 && first < 80;
            if (!dtls && !channel) {
                ByteBuffer datagram = Client.hex("0001 0000 2112A442 B7E7A701BC34D686FA87DFAE");
                client.send(datagram.put(datagram.position(), (byte) first));
            }
        }
        client.silence("A datagram whose first byte is that of no protocol gets no answer");
    }

    /** 20 to 63, with STUN from the same port before and after. */
    private static void dtls(Bench bench) {
        Client client = bench.client();
        client.binding().success("A Binding request is answered");
        ByteBuffer hello = DtlsHello.datagram();
        client.send(hello);
        if (client.somethingComes()) {
            Arrival answer = Objects.requireNonNull(client.next());
            bench.expect(
                    DtlsHello.isAnswer(answer.bytes()),
                    "A ClientHello of DTLS is answered with a HelloVerifyRequest or a ServerHello, or not at all");
            bench.expectEqual(
                    client.wire().server(), answer.from(), "The answer comes from where the ClientHello went");
        } else {
            bench.remark("The server does not answer DTLS here: the range 20 to 63 is skipped");
        }
        client.binding().success("A Binding request from the port that the ClientHello came from is answered");
    }

    /** 64 to 79: the first and the last channel number that there are. */
    private static void channels(Bench bench) {
        if (!bench.has(Need.CREDENTIALS) || !bench.has(Need.PEER)) {
            bench.remark("There is no user or no peer: the range 64 to 79 is skipped");
            return;
        }
        Client client = bench.client();
        TransportAddress relayed = client.allocated();
        for (int number : new int[] {ChannelData.MIN_NUMBER, ChannelData.MAX_NUMBER}) {
            Peer peer = bench.peer();
            Reply bound = client.bind(number, peer.address());
            if (bound.code() == FORBIDDEN) {
                bench.remark("The server's policy forbids the peer: the range 64 to 79 is skipped");
                return;
            }
            bound.success("A ChannelBind request is granted");
            byte[] data = {(byte) number, 1, 2};
            client.channelData(number, data);
            peer.receives(data, relayed, "ChannelData reach the peer");
        }
    }

    static final List<Case> ALL = List.of(VERSIONS, ALPN, OTHER_ALPN, FIRST_BYTE);

    private ListenerCases() {}
}
