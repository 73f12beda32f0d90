package dev.postern.natsim.prediction;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.fabric.Host;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.stream.IntStream;

/**
 * Both peers probe at random, each probe through a mapping of its own. Their NATs let mappings share a port if they lead to different
 * destinations: one that does not has no port left after as many probes as it has ports.
 */
final class BothTrial implements Trial {

    private final Experiment experiment;
    private final NatBehaviour nat;
    private int through;

    BothTrial(Experiment experiment) {
        this.experiment = experiment;
        this.nat = experiment.ports().behaviour(experiment.pace().lifetime(), true);
    }

    /** One of the two. */
    private final class Peer {
        private final Socket[] sockets;
        private final RandomOrder order;
        private final IpAddress other;

        Peer(Scene scene, Host host, TransportAddress otherMapped) {
            this.sockets = IntStream.range(0, experiment.sockets())
                    .mapToObj(i -> new Socket(host, number -> through = Math.min(through, number)))
                    .toArray(Socket[]::new);
            this.order = new RandomOrder(experiment.ports().around(otherMapped.port()), scene.newRandom());
            this.other = otherMapped.ip();
        }

        /** Sends one; no two go from the same socket to the same port, so that each has a mapping of its own. */
        void probe(int place) {
            int round = place / order.count();
            Socket socket = sockets[(place % order.count() + round) % sockets.length];
            socket.probe(TransportAddress.of(other, order.at(place)), place + 1);
        }
    }

    @Override
    public int run(long seed, StunAnswers stun) {
        Pace pace = experiment.pace();
        through = NEVER;
        Scene scene = new Scene(seed, nat, nat, 0, stun);
        TransportAddress mappedOfA = scene.seen(new Socket(scene.a(), number -> {}));
        TransportAddress mappedOfB = scene.seen(new Socket(scene.b(), number -> {}));
        Peer a = new Peer(scene, scene.a(), mappedOfB);
        Peer b = new Peer(scene, scene.b(), mappedOfA);
        long halfNanos = pace.probeNanos(1) / 2;
        for (int i = 0; i < experiment.probes() && through == NEVER; i++) {
            scene.until(pace.probeNanos(i));
            a.probe(i);
            scene.settle();
            scene.until(pace.probeNanos(i) + halfNanos);
            b.probe(i);
            scene.settle();
        }
        return through;
    }
}
