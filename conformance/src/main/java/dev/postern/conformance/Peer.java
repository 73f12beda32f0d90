package dev.postern.conformance;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A peer's UDP socket in a case. */
public final class Peer {

    private final Bench bench;
    private final String name;
    private final PeerWire wire;

    Peer(Bench bench, String name, PeerWire wire) {
        this.bench = bench;
        this.name = name;
        this.wire = wire;
    }

    /** Its address as the server sees it. */
    public TransportAddress address() {
        return wire.local();
    }

    /** Sends a datagram to a relayed address. */
    public void send(TransportAddress relayed, byte[] payload) {
        ByteBuffer bytes = ByteBuffer.wrap(payload);
        bench.transcript().addPayload(this + " to relay " + relayed + ", " + payload.length + " bytes", bytes);
        wire.send(relayed, bytes);
    }

    /** The next datagram; fails if none comes. */
    public Arrival receive(String expectation) {
        Arrival arrival = next(false);
        if (arrival == null) {
            throw Bench.failed(expectation + ". Nothing came.");
        }
        return arrival;
    }

    /** Fails unless the next datagram has this payload and comes from this relayed address. */
    public void receives(byte[] payload, TransportAddress relayed, String expectation) {
        Arrival arrival = receive(expectation);
        bench.expectEqual(relayed, arrival.from(), expectation + ", from the relayed address");
        bench.expect(arrival.bytes().equals(ByteBuffer.wrap(payload)), expectation + ", byte for byte");
    }

    /** Fails if a datagram comes. */
    public void silence(String expectation) {
        if (next(true) != null) {
            throw Bench.failed(expectation + ". A datagram came.");
        }
    }

    /** Closes its port: what is sent there from now on is answered by ICMP. */
    public void close() {
        wire.close();
    }

    private @Nullable Arrival next(boolean quiet) {
        World world = bench.world();
        Arrival arrival =
                wire.receive(quiet ? world.quiet() : world.retransmitAfter().multipliedBy(2));
        if (arrival != null) {
            int size = arrival.bytes().remaining();
            bench.transcript()
                    .addPayload("relay " + arrival.from() + " to " + this + ", " + size + " bytes", arrival.bytes());
        }
        return arrival;
    }

    @Override
    public String toString() {
        return name;
    }
}
