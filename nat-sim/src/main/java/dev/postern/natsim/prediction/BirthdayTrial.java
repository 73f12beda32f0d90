package dev.postern.natsim.prediction;

import dev.postern.natsim.NatBehaviour;
import dev.postern.stun.TransportAddress;
import java.time.Duration;

/** A sends to B from many sockets; B probes at random. */
final class BirthdayTrial implements Trial {

    /** The time from the opening of one socket to the next. */
    static final Duration OPENING = Duration.ofMillis(1);

    private final Experiment experiment;
    private final NatBehaviour guessed;
    private final NatBehaviour other;

    BirthdayTrial(Experiment experiment) {
        this.experiment = experiment;
        this.guessed = experiment.ports().behaviour(experiment.pace().lifetime(), false);
        this.other = PredictionTrial.eim(experiment);
    }

    @Override
    public int run(long seed, StunAnswers stun) {
        Scene scene = new Scene(seed, guessed, other, experiment.flowsPerSecond(), stun);
        Guesser guesser = new Guesser(scene);
        TransportAddress aim = guesser.address();
        scene.beginNeighbours();
        TransportAddress mapped = scene.seen(new Socket(scene.a(), number -> {}));
        for (int i = 0; i < experiment.sockets(); i++) {
            scene.until((i + 1) * OPENING.toNanos());
            new Socket(scene.a(), number -> {}).probe(aim, 0);
            scene.settle();
        }
        RandomOrder order = new RandomOrder(experiment.ports().around(mapped.port()), scene.newRandom());
        return guesser.probe(mapped.ip(), order::at, experiment.probes(), experiment.pace());
    }
}
