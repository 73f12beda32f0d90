package dev.postern.conformance.cases;

import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.Need;
import dev.postern.conformance.Peer;
import dev.postern.conformance.Reply;
import java.time.Duration;
import java.util.List;

/** Lifetimes: Refresh and expiry (RFC 8656 sections 6 and 8). */
final class RefreshCases {

    private static final Case DATA_IS_NO_REFRESH = Case.rfc8656(72, "6")
            .must("ends an allocation when its lifetime is over, whatever data passed")
            .quote(
                    "Allocations can only be refreshed using the Refresh request; sending data to a peer does not refresh an"
                            + " allocation. When an allocation expires, the state data associated with the allocation can be freed.")
            .note("The RFC lets a server keep the state a little longer: ten seconds are granted.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .slow()
            .run(RefreshCases::dataIsNoRefresh);

    private static void dataIsNoRefresh(Bench bench) {
        Client client = bench.client();
        Peer peer = bench.peer();
        Reply granted = client.allocate(e -> {}).success("An Allocate request is granted");
        long lifetime = granted.lifetime();
        client.permitted(peer);
        bench.pass(Duration.ofSeconds(lifetime - 20));
        client.permitted(peer);
        client.indicate(peer.address(), new byte[] {1});
        peer.receives(new byte[] {1}, granted.relayed(), "Before its lifetime is over the allocation relays");
        bench.pass(Duration.ofSeconds(30));
        client.refresh(600).error(437, "A Refresh after the lifetime is refused with 437");
    }

    static final List<Case> ALL = List.of(DATA_IS_NO_REFRESH);

    private RefreshCases() {}
}
