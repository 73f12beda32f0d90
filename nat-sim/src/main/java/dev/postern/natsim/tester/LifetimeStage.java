package dev.postern.natsim.tester;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Mapping;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * L1, L2 and L5, all at once: how long a mapping lasts after a single packet, after an exchange, and how long the filter remembers an
 * address that was contacted while the mapping is kept alive.
 */
final class LifetimeStage implements Stage {

    private static final int EXCHANGES = 3;
    private static final long BETWEEN_EXCHANGES_NANOS = 1200 * Bench.MILLI;
    private static final long KEEP_ALIVE_NANOS = 5 * Bench.SECOND;

    /** A probe, and where its finding goes. */
    private record Run(Topic<Span> topic, Aging aging) {}

    private final Probes probes;
    private final List<Run> runs = new ArrayList<>();
    private int open;

    LifetimeStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Facts facts = probes.facts;
        String obstacle = obstacle();
        if (obstacle != null) {
            for (Topic<?> topic : Topic.LIFETIMES) {
                facts.notMeasurable(topic, obstacle);
            }
            done.run();
            return;
        }
        runs.add(new Run(
                Topic.LIFETIME,
                new Aging(probes, "L1", facts.p1, "one packet", (socket, ready) -> ready.accept(true))));
        runs.add(new Run(
                Topic.STREAM_LIFETIME,
                new Aging(
                        probes,
                        "L2",
                        facts.p1,
                        "an exchange of seconds",
                        (socket, ready) -> exchange(socket, 1, ready))));
        String noFilter = noFilterOfItsOwn();
        if (noFilter == null) {
            runs.add(new Run(
                    Topic.FILTER_LIFETIME,
                    new Aging(probes, "L5", facts.q1(), "one packet to Q1, and P1 kept alive", this::contactAndKeep)));
        } else {
            facts.found(Topic.FILTER_LIFETIME, Finding.notMeasurable(noFilter));
        }
        open = runs.size();
        runs.forEach(run -> run.aging().run(finding -> {
            facts.found(run.topic(), finding);
            open--;
            if (open == 0) {
                done.run();
            }
        }));
    }

    private @Nullable String obstacle() {
        Facts facts = probes.facts;
        if (!probes.config.lifetimes()) {
            return "it was not asked for";
        }
        if (facts.find(Topic.EVICTION).is(true)) {
            return "new mappings end old ones, and the probe needs many";
        }
        boolean stateless = facts.find(Topic.TRANSLATION).is(Translation.NONE)
                && facts.find(Topic.FILTERING).is(Filtering.EIF);
        return stateless ? "there is neither a NAT nor a filter whose state could end" : null;
    }

    private @Nullable String noFilterOfItsOwn() {
        Facts facts = probes.facts;
        boolean oneMapping = facts.find(Topic.MAPPING).is(Mapping.EIM)
                || facts.find(Topic.TRANSLATION).is(Translation.NONE);
        if (!oneMapping) {
            return "each destination has a mapping of its own, which ends with its filter";
        }
        if (facts.find(Topic.FILTERING).is(Filtering.EIF)) {
            return "nothing is filtered";
        }
        return facts.find(Topic.FILTER_PER_HOST).is(false)
                ? null
                : "the filter goes by what any socket contacts, and the probes contact Q1 themselves";
    }

    private void exchange(ProbeSocket socket, int number, Consumer<Boolean> ready) {
        if (number == EXCHANGES) {
            ready.accept(true);
            return;
        }
        probes.bench.after(
                BETWEEN_EXCHANGES_NANOS,
                () -> probes.asker.ask(socket, probes.facts.p1, Request.PLAIN, reply -> {
                    if (reply.arrival() == null) {
                        ready.accept(false);
                    } else {
                        exchange(socket, number + 1, ready);
                    }
                }));
    }

    private void contactAndKeep(ProbeSocket socket, Consumer<Boolean> ready) {
        probes.asker.ask(socket, probes.facts.q1(), Request.PLAIN, reply -> {
            if (reply.arrival() != null) {
                keepAlive(socket, probes.facts.p1, KEEP_ALIVE_NANOS);
            }
            ready.accept(reply.arrival() != null);
        });
    }

    private void keepAlive(ProbeSocket socket, TransportAddress to, long everyNanos) {
        probes.bench.after(everyNanos, () -> {
            if (probes.bench.isOpen(socket)) {
                socket.send(to, Request.indication(probes.bench.newId()));
                keepAlive(socket, to, everyNanos);
            }
        });
    }
}
