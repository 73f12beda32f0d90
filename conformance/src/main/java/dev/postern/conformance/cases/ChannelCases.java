package dev.postern.conformance.cases;

import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.Need;
import dev.postern.conformance.Peer;
import dev.postern.conformance.Setup;
import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.List;

/** Binding channels (RFC 8656 sections 12 to 12.3). */
final class ChannelCases {

    private static final byte[] A = {'a', 1, 2, 3, 4};

    private static final String CHECKS =
            "The request contains both a CHANNEL-NUMBER and an XOR-PEER-ADDRESS attribute; The channel number is"
                    + " in the range 0x4000 through 0x4FFF (inclusive); The channel number is not currently bound to a different transport"
                    + " address (same transport address is OK); The transport address is not currently bound to a different channel number."
                    + " If any of these tests fail, the server replies with a 400 (Bad Request) error.";

    private static final Case RANGE = Case.rfc8656(85, "12.2")
            .must("binds the channel numbers 0x4000 and 0x4FFF, and refuses 0x3FFF and 0x8000 with 400")
            .quote(CHECKS)
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(bench -> {
                Client client = bench.client();
                Peer first = bench.peer();
                Peer last = bench.peer();
                client.allocated();
                for (int number : new int[] {0, 0x3FFF, 0x8000, 0xFFFF}) {
                    client.bind(number, first.address())
                            .error(400, String.format("A ChannelBind for 0x%04X is refused with 400", number));
                }
                client.bound(0x4000, first);
                client.bound(0x4FFF, last);
            });

    private static final Case OLD_RANGE = Case.rfc8656(85, "12.2")
            .part('b')
            .must("refuses the channel numbers 0x5000 to 0x7FFF, which RFC 5766 allowed, with 400")
            .quote(CHECKS)
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(Opening.allocated((bench, client, peer, relayed) -> {
                client.bind(0x5000, peer.address()).error(400, "A ChannelBind for 0x5000 is refused with 400");
                client.bind(0x7FFF, peer.address()).error(400, "A ChannelBind for 0x7FFF is refused with 400");
            }));

