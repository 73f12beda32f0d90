package dev.postern.turn.net;

import dev.postern.stun.TransportAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the peer policy would refuse if it were in force: one line a second at most, with the number of those that got none.
 * Peers stand in it by their addresses, since who turns the dry run on asks for them. Belongs to the shard's thread.
 */
final class DryRunLog {

    private static final Logger LOG = LoggerFactory.getLogger(DryRunLog.class);
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private boolean started;
    private long lastNanos;
    private long unsaid;

    void passed(long nowNanos, String username, TransportAddress peer) {
        if (started && nowNanos - lastNanos < INTERVAL_NANOS) {
            unsaid++;
            return;
        }
        LOG.atInfo()
                .addKeyValue("user", Escaped.text(username))
                .addKeyValue("peer", peer.port() == 0 ? peer.ip() : peer)
                .addKeyValue("unsaid", unsaid)
                .log("a peer would be refused without turn.peers-dry-run");
        started = true;
        lastNanos = nowNanos;
        unsaid = 0;
    }
}
