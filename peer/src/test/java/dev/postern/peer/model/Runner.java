package dev.postern.peer.model;

import dev.postern.peer.SignalingState;
import dev.postern.signaling.SignalingConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs schedules, finds the smallest that still fails, and tells its story. */
final class Runner {

    private static final long[] PATIENCE_MILLIS = {100, 1_000, 5_000, 10_500, 20_000, 45_000};
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Longer than silence, the longest delay between attempts and a timeout of a request together. */
    private static final long HEAL_NANOS = TimeUnit.SECONDS.toNanos(150);

    private final Map<Setup, SignalingConfig> configs = new HashMap<>();

    /** Runs a schedule; null if the property holds. */
    @Nullable
    AssertionError run(Schedule schedule, Mutant mutant, @Nullable List<String> story) {
        SignalingConfig config = configs.computeIfAbsent(schedule.setup(), Setup::config);
        try {
            World world = new World(schedule, mutant.config(schedule.setup(), config), mutant, story);
            world.advance(SETTLE_NANOS);
            world.clients().forEach(client -> client.join(Setup.ROOMS.get(0)));
            world.advance(SETTLE_NANOS);
            for (Step step : schedule.steps()) {
                world.tell(() -> "* " + step);
                take(world, step);
                // No two steps happen at the instant of something else.
                world.advance(TimeUnit.MILLISECONDS.toNanos(step.thenMillis()) + 7_919);
            }
            world.heal();
            for (long healed = 0; healed < HEAL_NANOS && (healed == 0 || !world.isQuiet()); healed += SETTLE_NANOS) {
                world.advance(SETTLE_NANOS);
            }
            world.clients().forEach(client -> client.program.checkComplete());
            return null;
        } catch (AssertionError violation) {
            return violation;
        }
    }

    private static void take(World world, Step step) {
        TestClient client = world.client(step.who());
        String room = Setup.ROOMS.get(step.a() % Setup.ROOMS.size());
        long patience = TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS[step.a() % PATIENCE_MILLIS.length]);
        Link link = client.link();
        boolean isUp = link != null && client.engine.state() != SignalingState.WAITING;
        switch (step.kind()) {
            case JOIN -> client.join(room);
            case LEAVE -> client.leave(room);
            case SIG -> {
                for (int i = 0; i <= step.b() * step.b() / 2; i++) {
                    client.sig(room, step.a());
                }
            }
            case ICE -> client.ice(room, step.b());
            case CUT -> cut(world, link, step, true, true);
            case CUT_UNNOTICED_BY_SERVER -> cut(world, link, step, false, true);
            case CUT_UNNOTICED_BY_CLIENT -> cut(world, link, step, true, false);
            case FREEZE_UP -> client.freezeUp(patience);
            case FREEZE_DOWN -> client.freezeDown(patience);
            case STALL -> stall(world, link, isUp);
            case READ -> stall(world, link, false);
            case DROP -> client.engine.drop(world.nowNanos());
            case REPEAT -> {
                if (link != null) {
                    world.repeat(link);
                }
            }
            case STEAL -> {
                if (!client.tickets.isEmpty()) {
                    world.steal(client.tickets.get(step.a() * 7 % client.tickets.size()), client);
                }
            }
            case REPLACE -> world.replace(step.who());
            case KILL -> world.stopServer(false, patience);
            case DRAIN -> world.stopServer(true, patience);
            case WAIT -> {
                // Time passes behind every step.
            }
        }
    }

    private static void cut(World world, @Nullable Link link, Step step, boolean serverNotices, boolean clientNotices) {
        if (link != null && !link.isCut) {
            link.cut(world.nowNanos(), step.a(), step.b(), serverNotices, clientNotices);
        }
    }

    private static void stall(World world, @Nullable Link link, boolean stalls) {
        if (link != null) {
            link.isStalled = stalls;
            link.flush(world.nowNanos());
        }
    }

    /** The smallest schedule that still fails: steps are left out, then made smaller, as long as that is possible. */
    Schedule shrink(Schedule failing, Mutant.Kind kind) {
        Schedule smallest = failing;
        for (Schedule smaller = smallerOf(smallest, kind); smaller != null; smaller = smallerOf(smallest, kind)) {
            smallest = smaller;
        }
        return smallest;
    }

    private @Nullable Schedule smallerOf(Schedule schedule, Mutant.Kind kind) {
        List<Step> steps = schedule.steps();
        for (int size = Math.max(1, steps.size() / 2); size >= 1; size /= 2) {
            for (int from = 0; from + size <= steps.size(); from++) {
                List<Step> without = new ArrayList<>(steps);
                without.subList(from, from + size).clear();
                if (fails(schedule.with(without), kind)) {
                    return schedule.with(without);
                }
            }
        }
        for (int i = 0; i < steps.size(); i++) {
            for (Step simpler : steps.get(i).simpler()) {
                List<Step> changed = new ArrayList<>(steps);
                changed.set(i, simpler);
                if (fails(schedule.with(changed), kind)) {
                    return schedule.with(changed);
                }
            }
        }
        return null;
    }

    private boolean fails(Schedule schedule, Mutant.Kind kind) {
        return run(schedule, kind.make(), null) != null;
    }

    /** What happens in the smallest schedule that fails as this one does. */
    String story(Schedule failing, Mutant.Kind kind) {
        Schedule smallest = shrink(failing, kind);
        List<String> lines = new ArrayList<>();
        AssertionError violation = run(smallest, kind.make(), lines);
        return "seed " + failing.seed() + ", " + failing.steps().size() + " steps, of which these are needed: "
                + smallest.steps() + "\nwith " + smallest.setup() + "\n" + String.join("\n", lines) + "\n=> "
                + (violation == null ? "nothing" : violation.getMessage());
    }
}
