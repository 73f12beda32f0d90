package dev.postern.peer.model;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** A setup and the steps that happen in it: all of it follows from the seed, or from shrinking what did. */
record Schedule(long seed, Setup setup, List<Step> steps) {

    private static final int MAX_STEPS = 36;
    private static final List<Setup> SETUPS = setups();

    /** The kinds, each as often as it is likely. */
    private static final Step.Kind[] LIKELY = likely();

    Schedule {
        steps = List.copyOf(steps);
    }

    static Schedule of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Setup setup = SETUPS.get(random.nextInt(SETUPS.size()));
        int count = 3 + random.nextInt(MAX_STEPS);
        List<Step> steps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Step.Kind kind = LIKELY[random.nextInt(LIKELY.length)];
            int who = random.nextInt(setup.clients());
            steps.add(new Step(kind, who, random.nextInt(6), random.nextInt(6), pause(random)));
        }
        return new Schedule(seed, setup, steps);
    }

    Schedule with(List<Step> other) {
        return new Schedule(seed, setup, other);
    }

    /** Mostly shorter than a message takes, seldom longer than the server remembers. */
    private static long pause(RandomGenerator random) {
        return switch (random.nextInt(20)) {
            case 0 -> 10_000 + random.nextInt(40_000);
            case 1, 2 -> 1_000 + random.nextInt(5_000);
            case 3, 4, 5, 6 -> random.nextInt(1_000);
            case 7, 8, 9, 10, 11 -> random.nextInt(60);
            default -> random.nextInt(10);
        };
    }

    private static List<Setup> setups() {
        List<Setup> setups = new ArrayList<>();
        for (int clients = 2; clients <= 4; clients++) {
            setups.add(new Setup(clients, 512, 1_024, false, 20, 3_600, 10, false));
            setups.add(new Setup(clients, 8, 16, false, 20, 20, 10, true));
            setups.add(new Setup(clients, 10, 16, true, 5, 3_600, 15, false));
            setups.add(new Setup(clients, 14, 16, true, 100, 3_600, 10, true));
        }
        return List.copyOf(setups);
    }

    private static Step.Kind[] likely() {
        List<Step.Kind> kinds = new ArrayList<>();
        for (Step.Kind kind : Step.Kind.values()) {
            int weight = switch (kind) {
                case SIG -> 24;
                case JOIN, ICE, CUT -> 10;
                case STALL -> 8;
                case LEAVE, CUT_UNNOTICED_BY_SERVER, FREEZE_UP, FREEZE_DOWN -> 6;
                case READ, DROP, REPEAT, CUT_UNNOTICED_BY_CLIENT -> 4;
                case STEAL, WAIT -> 3;
                case REPLACE, KILL, DRAIN -> 1;
            };
            for (int i = 0; i < weight; i++) {
                kinds.add(kind);
            }
        }
        return kinds.toArray(new Step.Kind[0]);
    }
}
