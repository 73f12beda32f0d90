package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A socket that peers send to, and that hears of ICMP errors. Owner: one shard's thread. */
final class LinuxRelay extends LinuxSocket implements Relay {

    private static final int V4_UNREACHABLE = 3;
    private static final int V4_FRAGMENTATION_NEEDED = 4; // a code of the type above
    private static final int V6_PACKET_TOO_BIG = 2;

    private final LinuxUdpDriver driver;
    private final Object attachment;
    private @Nullable TransportAddress tooFar;

    /** Whether its queue of errors has something in this round. */
    boolean hasErrors;

    LinuxRelay(LinuxUdpDriver driver, int fd, TransportAddress local, Object attachment) {
        super(fd, local, false, RELAY_BATCH, SocketCounters.RELAY);
        this.driver = driver;
        this.attachment = attachment;
    }

    @Override
    public Object attachment() {
        return attachment;
    }

    @Override
    public TransportAddress localAddress() {
        return local;
    }

    @Override
    public void send(TransportAddress peer, ByteBuffer payload) {
        driver.toPeer(this, peer, payload, false);
    }

    @Override
    public void sendUnfragmented(TransportAddress peer, ByteBuffer payload) {
        driver.toPeer(this, peer, payload, true);
    }

    @Override
    void deliver(UdpDriver.Receiver to, int source, ByteBuffer data) {
        to.onRelayDatagram(this, driver.addressAt(source), data);
    }

    @Override
    boolean hearsErrors() {
        return true;
    }

    @Override
    void tooLong(TransportAddress target) {
        tooFar = target;
    }

    /**
     * Hands in the error that was taken off the queue. Of those that are this host's own, only that a datagram which must stay whole is
     * longer than the packets of its way: it says what a router's error would say.
     */
    void deliver(UdpDriver.Receiver to, ErrorQueue errors) {
        if (errors.isIcmp()) {
            to.onRelayIcmp(this, errors.target(), errors.type(), errors.code(), errors.data());
            return;
        }
        TransportAddress target = tooFar;
        if (errors.isTooLong()
                && target != null
                && target.ip().equals(errors.target().ip())) {
            tooFar = null;
            to.onRelayIcmp(
                    this,
                    target, // of an IPv4 one the kernel has forgotten the port
                    ipv4 ? V4_UNREACHABLE : V6_PACKET_TOO_BIG,
                    ipv4 ? V4_FRAGMENTATION_NEEDED : 0,
                    errors.data());
        }
    }

    @Override
    public void close() {
        if (open) {
            driver.close(this);
        }
    }

    @Override
    public String toString() {
        return "relay " + local;
    }
}
