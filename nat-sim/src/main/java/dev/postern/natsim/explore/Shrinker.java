package dev.postern.natsim.explore;

import dev.postern.natsim.FilterScope;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBehaviourBuilder;
import dev.postern.natsim.Pooling;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.Rewrites;
import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Placement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a trial that shows something smaller for as long as it shows the same: NATs go, then what is left of them becomes
 * plain, then times, then packets that it does not need. The order of what is tried is fixed; so the same trial shrinks to the same.
 */
final class Shrinker {

    /** Shrinking ends after so many runs, with the smallest found until then. */
    static final int MAX_RUNS = 2000;

    private final Judge judge;
    private int runs;

    Shrinker(Judge judge) {
        this.judge = judge;
    }

    /** The smallest trial found that disagrees in the same way. */
    Judgement shrink(Judgement found) {
        Judgement smallest = found;
        Judgement smaller = smallerThan(smallest);
        while (smaller != null) {
            smallest = smaller;
            smaller = smallerThan(smallest);
        }
        return smallest.isMoreConnected() ? smallest.with(fewestPackets(smallest)) : smallest;
    }

    /** Leaves out each packet that the outcome does not need, the last first. */
    private List<String> fewestPackets(Judgement found) {
        Script whole = new Script();
        ModelRun.of(found.trial(), 0, whole);
        Set<String> kept = new HashSet<>(whole.packets());
        List<String> lastFirst = new ArrayList<>(whole.packets());
        Collections.reverse(lastFirst);
        Script fewest = whole;
        for (String packet : lastFirst) {
            kept.remove(packet);
            Script fewer = new Script(kept);
            if (runs++ < MAX_RUNS && ModelRun.of(found.trial(), 0, fewer).outcome() == found.observed()) {
                fewest = fewer;
            } else {
                kept.add(packet);
            }
        }
        return fewest.lines();
    }

    private @Nullable Judgement smallerThan(Judgement found) {
        for (Trial candidate : simpler(found.trial())) {
            if (runs++ >= MAX_RUNS) {
                return null;
            }
            Judgement still = judge.judge(candidate);
            if (still.differsAs(found)) {
                return still;
            }
        }
        return null;
    }

    /** Every trial that is one step simpler, the biggest steps first. */
    private static List<Trial> simpler(Trial trial) {
        List<Trial> simpler = new ArrayList<>();
        Placement p = trial.placement();
        without(p.shared(), shared -> add(simpler, trial, p.a(), p.b(), shared, p.isolated() && !shared.isEmpty()));
        without(p.a(), a -> add(simpler, trial, a, p.b(), p.shared(), p.isolated()));
        without(p.b(), b -> add(simpler, trial, p.a(), b, p.shared(), p.isolated()));
        if (p.isolated()) {
            add(simpler, trial, p.a(), p.b(), p.shared(), false);
        }
        if (p.sameInside()) {
            simpler.add(
                    trial.with(new Placement(p.a(), p.b(), p.shared(), p.isolated(), false, p.bAtServer(), p.turn())));
        }
        if (p.bAtServer()) {
            simpler.add(
                    trial.with(new Placement(p.a(), p.b(), p.shared(), p.isolated(), p.sameInside(), false, p.turn())));
        }
        if (p.turn() != Turn.NONE) {
            simpler.add(trial.with(p.withTurn(Turn.NONE)));
        }
        if (p.turn() == Turn.UDP_AND_TCP) {
            simpler.add(trial.with(p.withTurn(Turn.UDP)));
        }
        plainer(p.shared(), shared -> add(simpler, trial, p.a(), p.b(), shared, p.isolated()));
        plainer(p.a(), a -> add(simpler, trial, a, p.b(), p.shared(), p.isolated()));
        plainer(p.b(), b -> add(simpler, trial, p.a(), b, p.shared(), p.isolated()));
        times(trial, simpler);
        return simpler;
    }

    private static void add(
            List<Trial> simpler,
            Trial trial,
            List<NatBehaviour> a,
            List<NatBehaviour> b,
            List<NatBehaviour> shared,
            boolean isolated) {
        Placement p = trial.placement();
        simpler.add(trial.with(new Placement(a, b, shared, isolated, p.sameInside(), p.bAtServer(), p.turn())));
    }

    private static void times(Trial trial, List<Trial> simpler) {
        long seed = trial.seed();
        int a = trial.latencyOfAMillis();
        int b = trial.latencyOfBMillis();
        if (trial.lossPercent() != 0) {
            simpler.add(trial.with(0, trial.ipv6()));
        }
        if (trial.ipv6()) {
            simpler.add(trial.with(trial.lossPercent(), false));
        }
        if (trial.headStartMillis() != 0) {
            simpler.add(trial.withTimes(seed, a, b, 0));
        }
        if (a != 10 || b != 10) {
            simpler.add(trial.withTimes(seed, 10, 10, trial.headStartMillis()));
        }
        if (seed != 1) {
            simpler.add(trial.withTimes(1, a, b, trial.headStartMillis()));
        }
    }

    private interface Taker {
        void take(List<NatBehaviour> nats);
    }

    private static void without(List<NatBehaviour> nats, Taker taker) {
        for (int i = 0; i < nats.size(); i++) {
            List<NatBehaviour> fewer = new ArrayList<>(nats);
            fewer.remove(i);
            taker.take(fewer);
        }
    }

    private static void plainer(List<NatBehaviour> nats, Taker taker) {
        for (int i = 0; i < nats.size(); i++) {
            for (NatBehaviour plainer : plainer(nats.get(i))) {
                List<NatBehaviour> changed = new ArrayList<>(nats);
                changed.set(i, plainer);
                taker.take(changed);
            }
        }
    }

    private static List<NatBehaviour> plainer(NatBehaviour nat) {
        List<NatBehaviour> plainer = new ArrayList<>();
        change(plainer, nat, builder -> builder.blocked(Set.of()));
        change(plainer, nat, builder -> builder.openInput(false));
        change(plainer, nat, builder -> builder.blacklist(Duration.ZERO));
        change(plainer, nat, builder -> builder.pooling(Pooling.PAIRED));
        change(plainer, nat, builder -> builder.hairpin(Hairpin.NONE));
        change(plainer, nat, builder -> builder.filterScope(FilterScope.MAPPING));
        change(plainer, nat, builder -> builder.ports(PortAllocation.PRESERVE));
        change(plainer, nat, builder -> builder.inboundRefresh(false));
        if (nat.rewrites() == Rewrites.ADDRESSES) {
            change(plainer, nat, builder -> builder.translates(true));
        }
        if (nat.mapping() != Mapping.EIM) {
            plainer.add(NatText.withAxes(nat, Mapping.EIM, nat.filtering()));
        }
        if (nat.filtering() != Filtering.EIF) {
            plainer.add(NatText.withAxes(nat, nat.mapping(), Filtering.EIF));
        }
        return plainer;
    }

    private static void change(
            List<NatBehaviour> plainer, NatBehaviour nat, Function<NatBehaviourBuilder, NatBehaviourBuilder> change) {
        NatBehaviour changed = NatText.named(change.apply(nat.toBuilder()).build());
        if (!changed.equals(NatText.named(nat))) {
            plainer.add(changed);
        }
    }
}
