package dev.postern.peer.model.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs schedules, finds the smallest that still fails, and tells its story. */
final class ClusterRunner {

    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Longer than a node is missing, a window, and what a room needs to settle, together. */
    private static final long HEAL_NANOS = TimeUnit.SECONDS.toNanos(85);

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(100);
    /** Longer than a session is kept whose client does not come. */
    private static final long EMPTY_NANOS = TimeUnit.SECONDS.toNanos(75);

    private ClusterRunner() {}

    /** Runs a schedule; null if the property holds. */
    static @Nullable AssertionError run(ClusterSchedule schedule, ClusterMutant mutant, @Nullable List<String> story) {
        try {
            ClusterWorld world = new ClusterWorld(schedule, mutant, story);
            world.advance(SETTLE_NANOS);
            for (int i = 0; i < schedule.clients(); i++) {
                world.client(i).join(ClusterWorld.ROOMS.get(0));
            }
            world.advance(SETTLE_NANOS);
            for (ClusterStep step : schedule.steps()) {
                world.tell(() -> "* " + step);
                take(world, step);
                world.advance(TimeUnit.MILLISECONDS.toNanos(step.thenMillis()) + 7_919);
            }
            world.heal();
            world.advance(HEAL_NANOS);
            for (long more = 0; more < PATIENCE_NANOS && !world.isSettled(); more += SETTLE_NANOS) {
                world.advance(SETTLE_NANOS);
            }
            world.check();
            world.closeAll();
            world.advance(EMPTY_NANOS);
            world.checkEmpty();
            return null;
        } catch (AssertionError violation) {
            return violation;
        } catch (RuntimeException broken) {
            return new AssertionError("an exception", broken);
        }
    }

    private static void take(ClusterWorld world, ClusterStep step) {
        ClusterClient client = world.client(step.who());
        Wire wire = client.wire();
        switch (step.kind()) {
            case JOIN -> client.join(step.room());
            case LEAVE -> client.leave(step.room());
            case SIG -> {
                for (int i = 0; i <= step.b(); i++) {
                    client.sig(step.room(), step.a());
                }
            }
            case ICE -> client.ice(step.room(), step.b());
            case CUT -> cut(wire, step, true);
            case CUT_UNNOTICED_BY_SERVER -> cut(wire, step, false);
            case DROP -> client.engine.drop(world.net.nowNanos);
            case REPLACE -> world.replace(step.who());
            case LOCK -> world.client(0).lock(step.room(), step.b() % 2 == 0);
            case KICK -> client.kick(step.room(), step.b());
            case REVOKE -> world.revoke(step.who(), step.a());
            case KILL -> world.kill(step.a(), step.patienceNanos());
            case DRAIN -> world.drain(step.a());
            case STAMPEDE -> world.stampede(client, step.a(), step.b());
            case PARTITION -> world.partition(step.a(), step.patienceNanos());
            case LOSE -> world.lose(step.a(), step.b());
            case DOWN -> world.down(step.a() % 2 == 1, step.patienceNanos());
            case WAIT -> {
                // Time passes behind every step.
            }
        }
    }

    private static void cut(@Nullable Wire wire, ClusterStep step, boolean serverNotices) {
        if (wire != null) {
            wire.cut(step.a(), step.b(), serverNotices, true);
        }
    }

    /** The smallest schedule that still fails: steps are left out, then made smaller, as long as that is possible. */
    static ClusterSchedule shrink(ClusterSchedule failing, Supplier<ClusterMutant> mutant) {
        ClusterSchedule smallest = failing;
        for (ClusterSchedule next = smallerOf(smallest, mutant); next != null; next = smallerOf(smallest, mutant)) {
            smallest = next;
        }
        return smallest;
    }

    private static @Nullable ClusterSchedule smallerOf(ClusterSchedule schedule, Supplier<ClusterMutant> mutant) {
        List<ClusterStep> steps = schedule.steps();
        for (int size = Math.max(1, steps.size() / 2); size >= 1; size /= 2) {
            for (int from = 0; from + size <= steps.size(); from++) {
                List<ClusterStep> without = new ArrayList<>(steps);
                without.subList(from, from + size).clear();
                if (run(schedule.with(without), mutant.get(), null) != null) {
                    return schedule.with(without);
                }
            }
        }
        for (int i = 0; i < steps.size(); i++) {
            for (ClusterStep simpler : steps.get(i).simpler()) {
                List<ClusterStep> changed = new ArrayList<>(steps);
                changed.set(i, simpler);
                if (run(schedule.with(changed), mutant.get(), null) != null) {
                    return schedule.with(changed);
                }
            }
        }
        return null;
    }

    /** What happens in the smallest schedule that fails as this one does. */
    static String story(ClusterSchedule failing, Supplier<ClusterMutant> mutant) {
        ClusterSchedule smallest = shrink(failing, mutant);
        List<String> lines = new ArrayList<>();
        AssertionError violation = run(smallest, mutant.get(), lines);
        return "seed " + failing.seed() + ", " + failing.steps().size() + " steps, of which these are needed: "
                + smallest.steps() + "\n" + String.join("\n", lines) + "\n=> "
                + (violation == null ? "nothing" : violation.getMessage() + causeOf(violation));
    }

    private static String causeOf(AssertionError violation) {
        Throwable cause = violation.getCause();
        return cause == null
                ? ""
                : ": " + cause + " at " + List.of(cause.getStackTrace()).subList(0, 3);
    }
}
