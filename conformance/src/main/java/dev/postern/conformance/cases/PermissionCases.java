package dev.postern.conformance.cases;

import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.Need;
import dev.postern.conformance.Peer;
import dev.postern.stun.TransportAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Permissions, Send and Data (RFC 8656 sections 9 to 11). */
final class PermissionCases {

    private static final Case SEND = Case.rfc8656(79, "11.2")
            .must("sends the data of a Send indication to a permitted peer, from the relayed address, byte for byte")
            .quote(
                    "the source transport address is the relayed transport address of the allocation, ... the data following the UDP"
                            + " header is the contents of the value field of the DATA attribute.")
            .needs(Need.CREDENTIALS, Need.PEER, Need.SECOND_PEER_ADDRESS)
            .run(PermissionCases::send);

    private static void send(Bench bench) {
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

    private static final Case UNPERMITTED = Case.rfc8656(82, "9")
            .must("drops what comes from a peer without permission")
            .quote("If no match is found, relaying is not permitted and the server silently discards the UDP datagram.")
            .needs(Need.CREDENTIALS, Need.PEER, Need.SECOND_PEER_ADDRESS)
            .run(bench -> {
                Client client = bench.client();
                Peer peer = bench.peer();
                Peer stranger = bench.peerElsewhere();
                TransportAddress relayed = client.allocated();
                client.permitted(peer);
                stranger.send(relayed, new byte[] {1, 2, 3});
                peer.send(relayed, new byte[] {4, 5, 6});
                client.receivesData(
                        peer.address(), new byte[] {4, 5, 6}, "Data of the permitted peer reaches the client");
                client.silence("Data of a peer without permission does not");
            });

    static final List<Case> ALL = List.of(SEND, UNPERMITTED);

    private PermissionCases() {}
}
