package dev.postern.natsim.prediction;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/**
 * One question to the laboratory: how often are two peers through after so many probes. Immutable; any thread.
 *
 * @param ports those of the NAT that is to be guessed; with {@link Strategy#BOTH}, of each NAT
 * @param flowsPerSecond how many mappings others behind that NAT open on average, as a Poisson process, 0 to {@value #MOST_FLOWS};
 *     0 with {@link Strategy#BOTH}, to which it makes no difference
 * @param sockets how many sockets a peer behind that NAT has, 1 to {@value #MOST_SOCKETS}; counts not with {@link
 *     Strategy#PREDICTION}
 * @param probes how many probes the guessing peer sends at most, with {@link Strategy#BOTH} each of them, 1 to {@value
 *     #MOST_PROBES}
 * @param trials how often it is tried, 1 to {@value #MOST_TRIALS}
 * @param seed what all randomness comes from
 */
public record Experiment(
        Strategy strategy,
        Ports ports,
        double flowsPerSecond,
        int sockets,
        int probes,
        Pace pace,
        int trials,
        long seed) {

    /** How many sockets hyperdht and others open: {@value}. */
    public static final int SOCKETS = 256;

    private static final double MOST_FLOWS = 10_000;
    private static final int MOST_SOCKETS = 4096;
    private static final int MOST_PROBES = 1_000_000;
    private static final int MOST_TRIALS = 1_000_000;

    /** Refuses what is out of the ranges above, and what no formula here is for. */
    public Experiment {
        check("flows per second", flowsPerSecond, 0, MOST_FLOWS);
        check("sockets", sockets, 1, MOST_SOCKETS);
        check("probes", probes, 1, MOST_PROBES);
        check("trials", trials, 1, MOST_TRIALS);
        if (strategy == Strategy.BOTH) {
            checkBoth(ports, flowsPerSecond, sockets, probes);
        } else {
            checkOne(strategy, ports, sockets, probes, pace);
            checkRoom(strategy, ports, flowsPerSecond, sockets, pace, seconds(strategy, sockets, probes, pace));
        }
    }

    private static void check(String what, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    String.format("%s: %s, but must be %s to %s", what, plain(value), plain(least), plain(most)));
        }
    }

    /** Without a decimal point where none is needed. */
    static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static void checkBoth(Ports ports, double flows, int sockets, int probes) {
        if (ports.allocator().isLinear()) {
            throw new IllegalArgumentException(
                    "both: two NATs whose ports go in steps meet by prediction, not by birthday;"
                            + " the allocator must be random or block");
        }
        if (flows > 0) {
            throw new IllegalArgumentException("both: other flows make no difference to random ports; leave them at 0");
        }
        if (probes > (long) sockets * ports.cells()) {
            throw new IllegalArgumentException("both: " + sockets + " sockets towards " + ports.cells()
                    + " ports have fewer mappings than " + probes + " probes");
        }
    }

    private static void checkOne(Strategy strategy, Ports ports, int sockets, int probes, Pace pace) {
        boolean birthday = strategy == Strategy.BIRTHDAY;
        int own = birthday ? 1 : pace.observations();
        int most = ports.allocator().isLinear() || birthday ? ports.cells() : ports.cells() - own;
        if (probes > most) {
            throw new IllegalArgumentException(probes + " probes, but there are only " + most + " ports to try");
        }
        if ((birthday ? sockets : 1) + own > ports.cells()) {
            throw new IllegalArgumentException(
                    "the sockets have no room in " + ports.cells() + " ports beside what STUN saw");
        }
    }

    private static void checkRoom(
            Strategy strategy, Ports ports, double flows, int sockets, Pace pace, double seconds) {
        if (seconds >= pace.lifetime().toMillis() / 1000.0) {
            throw new IllegalArgumentException(String.format(
                    "the probes take up to %.1f s, but mappings last only %d s: the formula is for mappings that last",
                    seconds, pace.lifetime().toSeconds()));
        }
        int own = strategy == Strategy.BIRTHDAY ? sockets + 1 : pace.observations() + 1;
        double ahead = Math.abs(ports.actualStep()) * (own + 2 * flows * seconds);
        if (ports.allocator() != Allocator.BLOCK && ahead > ports.count() / 2.0) {
            throw new IllegalArgumentException(String.format(
                    "%s flows per second for %.1f s need more than half of the %d ports: the formula is for fewer",
                    plain(flows), seconds, ports.count()));
        }
    }

    private static double seconds(Strategy strategy, int sockets, int probes, Pace pace) {
        Duration before = strategy == Strategy.BIRTHDAY
                ? BirthdayTrial.OPENING.multipliedBy(sockets)
                : pace.every().multipliedBy(pace.observations()).plus(pace.delay());
        return before.toMillis() / 1000.0 + probes / (double) pace.probesPerSecond();
    }

    /** Runs all trials; the same experiment gives the same curve. */
    public Curve run() {
        return run(done -> {});
    }

    /** The same, telling after each trial how many are done. */
    public Curve run(IntConsumer onTrial) {
        Trial trial = switch (strategy) {
            case PREDICTION -> new PredictionTrial(this);
            case BIRTHDAY -> new BirthdayTrial(this);
            case BOTH -> new BothTrial(this);
        };
        StunAnswers stun = new StunAnswers();
        SplittableRandom seeds = new SplittableRandom(seed);
        int[] through = new int[trials];
        for (int i = 0; i < trials; i++) {
            through[i] = trial.run(seeds.nextLong(), stun);
            onTrial.accept(i + 1);
        }
        return new Curve(this, through);
    }
}
