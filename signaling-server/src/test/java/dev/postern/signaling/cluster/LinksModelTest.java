package dev.postern.signaling.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random programs of two to four nodes over a network that loses, repeats, overtakes, flips bits, replays and misdirects, while nodes are cut
 * off, killed and started and the backplane goes down and comes back: what a hub sees of its links is always what {@link LinkLog} says.
 */
class LinksModelTest {

    /** More by {@code -Dpostern.links.schedules=10000}. */
    private static final int SCHEDULES = Integer.getInteger("postern.links.schedules", 60);

    private static final long FIRST_SEED = Long.getLong("postern.links.seed", 0);
    private static final int STEPS = 40;
    private static final int SMALL_LINK = 60;

    private int deliveries;
    private int losses;

    @Test
    void deliveredOnceAndInOrderWithinALifeAndLostOnBothSides() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) {
            runOne(seed);
        }
        assertThat(deliveries).as("the schedules do something").isGreaterThan(SCHEDULES * 20);
        assertThat(losses).isGreaterThan(SCHEDULES);
    }

    private void runOne(long seed) {
        try {
            LinkNetwork network = new LinkNetwork(seed, seed * 1_000);
            Random random = network.random;
            network.loss = random.nextInt(4) * 0.1;
            network.repeats = random.nextInt(3) * 0.2;
            network.flips = random.nextInt(2) * 0.1;
            network.maxDelayNanos = Duration.ofMillis(random.nextInt(400) + 1).toNanos();
            int count = 2 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                network.add("n" + i, random.nextBoolean() ? SMALL_LINK : Links.MAX_MESSAGES);
            }
            List<LinkNetwork.Node> all = new ArrayList<>(network.nodes.values());
            network.setUp(true);
            for (int step = 0; step < STEPS; step++) {
                step(network, random, all);
            }
            settle(network, all);
            check(network, all, false);
            check(network, new ArrayList<>(network.nodes.values()), true);
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private static void step(LinkNetwork network, Random random, List<LinkNetwork.Node> all) {
        List<LinkNetwork.Node> living = new ArrayList<>(network.nodes.values());
        LinkNetwork.Node one = living.get(random.nextInt(living.size()));
        switch (random.nextInt(12)) {
            case 0 -> network.setUp(false);
            case 1, 2 -> network.setUp(true);
            case 3 -> network.cut(one.name, random.nextBoolean());
            case 4, 5 -> network.mend(one.name);
            case 6 -> {
                if (living.size() > 2) {
                    network.kill(one.name);
                }
                all.add(network.add("n" + all.size(), SMALL_LINK));
                network.setUp(true);
            }
            case 7 -> {
                List<LinkNetwork.Carried> old = network.kept();
                for (int i = 0; i < 30 && !old.isEmpty(); i++) {
                    LinkNetwork.Carried carried = old.get(random.nextInt(old.size()));
                    network.replay(carried, random.nextInt(5) == 0 ? one.name : carried.to);
                }
            }
            default -> {
                for (int i = random.nextInt(80); i > 0; i--) {
                    LinkNetwork.Node from = living.get(random.nextInt(living.size()));
                    LinkNetwork.Node to = all.get(random.nextInt(all.size()));
                    if (from != to) {
                        from.send(to.name);
                    }
                }
            }
        }
        network.run(Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(13_000) : random.nextInt(300)));
    }

    private static void settle(LinkNetwork network, List<LinkNetwork.Node> all) {
        network.loss = Math.min(network.loss, 0.1);
        all.forEach(node -> {
            if (network.nodes.containsKey(node.name)) {
                network.mend(node.name);
            }
        });
        network.setUp(true);
        network.run(Duration.ofMinutes(5));
    }

    private void check(LinkNetwork network, List<LinkNetwork.Node> nodes, boolean isSettled) {
        for (LinkNetwork.Node here : nodes) {
            for (LinkNetwork.Node there : nodes) {
                if (here == there) {
                    continue;
                }
                LinkLog mine = here.log(there.name);
                LinkLog theirs = there.log(here.name);
                mine.check(theirs);
                LinkLog.checkPairs(mine, theirs, isSettled);
                if (isSettled) {
                    mine.checkSettled(theirs);
                    deliveries += theirs.delivered().size();
                    losses += mine.losses();
                    assertThat(here.links.isQuiet()).isTrue();
                }
            }
        }
        assertThat(network.nodes).isNotEmpty();
    }
}
