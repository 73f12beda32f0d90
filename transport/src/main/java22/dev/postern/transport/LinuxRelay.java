package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/** A socket that peers send to, and that hears of ICMP errors. Owner: one shard's thread. */
final class LinuxRelay extends LinuxSocket implements Relay {

    private final LinuxUdpDriver driver;
    private final Object attachment;

    /** Whether its queue of errors has something in this round. */
    boolean hasErrors;

    /** How many of its errors wait in {@link RelayErrors}. */
    int waitingErrors;

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
