package dev.postern.natsim.fabric;

import dev.postern.natsim.NatTable;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tables of a network's routers, each as often as it was seen to have changed; the last ones, at most a given number.
 *
 * <p>A router is looked at after each packet that it judged, and every one after the first packet of each second: rows that
 * end without a packet are seen to be gone at most that much later.
 */
final class TableLog {

    private static final long LOOK_NANOS = 1_000_000_000;

    private final int max;
    private final ArrayDeque<TableChange> changes = new ArrayDeque<>();
    private final Map<Router, NatTable> last = new HashMap<>();
    private long forgotten;
    private long nextLookNanos;

    TableLog(int max) {
        this.max = max;
    }

    /** Looks at the router with the name, if there is one, or at all. */
    void look(long nowNanos, long step, String where, List<Router> routers) {
        boolean all = nowNanos >= nextLookNanos;
        if (all) {
            nextLookNanos = nowNanos + LOOK_NANOS;
        }
        for (Router router : routers) {
            if (all || router.name().equals(where)) {
                look(nowNanos, step, router);
            }
        }
    }

    private void look(long nowNanos, long step, Router router) {
        NatTable table = router.table();
        NatTable before = last.put(router, table);
        if (before == null ? table.rows().isEmpty() : before.equals(table)) {
            return;
        }
        if (changes.size() == max) {
            changes.removeFirst();
            forgotten++;
        }
        int leftOut = Math.max(0, table.rows().size() - VirtualNet.TABLE_ROWS);
        NatTable kept = leftOut == 0 ? table : new NatTable(table.rows().subList(0, VirtualNet.TABLE_ROWS));
        changes.addLast(new TableChange(nowNanos, step, router.name(), kept, leftOut));
    }

    List<TableChange> changes() {
        return List.copyOf(changes);
    }

    long forgotten() {
        return forgotten;
    }
}
