package dev.postern.transport;

import dev.postern.stun.Demux;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What one shard does for DTLS at the UDP ports that both share (RFC 7983 section 7): datagrams whose first byte is 20 to 63 go to
 * who speaks DTLS at that port, all others to the shard as they are; and the records that answer leave by the shard's sockets.
 *
 * <p>Owner: the shard's thread, except {@link #send}. {@link #add} is called before that thread starts.
 */
final class DtlsDemux implements UdpDriver.Receiver, Runnable {

    /** Bytes that wait to leave, each record counted with its {@link Shard#HEADROOM}: as much as a port of its own has room for. */
    static final int WAITING_BYTES = 1 << 20;

    /** Records that leave before the shard's other tasks have their turn. */
    private static final int BATCH = 16;

    private final ShardLoop shard;
    private final Map<TransportAddress, DtlsPorts.FedPort> ports = new HashMap<>();
    private final Queue<Leaving> outbox = new ConcurrentLinkedQueue<>();
    private final MemoryBudget waiting = new MemoryBudget(WAITING_BYTES);
    private final AtomicBoolean scheduled = new AtomicBoolean();

    private record Leaving(FiveTuple path, ByteBuffer bytes) {

        int held() {
            return Shard.HEADROOM + bytes.capacity();
        }
    }

    DtlsDemux(ShardLoop shard) {
        this.shard = shard;
    }

    /** From now on DTLS that comes to this address goes there. */
    void add(TransportAddress address, DtlsPorts.FedPort port) {
        ports.put(address, port);
    }

    @Override
    public void onBatch() {
        shard.onBatch();
    }

    @Override
    public void onDatagram(FiveTuple path, ByteBuffer data) {
        if (data.hasRemaining() && Demux.of(data.get(data.position())) == Demux.DTLS) {
            DtlsPorts.FedPort port = ports.get(path.server());
            if (port != null) {
                toDtls(port, path, data);
                return;
            }
        }
        shard.onDatagram(path, data);
    }

    private void toDtls(DtlsPorts.FedPort port, FiveTuple path, ByteBuffer data) {
        shard.counters().add(TransportCounter.DTLS_TAKEN_FROM_UDP);
        try {
            port.onDatagram(path.client(), data);
        } catch (RuntimeException | Error e) {
            shard.failed(e);
        }
    }

    @Override
    public void onRelayDatagram(Relay relay, TransportAddress peer, ByteBuffer data) {
        shard.onRelayDatagram(relay, peer, data);
    }

    @Override
    public void onRelayIcmp(Relay relay, TransportAddress peer, int type, int code, int data) {
        shard.onRelayIcmp(relay, peer, type, code, data);
    }

    /** Has a copy of these bytes leave from {@code path.server()}; false if too much waits already. Any thread. */
    boolean send(FiveTuple path, ByteBuffer bytes) {
        int length = bytes.remaining();
        if (!waiting.reserve(Shard.HEADROOM + length)) {
            return false;
        }
        outbox.add(new Leaving(path, ByteBuffer.allocate(length).put(bytes).flip()));
        schedule();
        return true;
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            shard.execute(this);
        }
    }

    @Override
    public void run() {
        scheduled.set(false);
        for (int i = 0; i < BATCH; i++) {
            if (!sendNext()) {
                return;
            }
        }
        schedule();
    }

    /** Sends what is left when the shard ends: goodbyes. */
    void sendAll() {
        boolean more = true;
        while (more) {
            more = sendNext();
        }
    }

    private boolean sendNext() {
        Leaving next = outbox.poll();
        if (next == null) {
            return false;
        }
        waiting.release(next.held());
        shard.driver().toClient(next.path, next.bytes);
        return true;
    }
}
