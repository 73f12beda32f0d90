package dev.postern.natsim.fabric;

import dev.postern.natsim.IpFields.Fragment;
import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the fragments that arrive at a host together, in any order. Waits {@link #TIMEOUT} for all of a datagram, as Linux
 * does, and has at most {@value #MAX_DATAGRAMS} in work: the oldest gives way.
 */
final class Reassembly {

    static final Duration TIMEOUT = Duration.ofSeconds(30);
    static final int MAX_DATAGRAMS = 64;

    private record Key(IpAddress source, IpAddress destination, long identification) {}

    /** A datagram of which some parts are there. */
    private static final class Parts {
        private final Flight flight;
        private final long startedNanos;
        private final TreeMap<Integer, Integer> endsByOffset = new TreeMap<>();
        private int lengthBytes = -1;

        Parts(Flight flight, long startedNanos) {
            this.flight = flight;
            this.startedNanos = startedNanos;
        }

        void add(Fragment part) {
            int end = part.offsetBytes() + part.bytes();
            endsByOffset.merge(part.offsetBytes(), end, Math::max);
            if (!part.more()) {
                lengthBytes = end;
            }
        }

        boolean isWhole() {
            int reached = 0;
            for (Map.Entry<Integer, Integer> part : endsByOffset.entrySet()) {
                if (part.getKey() > reached) {
                    return false;
                }
                reached = Math.max(reached, part.getValue());
            }
            return lengthBytes >= 0 && reached >= lengthBytes;
        }

        boolean hasFirst() {
            return endsByOffset.containsKey(0);
        }
    }

    private final Map<Key, Parts> byKey = new LinkedHashMap<>();
    private final BiConsumer<Flight, String> drop;
    private final BiConsumer<Flight, Boolean> timedOut;

    /**
     * Without parts.
     *
     * @param drop is given the first part that came of a datagram that had to give way, and a sentence
     * @param timedOut is given that of one that took too long, and whether its first bytes were there
     */
    Reassembly(BiConsumer<Flight, String> drop, BiConsumer<Flight, Boolean> timedOut) {
        this.drop = drop;
        this.timedOut = timedOut;
    }

    /** The whole datagram if this was its last missing part, otherwise null. */
    @Nullable
    Packet add(Flight flight, Fragment part, long nowNanos) {
        expire(nowNanos);
        Packet packet = flight.packet();
        Key key = new Key(packet.source().ip(), packet.destination().ip(), part.identification());
        Parts parts = byKey.get(key);
        if (parts == null) {
            makeRoom();
            parts = new Parts(flight, nowNanos);
            byKey.put(key, parts);
        }
        parts.add(part);
        if (!parts.isWhole()) {
            return null;
        }
        byKey.remove(key);
        return packet.with(packet.ip().withFragment(null));
    }

    private void makeRoom() {
        if (byKey.size() >= MAX_DATAGRAMS) {
            Iterator<Parts> oldestFirst = byKey.values().iterator();
            Parts oldest = oldestFirst.next();
            oldestFirst.remove();
            drop.accept(oldest.flight, "reassembly full: " + MAX_DATAGRAMS + " datagrams lack fragments already");
        }
    }

    /** Gives up what has waited too long. */
    void expire(long nowNanos) {
        Iterator<Parts> oldestFirst = byKey.values().iterator();
        while (oldestFirst.hasNext()) {
            Parts oldest = oldestFirst.next();
            if (nowNanos - oldest.startedNanos < TIMEOUT.toNanos()) {
                return;
            }
            oldestFirst.remove();
            timedOut.accept(oldest.flight, oldest.hasFirst());
        }
    }
}
