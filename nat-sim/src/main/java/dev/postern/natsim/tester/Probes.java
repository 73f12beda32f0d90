package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What probes have in common: the bench, the asker, the facts, and sequences of steps that wait for each other. */
final class Probes {

    private static final int SOCKETS_FOR_ONE_ADDRESS = 6;

    final Bench bench;
    final Asker asker;
    final Facts facts;
    final TesterConfig config;
    /** Packets made by hand; null where there are none. */
    final @Nullable Wire wire;

    Probes(Bench bench, Facts facts, TesterConfig config) {
        this.bench = bench;
        this.asker = new Asker(bench, config.patience());
        this.facts = facts;
        this.config = config;
        ProbeWire packets = bench.wire();
        this.wire = packets == null ? null : new Wire(bench, asker, packets);
    }

    /** Opens a fresh socket, asks P1 from it, and goes on with what P1 saw; null if there is no socket or no answer. */
    void openAndAsk(BiConsumer<@Nullable ProbeSocket, @Nullable TransportAddress> then) {
        openAndAsk(0, then);
    }

    /** The same from the given machine. */
    void openAndAsk(int host, BiConsumer<@Nullable ProbeSocket, @Nullable TransportAddress> then) {
        ProbeSocket socket = bench.fresh(host);
        if (socket == null) {
            then.accept(null, null);
            return;
        }
        asker.ask(socket, facts.p1, Request.PLAIN, reply -> {
            TransportAddress seen = seenAs(reply);
            if (seen == null) {
                bench.close(socket);
                then.accept(null, null);
            } else {
                then.accept(socket, seen);
            }
        });
    }

    /**
     * Opens two fresh sockets that P1 sees at one address, so that a request of the first with RESPONSE-PORT leads to the second; both null if
     * they are not to be had.
     */
    void openPair(BiConsumer<@Nullable Seen, @Nullable Seen> then) {
        openAndAsk((asking, at) -> {
            if (asking == null || at == null) {
                then.accept(null, null);
            } else {
                openBeside(new Seen(asking, at), 1, then);
            }
        });
    }

    private void openBeside(Seen asking, int attempt, BiConsumer<@Nullable Seen, @Nullable Seen> then) {
        openAndAsk((socket, at) -> {
            if (socket != null && at != null && at.ip().equals(asking.at().ip())) {
                then.accept(asking, new Seen(socket, at));
                return;
            }
            if (socket != null) {
                bench.close(socket);
            }
            if (socket != null && attempt < SOCKETS_FOR_ONE_ADDRESS) {
                openBeside(asking, attempt + 1, then);
            } else {
                bench.close(asking.socket());
                then.accept(null, null);
            }
        });
    }

    /**
     * Whether an answer did not come from where it was asked from; then the server is of no use, which is noted. An error response says
     * that the server cannot do what was asked.
     */
    boolean isDishonest(Arrival arrival, TransportAddress asked) {
        String reason = "";
        if (arrival.isError()) {
            reason = "it answers " + arrival.errorCode() + " when asked to answer from " + facts.nameOf(asked);
        } else if (!arrival.from().equals(asked)) {
            reason = "asked to answer from " + asked + " it answers from " + arrival.from();
        } else if (arrival.origin() != null && !arrival.from().equals(arrival.origin())) {
            reason = "it answers from " + arrival.from() + " and says that it does from " + arrival.origin();
        }
        if (!reason.isEmpty()) {
            bench.observe("R5", reason);
            facts.found(Topic.SERVER, Finding.measured(false, reason));
        }
        return !reason.isEmpty();
    }

    /** Why there is nothing to ask the server's other addresses. */
    String whyNoServer() {
        if (facts.find(Topic.UDP).is(false)) {
            return "UDP does not come through";
        }
        Finding<Boolean> server = facts.find(Topic.SERVER);
        return server.is(false) ? "the server is not usable: " + server.reason() : "the server is not known";
    }

    static @Nullable TransportAddress seenAs(Asker.Reply reply) {
        Arrival arrival = reply.arrival();
        return arrival == null || arrival.isError() ? null : arrival.seenAs();
    }

    /** Asks all of these from one socket, one after the other; the answers stand in their order, null where none came. */
    void askEach(ProbeSocket socket, List<TransportAddress> servers, Consumer<@Nullable TransportAddress[]> then) {
        @Nullable TransportAddress[] seen = new TransportAddress[servers.size()];
        inTurn(
                servers.size(),
                1,
                (i, next) -> asker.ask(socket, servers.get(i), Request.PLAIN, reply -> {
                    seen[i] = seenAs(reply);
                    next.run();
                }),
                () -> then.accept(seen));
    }

    /** Does something {@code count} times, {@code width} at once; each says when it is done, and then the whole is. */
    void inTurn(int count, int width, BiConsumer<Integer, Runnable> step, Runnable done) {
        new Sequence(count, step, done).begin(Math.max(1, Math.min(width, count)));
    }

    private final class Sequence {
        private final int count;
        private final BiConsumer<Integer, Runnable> step;
        private final Runnable done;
        private int begun;
        private int ended;

        Sequence(int count, BiConsumer<Integer, Runnable> step, Runnable done) {
            this.count = count;
            this.step = step;
            this.done = done;
        }

        void begin(int width) {
            if (count == 0) {
                done.run();
                return;
            }
            for (int i = 0; i < width; i++) {
                step.accept(begun++, this::onEnd);
            }
        }

        private void onEnd() {
            ended++;
            if (ended == count) {
                done.run();
            } else if (begun < count) {
                int next = begun++;
                bench.after(0, () -> step.accept(next, this::onEnd)); // a stack that does not grow
            }
        }
    }
}
