package dev.postern.peer.model;

import java.util.SplittableRandom;

/**
 * What a proxy does to the connections of one client, all of it decided by the seed: most of it small, some of it fatal. Later
 * connections are left alone, so that every run comes to an end.
 *
 * @param seed of the schedule
 * @param client whose connections
 * @param calmFrom the first connection that nothing is done to
 */
record ChaosPlan(long seed, int client, int calmFrom) {

    private static final int LATEST_FATE_BYTES = 2_500;

    /** The two directions. */
    enum Way {
        UP,
        DOWN
    }

    /** How a direction ends. */
    enum Fate {
        NONE,
        /** Both sides get a reset. */
        RESET,
        /** Both sides get an orderly end. */
        CLOSE,
        /** The receiver gets an orderly end, the other direction goes on. */
        HALF_CLOSE,
        /** Nothing arrives any more, and nobody is told. */
        SWALLOW
    }

    /**
     * What happens to one direction of one connection.
     *
     * @param chunkBytes how much is passed on in one go at most
     * @param delayMillis how long each go waits
     * @param fate how it ends
     * @param fateAfterBytes after how many bytes, wherever in a frame that is
     */
    record Flow(int chunkBytes, int delayMillis, Fate fate, long fateAfterBytes) {

        static final Flow CALM = new Flow(Integer.MAX_VALUE, 0, Fate.NONE, Long.MAX_VALUE);

        /** How much of what has come goes on in one go, when so much has gone before; 0 when the fate has come. */
        int part(long passed, int available) {
            return (int) Math.min(Math.min(available, chunkBytes), Math.max(0, fateAfterBytes - passed));
        }
    }

    /** What happens to this direction of the n-th connection. */
    Flow flow(int connection, Way way) {
        if (connection >= calmFrom) {
            return Flow.CALM;
        }
        SplittableRandom random =
                new SplittableRandom(seed * 1_000_003 + client * 1_009L + connection * 2L + (way == Way.UP ? 0 : 1));
        int chunk = random.nextInt(4) == 0 ? 1 + random.nextInt(random.nextBoolean() ? 8 : 200) : Integer.MAX_VALUE;
        int delay = random.nextInt(4) == 0 ? random.nextInt(chunk == Integer.MAX_VALUE ? 20 : 2) : 0;
        Fate fate = random.nextInt(3) == 0 ? Fate.values()[random.nextInt(Fate.values().length)] : Fate.NONE;
        long after = fate == Fate.NONE ? Long.MAX_VALUE : random.nextInt(LATEST_FATE_BYTES);
        return new Flow(chunk, delay, fate, after);
    }

    /** The plan of the first connections, for a person. */
    String words(int connections) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < connections; i++) {
            words.append(String.format(
                    "  client %d, connection %d: up %s, down %s%n", client, i, flow(i, Way.UP), flow(i, Way.DOWN)));
        }
        return words.toString();
    }
}
