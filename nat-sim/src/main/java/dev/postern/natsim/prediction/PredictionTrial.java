package dev.postern.natsim.prediction;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.stun.TransportAddress;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** A sees some of its mappings, tells B, and sends to B; B probes the likeliest ports. */
final class PredictionTrial implements Trial {

    private final Experiment experiment;
    private final NatBehaviour guessed;
    private final NatBehaviour other;

    PredictionTrial(Experiment experiment) {
        this.experiment = experiment;
        this.guessed = experiment.ports().behaviour(experiment.pace().lifetime(), false);
        this.other = eim(experiment);
    }

    /** The NAT of a peer who is easy to reach but filters, with room for every probe. */
    static NatBehaviour eim(Experiment experiment) {
        return NatBehaviour.builder("EIM/APDF", Mapping.EIM, Filtering.APDF)
                .idleLifetime(experiment.pace().lifetime())
                .maxContacts(experiment.probes() + 1)
                .build();
    }

    @Override
    public int run(long seed, StunAnswers stun) {
        Pace pace = experiment.pace();
        Scene scene = new Scene(seed, guessed, other, experiment.flowsPerSecond(), stun);
        Guesser guesser = new Guesser(scene);
        TransportAddress aim = guesser.address();
        scene.beginNeighbours();
        int[] seen = new int[pace.observations()];
        TransportAddress mapped = aim;
        for (int i = 0; i < seen.length; i++) {
            scene.until(i * pace.every().toNanos());
            mapped = scene.seen(new Socket(scene.a(), number -> {}));
            seen[i] = mapped.port();
        }
        scene.until(scene.nowNanos() + pace.delay().toNanos());
        new Socket(scene.a(), number -> {}).probe(aim, 0);
        scene.settle();
        return guesser.probe(mapped.ip(), order(scene, seen), experiment.probes(), pace);
    }

    private IntUnaryOperator order(Scene scene, int[] seen) {
        Ports.Span span = experiment.ports().around(seen[0]);
        if (experiment.ports().allocator().isLinear()) {
            return new Extrapolation(span, seen, experiment.pace().intervalsAhead(), experiment.probes())::at;
        }
        RandomOrder order = new RandomOrder(span, scene.newRandom());
        int[] places = new int[1];
        return unused -> {
            int port = order.at(places[0]++);
            while (isIn(port, seen)) {
                port = order.at(places[0]++);
            }
            return port;
        };
    }

    private static boolean isIn(int port, int[] seen) {
        return Arrays.stream(seen).anyMatch(known -> known == port);
    }
}