    private static final Case INCOMPLETE = Case.rfc8656(86, "12.2")
            .must("refuses a ChannelBind without CHANNEL-NUMBER or XOR-PEER-ADDRESS with 400")
            .quote(CHECKS)
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(Opening.allocated((bench, client, peer, relayed) -> {
                client.call(Method.CHANNEL_BIND, e -> e.u32(AttributeType.CHANNEL_NUMBER, 0x4000L << 16))
                        .error(400, "A ChannelBind without XOR-PEER-ADDRESS is refused with 400");
                client.call(Method.CHANNEL_BIND, e -> e.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer.address()))
                        .error(400, "A ChannelBind without CHANNEL-NUMBER is refused with 400");
            }));

    private static final Case BOUND = Case.rfc8656(87, "12.2")
            .must("refuses a number that is bound to another peer, and a peer that has another number, with 400")
            .quote(CHECKS)
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(bench -> {
                Client client = bench.client();
                Peer peer = bench.peer();
                Peer other = bench.peer();
                TransportAddress relayed = client.allocated();
                client.bound(0x4001, peer);
                client.bind(0x4001, other.address()).error(400, "The number for another port is refused with 400");
                client.bind(0x4002, peer.address()).error(400, "Another number for the peer is refused with 400");
                client.channelData(0x4001, A);
                peer.receives(A, relayed, "The first binding is as it was");
            });

    private static final Case AGAIN = Case.rfc8656(88, "12.2")
            .must("grants the same binding again, and permits the peer by it")
            .quote(
                    "The server also installs or refreshes a permission for the IP address in the XOR-PEER-ADDRESS attribute as described in"
                            + " Section 9.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(bench -> {
                Client client = bench.client();
                Peer peer = bench.peer();
                Peer neighbour = bench.peer();
                TransportAddress relayed = client.allocated();
                client.bound(0x4001, peer);
                client.bound(0x4001, peer);
                neighbour.send(relayed, A);
                client.receivesData(
                        neighbour.address(), A, "Another port of the peer's address is permitted by the binding");
            });

    private static final Case LIFETIMES = Case.rfc8656(88, "12")
            .part('b')
            .must("keeps a channel for 10 minutes, and the permission that came with it for 5")
            .quote("A channel binding lasts for 10 minutes unless refreshed.")
            .note("Looked at 20 s before and after each end.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .slow()
            .run(Opening.bound(0x4001, ChannelCases::lifetimes));

    private static void lifetimes(Bench bench, Client client, Peer peer, TransportAddress relayed) {
        bench.pass(Duration.ofSeconds(280));
        peer.send(relayed, A);
        client.receivesChannelData(0x4001, A, "After 280 s the peer's data come through the channel");
        bench.pass(Duration.ofSeconds(40));
        peer.send(relayed, A);
        client.silence("After 320 s the permission is over, and the peer's data are dropped");
        client.refresh(600).success("The allocation is refreshed");
        client.permitted(peer);
        bench.pass(Duration.ofSeconds(260));
        peer.send(relayed, A);
        client.receivesChannelData(0x4001, A, "After 580 s, with the permission renewed, the channel is still bound");
        bench.pass(Duration.ofSeconds(35));
        peer.send(relayed, A);
        client.receivesData(
                peer.address(), A, "After 615 s the channel is over, and the peer's data come in a Data indication");
    }

    private static final Case OTHER_FAMILY = Case.rfc8656(89, "12.2")
            .must("refuses a peer of a family that is not allocated with 443")
            .quote(
                    "If the XOR-PEER-ADDRESS attribute contains an address of an address family that is not the same as that of a relayed"
                            + " transport address for the allocation, the server MUST generate an error response with the 443 (Peer Address"
                            + " Family Mismatch) response code.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                client.allocated();
                client.bind(0x4000, TransportAddress.parse("[2001:4860:4860::8888]:53"))
                        .error(443, "A ChannelBind for an IPv6 peer of an IPv4 allocation is refused with 443");
            });

    private static final Case FORBIDDEN = Case.rfc8656(89, "12.2")
            .part('b')
            .must("refuses a peer that its policy forbids with 403")
            .quote(
                    "The server MAY impose restrictions on the IP address and port values allowed in the XOR-PEER-ADDRESS attribute; if a"
                            + " value is not allowed, the server rejects the request with a 403 (Forbidden) error.")
            .note(
                    "Which addresses a server forbids is its own; ours forbids loopback. So this is only looked at on ours.")
            .on(Setup.PLAIN)
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                client.allocated();
                client.bind(0x4000, TransportAddress.parse("127.0.0.1:80"))
                        .error(403, "A ChannelBind for a forbidden peer is refused with 403");
            });

    private static final Case TOO_MANY = Case.rfc8656(89, "12.2")
            .part('c')
            .must("refuses more channels than it has room for with 508")
            .quote(
                    "If the request is valid, but the server is unable to fulfill the request due to some capacity limit or similar, the server"
                            + " replies with a 508 (Insufficient Capacity) error.")
            .on(Setup.TWO_GRANTS_PER_ALLOCATION)
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                client.allocated();
                client.bind(0x4000, TransportAddress.parse("40.0.1.0:1000")).success("A first channel is granted");
                client.bind(0x4001, TransportAddress.parse("40.0.1.0:1001")).success("A second channel is granted");
                client.bind(0x4002, TransportAddress.parse("40.0.1.0:1002")).error(508, "A third is refused with 508");
                client.bind(0x4000, TransportAddress.parse("40.0.1.0:1000")).success("One that is there is renewed");
            });

    private static final Case REBOUND = Case.rfc8656(95, "12")
            .must("lets a number be bound to another peer only after its binding is over")
            .quote(
                    "When the channel binding expires, the channel becomes unbound. Once unbound, the channel number can be bound to a different"
                            + " transport address, and the transport address can be bound to a different channel number. To prevent race"
                            + " conditions, the client MUST wait 5 minutes after the channel binding expires")
            .note(
                    "The five minutes are the client's to wait, so the server is asked before the end and five minutes after it.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .slow()
            .run(bench -> {
                Client client = bench.client();
                Peer peer = bench.peer();
                Peer other = bench.peer();
                client.allocated();
                client.bound(0x4001, peer);
                bench.pass(Duration.ofSeconds(570));
                client.bind(0x4001, other.address())
                        .error(400, "Before the end of its 10 minutes the number is refused with 400");
                client.refresh(600).success("The allocation is refreshed");
                bench.pass(Duration.ofSeconds(350));
                client.bound(0x4001, other);
                client.bound(0x4002, peer);
            });

    static final List<Case> ALL =
            List.of(RANGE, OLD_RANGE, INCOMPLETE, BOUND, AGAIN, LIFETIMES, OTHER_FAMILY, FORBIDDEN, TOO_MANY, REBOUND);

    private ChannelCases() {}
}
