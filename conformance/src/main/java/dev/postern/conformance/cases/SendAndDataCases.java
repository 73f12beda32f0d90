package dev.postern.conformance.cases;

import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.Need;
import dev.postern.conformance.Peer;
import dev.postern.conformance.Reply;
import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Send and Data (RFC 8656 section 11). */
final class SendAndDataCases {

    private static final byte[] NOTHING = {};

    private static final Case INCOMPLETE = Case.rfc8656(78, "11.2")
            .must("drops a Send indication without XOR-PEER-ADDRESS or DATA")
            .quote(
                    "The Send indication MUST contain both an XOR-PEER-ADDRESS attribute and a DATA attribute. If one of these attributes is"
                            + " missing or invalid, then the message is discarded.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(Opening.permitted((bench, client, peer, relayed) -> {
                client.send(send(e -> e.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer.address())));
                client.send(send(e -> e.text(AttributeType.DATA, "for nobody")));
                client.send(send(e -> e.u32(AttributeType.XOR_PEER_ADDRESS, 1).text(AttributeType.DATA, "for nobody")));
                peer.silence("Nothing is sent for a Send indication that lacks something");
                client.silence("And nothing is answered");
            }));

    private static final Case EMPTY = Case.rfc8656(78, "11.2")
            .part('b')
            .must("sends an empty datagram for a DATA of no bytes")
            .quote(
                    "Note that the DATA attribute is allowed to contain zero bytes of data. ... the data following the UDP header is the contents"
                            + " of the value field of the DATA attribute.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(Opening.permitted((bench, client, peer, relayed) -> {
                client.indicate(peer.address(), NOTHING);
                peer.receives(NOTHING, relayed, "The peer gets a datagram without a payload");
            }));

    private static final Case SEND = Case.rfc8656(79, "11.2")
            .must("sends the data of a Send indication to a permitted peer, from the relayed address, byte for byte")
            .quote(
                    "the source transport address is the relayed transport address of the allocation, ... the data following the UDP"
                            + " header is the contents of the value field of the DATA attribute.")
            .needs(Need.CREDENTIALS, Need.PEER, Need.SECOND_PEER_ADDRESS)
            .run(SendAndDataCases::sendsToThePermitted);

    private static void sendsToThePermitted(Bench bench) {
        Client client = bench.client();
        Peer peer = bench.peer();
        Peer stranger = bench.peerElsewhere();
        TransportAddress relayed = client.allocated();
        client.permitted(peer);
        byte[] payload = "to the peer\0\u00ff".getBytes(StandardCharsets.ISO_8859_1);
        client.indicate(stranger.address(), payload);
        client.indicate(peer.address(), payload);
        peer.receives(payload, relayed, "A permitted peer gets the data of a Send indication");
        stranger.silence("A peer without permission gets nothing");
    }

    private static final Case DONT_FRAGMENT = Case.rfc8656(80, "11.2")
            .must(
                    "relays a Send indication with DONT-FRAGMENT if it took the attribute in Allocate, and drops it if not")
            .quote(
                    "If the server is unable to set the DF bit on outgoing UDP datagrams when this attribute is present, then the server acts as"
                            + " if the DONT-FRAGMENT attribute is an unknown comprehension-required attribute (and thus the Send indication is"
                            + " discarded).")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(bench -> {
                boolean supported = bench.client()
                        .allocate(e -> e.flag(AttributeType.DONT_FRAGMENT))
                        .isSuccess();
                Client client = bench.client();
                Peer peer = bench.peer();
                TransportAddress relayed = client.allocated();
                client.permitted(peer);
                client.send(send(e -> e.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer.address())
                        .flag(AttributeType.DONT_FRAGMENT)
                        .text(AttributeType.DATA, "whole")));
                if (supported) {
                    peer.receives("whole".getBytes(StandardCharsets.US_ASCII), relayed, "The peer gets the data");
                } else {
                    peer.silence("A server that refuses DONT-FRAGMENT in Allocate drops the indication");
                }
            });

    private static final Case DATA = Case.rfc8656(81, "11.3")
            .must("passes a permitted peer's datagram on in a Data indication, the empty one too")
            .quote(
                    "If relaying is permitted but no channel is bound to the peer, then the server forms and sends a Data indication. The Data"
                            + " indication MUST contain both an XOR-PEER-ADDRESS and a DATA attribute.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(Opening.permitted((bench, client, peer, relayed) -> {
                byte[] payload = new byte[1200];
                payload[0] = 1;
                peer.send(relayed, payload);
                client.receivesData(peer.address(), payload, "The client gets the peer's data in a Data indication");
                peer.send(relayed, NOTHING);
                client.receivesData(peer.address(), NOTHING, "A datagram without a payload comes as DATA of no bytes");
            }));

    private static final Case ICMP = Case.rfc8656(83, "11.5")
            .must("tells an ICMP error about a relayed datagram in a Data indication, if it hears of it")
            .quote(
                    "If relaying is permitted, then the server forms and sends a Data indication. The Data indication MUST contain both an"
                            + " XOR-PEER-ADDRESS and an ICMP attribute.")
            .note(
                    "A server in user space may not be told: one that sends nothing does not offer it. One that is not told the peer's port"
                            + " sets it to 0.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(Opening.permitted((bench, client, peer, relayed) -> icmp(bench, client, peer)));

    private static void icmp(Bench bench, Client client, Peer peer) {
        peer.close();
        client.indicate(peer.address(), new byte[] {1});
        if (!client.somethingComes()) {
            throw bench.notOffered("Nothing tells the client that the peer's port is closed.");
        }
        Reply data = client.data("The error comes in a Data indication");
        TransportAddress told = data.xorAddress(AttributeType.XOR_PEER_ADDRESS);
        int port = told.port() == 0 ? 0 : peer.address().port();
        bench.expectEqual(
                TransportAddress.of(peer.address().ip(), port),
                told,
                "XOR-PEER-ADDRESS is the peer that was sent to, or its address and port 0");
        int typeAndCode = (int) (data.u64(AttributeType.ICMP) >>> 32);
        bench.expectEqual(3, typeAndCode >>> 9 & 0x7F, "The ICMP type is 3, Destination Unreachable");
        bench.expectEqual(3, typeAndCode & 0x1FF, "The ICMP code is 3, Port Unreachable");
        bench.expectEqual(0, (int) data.u64(AttributeType.ICMP), "The error data is 0");
        data.hasNot(AttributeType.DATA);
    }

    private static final Case NO_ANSWER = Case.rfc8656(84, "11")
            .must("never answers an indication, even a malformed one")
            .quote("No response is generated for an indication.")
            .note("The quotation is of RFC 8489 section 6.3.2, which RFC 8656 builds on.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(bench -> {
                Client without = bench.client();
                Client with = bench.client();
                with.allocated();
                for (Client client : List.of(without, with)) {
                    client.send(send(e -> {}));
                    client.send(send(e -> e.u32(0x7F01, 1)));
                    client.send(
                            send(e -> e.u8(AttributeType.XOR_PEER_ADDRESS, 1).u8(AttributeType.DATA, 1)));
                    client.send(send(e -> e.bytes(AttributeType.MESSAGE_INTEGRITY, new byte[20])));
                    client.send(Client.message(
                            MessageClass.INDICATION, Method.DATA, e -> e.text(AttributeType.DATA, "back")));
                    client.send(Client.message(MessageClass.INDICATION, Method.ALLOCATE, e -> {}));
                }
                without.silence("Nothing is answered to an indication on a 5-tuple without an allocation");
                with.silence("Nor on one with an allocation");
            });

    private static ByteBuffer send(Consumer<StunEncoder> attributes) {
        return Client.message(MessageClass.INDICATION, Method.SEND, attributes);
    }

    static final List<Case> ALL = List.of(INCOMPLETE, EMPTY, SEND, DONT_FRAGMENT, DATA, ICMP, NO_ANSWER);

    private SendAndDataCases() {}
}
