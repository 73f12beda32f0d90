package dev.postern.natsim.prediction;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.function.IntUnaryOperator;

/** The peer behind an EIM NAT, who probes one port of the other's address after the other. */
final class Guesser {

    private final Scene scene;
    private final Socket socket;
    private int through = Trial.NEVER;

    Guesser(Scene scene) {
        this.scene = scene;
        this.socket = new Socket(scene.b(), number -> through = Math.min(through, number));
    }

    /** Where it is reached from outside. */
    TransportAddress address() {
        return scene.seen(socket);
    }

    /**
     * Probes until one gets through.
     *
     * @param order the port for each probe, from 0 on
     * @return the number of the probe that did, from 1 on, or {@link Trial#NEVER}
     */
    int probe(IpAddress ip, IntUnaryOperator order, int probes, Pace pace) {
        long start = scene.nowNanos();
        for (int i = 0; i < probes && through == Trial.NEVER; i++) {
            scene.until(start + pace.probeNanos(i));
            socket.probe(TransportAddress.of(ip, order.applyAsInt(i)), i + 1);
            scene.settle();
        }
        return through;
    }
}
