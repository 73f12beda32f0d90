package dev.postern.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.e2e.Metrics;
import java.io.IOException;
import java.net.URI;

/** A call in which both browsers may use nothing but our relay, held against what the relay counted. */
final class RelayedCall {

    private static final String RELAY_ONLY = "relay=1";

    /** What {@link Conversation#tenMegabytesArriveBothWays} sends: each byte once to a peer and once to a client. */
    private static final long PAYLOAD_BYTES = 2 * 10_000_000L;

    private RelayedCall() {}

    /** Has the whole conversation through the relay, which both browsers reach over this transport. */
    static void carriesEverything(CallStage stage, String transport) throws IOException, InterruptedException {
        URI origin = stage.postern().origin();
        Metrics before = stage.postern().metrics();
        BrowserPeer ann = stage.ann().join(origin, stage.room(), "media=camera", RELAY_ONLY);
        BrowserPeer bob = stage.bob().join(origin, stage.room(), "media=canvas", RELAY_ONLY);
        Conversation call = Conversation.between(ann, bob);
        call.picturesFlow();
        call.wordsArrive("relayed");
        call.tenMegabytesArriveBothWays();
        call.runsOver("relay");
        assertThat(ann.relayProtocol()).isEqualTo(transport);
        assertThat(bob.relayProtocol()).isEqualTo(transport);
        ann.awaitWords("verdict-title", "through a TURN relay");
        agrees(before, stage.postern().metrics());
    }

    private static void agrees(Metrics before, Metrics after) {
        assertThat(grown("postern_turn_allocations_opened_total", before, after))
                .as("allocations opened; after:%n%s", after)
                .isGreaterThanOrEqualTo(2);
        assertThat(grown("postern_turn_bytes_to_peers_total", before, after))
                .as("bytes to peers; after:%n%s", after)
                .isGreaterThanOrEqualTo(PAYLOAD_BYTES);
        assertThat(grown("postern_turn_bytes_to_clients_total", before, after))
                .as("bytes to clients; after:%n%s", after)
                .isGreaterThanOrEqualTo(PAYLOAD_BYTES);
    }

    private static long grown(String counter, Metrics before, Metrics after) {
        return after.sum(counter) - before.sum(counter);
    }
}
