package dev.postern.natsim;

import dev.postern.stun.TransportAddress;
import java.time.Duration;

/** External ports whose mapping has ended and that are not to be used again yet (RFC 6888 REQ-8). */
final class HeldPorts {

    private static final int MAX_HELD = 1 << 18;

    private record Key(IpProtocol protocol, TransportAddress external) {}

    private final boolean holds;
    private final TimedKeys<Key> held;

    HeldPorts(Duration holdDown) {
        this.holds = !holdDown.isZero();
        this.held = new TimedKeys<>(holdDown.toNanos(), MAX_HELD);
    }

    void hold(IpProtocol protocol, TransportAddress external, long nowNanos) {
        if (holds) {
            held.put(new Key(protocol, external), nowNanos);
        }
    }

    boolean isHeld(IpProtocol protocol, TransportAddress external, long nowNanos) {
        return holds && held.since(new Key(protocol, external), nowNanos) != null;
    }
}
