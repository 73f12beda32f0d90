package dev.postern.conformance.cases;

import dev.postern.conformance.Bench;
import dev.postern.conformance.CaseBody;
import dev.postern.conformance.Client;
import dev.postern.conformance.Peer;
import dev.postern.stun.TransportAddress;

/** How most cases about relaying begin: a client with an allocation, and a peer that it may talk with. */
final class Opening {

    /** What comes behind the opening; {@code relayed} is the address of the client's allocation. */
    @FunctionalInterface
    interface Body {
        void run(Bench bench, Client client, Peer peer, TransportAddress relayed);
    }

    private Opening() {}

    /** An allocation, and a peer without permission. */
    static CaseBody allocated(Body body) {
        return bench -> {
            Client client = bench.client();
            Peer peer = bench.peer();
            body.run(bench, client, peer, client.allocated());
        };
    }

    /** An allocation with a permission for the peer. */
    static CaseBody permitted(Body body) {
        return allocated((bench, client, peer, relayed) -> {
            client.permitted(peer);
            body.run(bench, client, peer, relayed);
        });
    }

    /** An allocation with this channel bound to the peer. */
    static CaseBody bound(int channel, Body body) {
        return allocated((bench, client, peer, relayed) -> {
            client.bound(channel, peer);
            body.run(bench, client, peer, relayed);
        });
    }
}
