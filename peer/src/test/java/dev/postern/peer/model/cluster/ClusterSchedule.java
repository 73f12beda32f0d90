package dev.postern.peer.model.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** How many nodes and clients there are, and the steps that happen: all of it follows from the seed, or from shrinking what did. */
record ClusterSchedule(long seed, int hosts, int clients, List<ClusterStep> steps) {

    private static final int MAX_STEPS = 30;
    private static final List<ClusterStep.Kind> LIKELY = likely(true);
    private static final List<ClusterStep.Kind> ORDERLY = likely(false);

    ClusterSchedule {
        steps = List.copyOf(steps);
    }

    static ClusterSchedule of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ClusterStep.Kind> kinds = random.nextInt(3) == 0 ? ORDERLY : LIKELY;
        int clients = 2 + random.nextInt(4);
        int count = 3 + random.nextInt(MAX_STEPS);
        List<ClusterStep> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ClusterStep.Kind kind = kinds.get(random.nextInt(kinds.size()));
            steps.add(new ClusterStep(
                    kind, random.nextInt(clients), random.nextInt(6), random.nextInt(6), pause(random)));
        }
        return new ClusterSchedule(seed, 3, clients, steps);
    }

    ClusterSchedule with(List<ClusterStep> other) {
        return new ClusterSchedule(seed, hosts, clients, other);
    }

    /** Mostly shorter than a message between nodes takes, seldom longer than a node may be missing. */
    private static long pause(RandomGenerator random) {
        return switch (random.nextInt(20)) {
            case 0 -> 5_000 + random.nextInt(15_000);
            case 1, 2, 3 -> 500 + random.nextInt(3_000);
            case 4, 5, 6, 7 -> random.nextInt(500);
            case 8, 9, 10, 11 -> random.nextInt(60);
            default -> random.nextInt(10);
        };
    }

    private static List<ClusterStep.Kind> likely(boolean withDisasters) {
        List<ClusterStep.Kind> kinds = new ArrayList<>();
        for (ClusterStep.Kind kind : ClusterStep.Kind.values()) {
            for (int i = 0; i < kind.weight && (withDisasters || !kind.isDisaster()); i++) {
                kinds.add(kind);
            }
        }
        return List.copyOf(kinds);
    }
}
