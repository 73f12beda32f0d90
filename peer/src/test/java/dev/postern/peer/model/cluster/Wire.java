package dev.postern.peer.model.cluster;

import dev.postern.signaling.core.Connection;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One connection of one client to one node: each direction keeps its order, and what is lost is lost with all behind it. */
final class Wire {

    /** The connection is being opened. */
    static final Object OPENING = "open";

    /** The connection ends here, without a word. */
    static final Close GONE = new Close(1006);

    /** The end of the connection, with its code. */
    record Close(int code) {}

    private record Item(long dueNanos, Object thing) {}

    final ClusterClient client;
    final int number;
    final Host host;
    private final Net net;
    private final long latencyNanos;
    private final Deque<Item> up = new ArrayDeque<>();
    private final Deque<Item> down = new ArrayDeque<>();
    private boolean isCut;
    boolean isOverAtServer;
    boolean isOverAtClient;

    @Nullable
    Connection connection;

    Wire(ClusterClient client, int number, Host host, Net net, long latencyNanos) {
        this.client = client;
        this.number = number;
        this.host = host;
        this.net = net;
        this.latencyNanos = latencyNanos;
    }

    void sendUp(Object thing) {
        if (!isCut) {
            put(up, thing, true);
        }
    }

    void sendDown(Object thing) {
        if (!isCut) {
            put(down, thing, false);
        }
    }

    private void put(Deque<Item> way, Object thing, boolean isUp) {
        way.addLast(new Item(net.nowNanos + latencyNanos, thing));
        net.after(latencyNanos, () -> arrive(way, isUp));
    }

    private void arrive(Deque<Item> way, boolean isUp) {
        Item first = way.peekFirst();
        if (first == null || first.dueNanos() > net.nowNanos) {
            return;
        }
        way.removeFirst();
        if (isUp) {
            host.takes(this, first.thing());
        } else {
            client.takes(this, first.thing());
        }
    }

    boolean isCut() {
        return isCut;
    }

    /** Cuts the wire: so much of what is in flight still arrives. */
    void cut(int keptUp, int keptDown, boolean serverNotices, boolean clientNotices) {
        if (isCut) {
            return;
        }
        isCut = true;
        keep(up, keptUp);
        keep(down, keptDown);
        if (serverNotices) {
            put(up, GONE, true);
        }
        if (clientNotices) {
            put(down, GONE, false);
        }
    }

    private static void keep(Deque<Item> way, int count) {
        while (way.size() > count) {
            way.removeLast();
        }
    }

    boolean isQuiet() {
        return up.isEmpty() && down.isEmpty();
    }
}
