package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * The errors of one driver's relays on their way to the handler: what routers and peers told by ICMP, and that a datagram which had to
 * stay whole was longer than the packets of its way, which is told as a router would. Those that a send found wait for the next round, as a
 * handler may be what sends.
 *
 * <p>Owner: one shard's thread.
 */
final class RelayErrors {

    /** Errors of one relay that are handed in, or wait, in one round: anybody may send them. */
    static final int MOST_IN_ROUND = 16;

    /** Errors of all relays that wait. */
    private static final int MOST_WAITING = 256;

    private static final int V4_UNREACHABLE = 3;
    private static final int V4_FRAGMENTATION_NEEDED = 4; // a code of the type above
    private static final int V6_PACKET_TOO_BIG = 2;

    private final Counters<TransportCounter> counters;
    private final ErrorQueue queue;
    private final LinuxSockets sockets;
    private final @Nullable LinuxRelay[] relays = new LinuxRelay[MOST_WAITING];
    private final @Nullable TransportAddress[] targets = new TransportAddress[MOST_WAITING];
    private final int[] types = new int[MOST_WAITING];
    private final int[] codes = new int[MOST_WAITING];
    private final int[] data = new int[MOST_WAITING];
    private int first;
    private int size;

    RelayErrors(Arena arena, LinuxSockets sockets, Counters<TransportCounter> counters) {
        this.queue = new ErrorQueue(arena);
        this.sockets = sockets;
        this.counters = counters;
    }

    /** Whether errors wait that {@link #handInWaiting} hands in. */
    boolean areWaiting() {
        return size > 0;
    }

    /** Hands in what waited when this was called. */
    void handInWaiting(UdpDriver.Receiver to) {
        if (size == 0) {
            return;
        }
        to.onBatch();
        for (int left = size; left > 0; left--) {
            int index = first;
            LinuxRelay relay = relays[index];
            TransportAddress target = targets[index];
            relays[index] = null;
            targets[index] = null;
            first = (first + 1) % MOST_WAITING;
            size--;
            if (relay != null && target != null) {
                relay.waitingErrors--;
                if (relay.open) {
                    to.onRelayIcmp(relay, target, types[index], codes[index], data[index]);
                }
            }
        }
    }

    /** Takes errors off a relay's queue and hands them in. It may be closed afterwards. */
    void handIn(LinuxRelay relay, UdpDriver.Receiver to) {
        to.onBatch();
        for (int i = 0; i < MOST_IN_ROUND && relay.open && queue.take(relay.fd); i++) {
            if (queue.isIcmp()) {
                counters.add(TransportCounter.RELAY_ICMP_RECEIVED);
                to.onRelayIcmp(relay, queue.target(), queue.type(), queue.code(), queue.data());
            }
        }
    }

    /**
     * Whether this host itself refuses a datagram as too long, after a send has failed so: else ICMP said it of an earlier one. As each
     * such send puts an error into the relay's receive buffer, and a batch that begins with others two, they are taken off at once.
     *
     * @param whole whether the datagram had to stay whole: then the refusal is told
     */
    boolean isTooLong(LinuxRelay relay, TransportAddress target, boolean whole) {
        boolean isTooLong = false;
        int mtu = 0;
        for (int i = 0; i < MOST_IN_ROUND && queue.take(relay.fd); i++) {
            if (queue.isIcmp()) {
                counters.add(TransportCounter.RELAY_ICMP_RECEIVED);
                await(relay, queue.target(), queue.type(), queue.code(), queue.data());
            } else if (queue.isTooLong() && queue.target().ip().equals(target.ip())) { // of IPv4 it has no port
                isTooLong = true;
                mtu = queue.data();
            }
        }
        if (!isTooLong) {
            sockets.clearError(relay.fd); // what is left in the queue set it anew
        } else if (whole) {
            await(
                    relay,
                    target,
                    relay.ipv4 ? V4_UNREACHABLE : V6_PACKET_TOO_BIG,
                    relay.ipv4 ? V4_FRAGMENTATION_NEEDED : 0,
                    mtu);
        }
        return isTooLong;
    }

    private void await(LinuxRelay relay, TransportAddress target, int type, int code, int value) {
        if (size == MOST_WAITING || relay.waitingErrors == MOST_IN_ROUND) {
            counters.add(TransportCounter.RELAY_ERRORS_UNTOLD);
            return;
        }
        int index = (first + size++) % MOST_WAITING;
        relay.waitingErrors++;
        relays[index] = relay;
        targets[index] = target;
        types[index] = type;
        codes[index] = code;
        data[index] = value;
    }
}
