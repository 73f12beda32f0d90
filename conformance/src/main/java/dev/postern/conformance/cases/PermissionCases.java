package dev.postern.conformance.cases;

import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.IpFamily;
import dev.postern.conformance.Need;
import dev.postern.conformance.Peer;
import dev.postern.conformance.Setup;
import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.List;

/** Permissions (RFC 8656 sections 9 and 10). */
final class PermissionCases {

    private static final byte[] A = {'a', 1};
    private static final byte[] B = {'b', 2, 3};

    private static final Case PER_ADDRESS = Case.rfc8656(73, "9")
            .must("permits an address with all its ports")
            .quote("Note that only addresses are compared and port numbers are not considered.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(bench -> {
                Client client = bench.client();
                Peer named = bench.peer();
                Peer other = bench.peer();
                TransportAddress relayed = client.allocated();
                client.permitted(named);
                other.send(relayed, A);
                client.receivesData(
                        other.address(), A, "Data from another port of the permitted address reach the client");
                client.indicate(other.address(), B);
                other.receives(B, relayed, "Data to another port of the permitted address leave");
            });

    private static final String LIFETIME = "The Permission Lifetime MUST be 300 seconds (= 5 minutes).";

    private static final Case EXPIRES = Case.rfc8656(74, "9")
            .must("ends a permission after 300 s, whatever data passed")
            .quote(LIFETIME)
            .note("Looked at 20 s before and after, as a server may count in steps.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .slow()
            .run(Opening.permitted((bench, client, peer, relayed) -> {
                bench.pass(Duration.ofSeconds(280));
                passesBothWays(client, peer, relayed, "After 280 s");
                bench.pass(Duration.ofSeconds(40));
                passesNeitherWay(client, peer, relayed, "After 320 s, although there was data");
            }));

    private static final Case RENEWED = Case.rfc8656(74, "9")
            .part('b')
            .must("renews a permission by CreatePermission, for 300 s again")
            .quote(
                    "If a permission for that IP address already exists, then the time-to-expiry for that permission is reset to Permission"
                            + " Lifetime.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .slow()
            .run(Opening.permitted((bench, client, peer, relayed) -> {
                bench.pass(Duration.ofSeconds(200));
                client.permitted(peer);
                bench.pass(Duration.ofSeconds(280));
                passesBothWays(client, peer, relayed, "280 s after the second CreatePermission");
                bench.pass(Duration.ofSeconds(40));
                passesNeitherWay(client, peer, relayed, "320 s after the second CreatePermission");
            }));

    private static void passesBothWays(Client client, Peer peer, TransportAddress relayed, String when) {
        client.indicate(peer.address(), A);
        peer.receives(A, relayed, when + " the peer gets the client's data");
        peer.send(relayed, B);
        client.receivesData(peer.address(), B, when + " the client gets the peer's data");
    }

    private static void passesNeitherWay(Client client, Peer peer, TransportAddress relayed, String when) {
        client.indicate(peer.address(), A);
        peer.send(relayed, B);
        peer.silence(when + ", nothing reaches the peer");
        client.silence(when + ", nothing reaches the client");
    }

    private static final String INVALID =
            "The CreatePermission request MUST contain at least one XOR-PEER-ADDRESS attribute and MAY contain"
                    + " multiple such attributes. If no such attribute exists, or if any of these attributes are invalid, then a 400 (Bad"
                    + " Request) error is returned.";

    private static final Case INVALID_PEERS = Case.rfc8656(75, "10.2")
            .must("refuses a CreatePermission without a peer, or with one that is invalid, with 400")
            .quote(INVALID)
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(Opening.allocated((bench, client, peer, relayed) -> {
                client.call(Method.CREATE_PERMISSION, e -> {})
                        .error(400, "A CreatePermission without XOR-PEER-ADDRESS is refused with 400");
                client.call(
                                Method.CREATE_PERMISSION,
                                e -> e.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer.address())
                                        .u32(AttributeType.XOR_PEER_ADDRESS, 0x00010000))
                        .error(400, "A CreatePermission with an XOR-PEER-ADDRESS of four bytes is refused with 400");
                peer.send(relayed, A);
                client.silence("The valid peer beside the invalid one has no permission");
            }));

    private static final Case OTHER_FAMILY = Case.rfc8656(76, "10.2")
            .must("refuses peers of a family that is not allocated with 443, and permits none of that request")
            .quote(
                    "If an XOR-PEER-ADDRESS attribute contains an address of an address family that is not the same as that of a relayed"
                            + " transport address for the allocation, the server MUST generate an error response with the 443 (Peer Address"
                            + " Family Mismatch) response code.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(Opening.allocated((bench, client, peer, relayed) -> {
                client.permit(peer.address(), TransportAddress.parse("[2001:4860:4860::8888]:53"))
                        .error(
                                443,
                                "A CreatePermission for an IPv4 and an IPv6 peer of an IPv4 allocation is refused with 443");
                peer.send(relayed, A);
                client.silence("The IPv4 peer has no permission either");
            }));

    private static final Case FORBIDDEN = Case.rfc8656(76, "10.2")
            .part('b')
            .must("refuses peers that its policy forbids with 403, and permits none of that request")
            .quote(
                    "The server MAY impose restrictions on the IP address allowed in the XOR-PEER-ADDRESS attribute; if a value is not"
                            + " allowed, the server rejects the request with a 403 (Forbidden) error.")
            .note(
                    "Which addresses a server forbids is its own; ours forbids loopback. So this is only looked at on ours.")
            .on(Setup.PLAIN)
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(Opening.allocated((bench, client, peer, relayed) -> {
                TransportAddress loopback = TransportAddress.parse("127.0.0.1:80");
                client.permit(peer.address(), loopback)
                        .error(403, "A CreatePermission with a forbidden peer is refused with 403");
                client.permit(loopback, peer.address()).error(403, "So is one with the forbidden peer first");
                peer.send(relayed, A);
                client.silence("The peer that is allowed has no permission either");
            }));

    private static final Case TOO_MANY = Case.rfc8656(76, "10.2")
            .part('c')
            .must("refuses more permissions than it has room for with 508")
            .quote(
                    "If the request is valid, but the server is unable to satisfy the request due to some capacity limit or similar, then a"
                            + " 508 (Insufficient Capacity) error is returned.")
            .on(Setup.TWO_GRANTS_PER_ALLOCATION)
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                client.allocated();
                TransportAddress[] peers = new TransportAddress[3];
                for (int i = 0; i < peers.length; i++) {
                    peers[i] = TransportAddress.parse("40.0.1." + i + ":1000");
                }
                client.permit(peers).error(508, "Three permissions where two have room are refused with 508");
                client.permit(peers[0], peers[1]).success("Two are granted, so the refused request left none behind");
                client.permit(peers[0]).success("One that is there is renewed");
                client.permit(peers[2]).error(508, "A third one is refused with 508");
            });

    private static final Case SEVERAL = Case.rfc8656(77, "10.2")
            .must("permits every peer of a request")
            .quote(
                    "the server installs or refreshes a permission for the IP address contained in each XOR-PEER-ADDRESS attribute")
            .needs(Need.CREDENTIALS, Need.PEER, Need.SECOND_PEER_ADDRESS)
            .run(bench -> {
                Client client = bench.client();
                Peer one = bench.peer();
                Peer other = bench.peerElsewhere();
                TransportAddress relayed = client.allocated();
                client.permitted(one, other);
                one.send(relayed, A);
                client.receivesData(one.address(), A, "Data of the first peer reach the client");
                other.send(relayed, B);
                client.receivesData(other.address(), B, "Data of the second peer do too");
            });

    private static final Case UNPERMITTED = Case.rfc8656(82, "9")
            .must("drops what comes from a peer without permission")
            .quote("If no match is found, relaying is not permitted and the server silently discards the UDP datagram.")
            .needs(Need.CREDENTIALS, Need.PEER, Need.SECOND_PEER_ADDRESS)
            .run(PermissionCases::unpermitted);

    private static void unpermitted(Bench bench) {
        Client client = bench.client();
        Peer peer = bench.peer();
        Peer stranger = bench.peerElsewhere();
        TransportAddress relayed = client.allocated();
        client.permitted(peer);
        stranger.send(relayed, A);
        peer.send(relayed, B);
        client.receivesData(peer.address(), B, "Data of the permitted peer reach the client");
        client.silence("Data of a peer without permission do not");
    }

    private static final Case OWN_PERMISSIONS = Case.rfc8656(82, "9")
            .part('b')
            .must("keeps the permissions of allocations apart")
            .quote(
                    "The permissions for one allocation are totally unrelated to the permissions for a different allocation.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(bench -> {
                Client one = bench.client();
                Client other = bench.client();
                Peer peer = bench.peer();
                one.allocated();
                TransportAddress relayed = other.allocated();
                one.permitted(peer);
                peer.send(relayed, A);
                other.silence("A permission of one allocation lets nobody into another");
                bench.expectEqual(IpFamily.IPV4, IpFamily.of(relayed.ip()), "The relayed address is IPv4");
            });

    static final List<Case> ALL = List.of(
            PER_ADDRESS,
            EXPIRES,
            RENEWED,
            INVALID_PEERS,
            OTHER_FAMILY,
            FORBIDDEN,
            TOO_MANY,
            SEVERAL,
            UNPERMITTED,
            OWN_PERMISSIONS);

    private PermissionCases() {}
}
