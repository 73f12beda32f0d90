package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/** One UDP socket of the driver, a listener's or a relay's. Owner: one shard's thread. */
abstract class LinuxSocket {

    /** Messages that a listener hands in before the others have their turn. */
    static final int LISTENER_BATCH = 64;

    /** The same for one relay: there are many of them. */
    static final int RELAY_BATCH = 16;

    /** Trains are long, and what is read before it is used falls out of the cache. */
    private static final int LEAST_BATCH = 4;

    final int fd;
    final TransportAddress local;
    final boolean ipv4;
    final SocketCounters counters;

    /** What {@link Epoll} reports this socket by. */
    long token;

    /** The last batch of the send queue that something of this socket was put into. */
    long queuedIn = -1;

    /** Whether what is sent now stays whole: DF in IPv4, no Fragment header in IPv6. */
    boolean whole;

    /** Whether it can still be used. */
    boolean open = true;

    private final boolean dual;
    private final int batch;
    private long lastRound = -1;
    private int lastCount;

    /**
     * @param dual whether it is an IPv6 socket that carries IPv4 too
     * @param batch how many messages may be taken from it in one round, 1 to {@link ReceiveRing#SLOTS}
     */
    LinuxSocket(int fd, TransportAddress local, boolean dual, int batch, SocketCounters counters) {
        this.fd = fd;
        this.counters = counters;
        this.local = local;
        this.ipv4 = local.ip().isIpv4();
        this.dual = dual;
        this.batch = batch;
    }

    /** Hands one datagram in, from the address in this slot of the {@link SockaddrCache}. */
    abstract void deliver(UdpDriver.Receiver to, int source, ByteBuffer data);

    /**
     * Whether the kernel tells it of ICMP errors. A send or receive may then fail for what an earlier datagram met: the same call passes
     * when it is made again.
     */
    boolean hearsErrors() {
        return false;
    }

    /** Whether an address is one that this socket sends to. */
    final boolean reaches(TransportAddress address) {
        return address.ip().isIpv4() == ipv4 || dual;
    }

    /**
     * How many messages to ask for. One where the socket had nothing in the round before: asking for more costs a second look by the
     * kernel, and a new event comes if there is more. Else twice what there was.
     */
    final int expected(long round) {
        if (lastRound != round - 1 && lastCount <= 1) {
            return 1;
        }
        return Math.min(batch, Math.max(2 * lastCount, LEAST_BATCH));
    }

    /** What came in this round. */
    final void heard(long round, int count) {
        lastRound = round;
        lastCount = Math.max(count, 0);
    }
}
