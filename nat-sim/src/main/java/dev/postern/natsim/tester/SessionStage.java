package dev.postern.natsim.tester;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.tester.SessionLimit.End;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * M10, only if asked for: how many mappings one machine may have at once, and whether those that exist survive when there are no more
 * (RFC 6888 REQ-4). Fresh sockets ask P1, one mapping each, and are closed; some stay open, and P1 sends to the eldest of them now and
 * then. It runs when the mappings of other probes have ended, and before those that keep TCP connections for hours. An address that was mapped before must go on to be answered, or else
 * it is the server or the line that refuses.
 */
final class SessionStage implements Stage {

    private static final String PROBE = "M10";
    private static final int WIDTH = 8;
    private static final int CHECK_EVERY = 25;
    private static final int ENOUGH_SILENT = 4;
    private static final long PAUSE_NANOS = 20 * Bench.MILLI;
    private static final double OF_LIFETIME = 0.8;

    private final Probes probes;
    private final List<Seen> elders = new ArrayList<>();
    private @Nullable Seen asking;
    private long deadlineNanos = Long.MAX_VALUE;
    private int made;
    private int madeAtCheck;
    private int silent;
    private int silentSends;
    private int checks;
    private boolean over;
    private boolean checking;
    private @Nullable Finding<SessionLimit> finding;

    SessionStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Facts facts = probes.facts;
        boolean stateless = facts.find(Topic.TRANSLATION).is(Translation.NONE)
                && facts.find(Topic.FILTERING).is(Filtering.EIF);
        if (probes.config.sessions() == 0 || stateless) {
            facts.notMeasurable(
                    Topic.SESSIONS,
                    stateless ? "there is neither a NAT nor a filter with state" : "it was not asked for");
            done.run();
            return;
        }
        probes.bench.after(untilOthersEnded(), () -> begin(done));
    }

    /** How long the mappings of other probes may still live, and their ports rest. */
    private long untilOthersEnded() {
        if (!probes.config.lifetimes()) {
            return 0;
        }
        Finding<Span> lifetime = probes.facts.find(Topic.LIFETIME);
        Duration end = lifetime.isMeasured() ? lifetime.value().atMost() : null;
        Finding<Span> rest = probes.facts.find(Topic.PORT_REST);
        Duration resting = rest.isMeasured() ? rest.value().atMost() : null;
        return (end == null ? probes.config.longestLifetime() : end).toNanos()
                + (resting == null ? ReuseStage.LONGEST_NANOS : resting.toNanos())
                + Bench.SECOND;
    }

    private void begin(Runnable done) {
        Finding<Span> lifetime = probes.facts.find(Topic.LIFETIME);
        if (lifetime.isMeasured()) {
            deadlineNanos = probes.bench.nowNanos()
                    + (long) (OF_LIFETIME * lifetime.value().longerThan().toNanos());
        }
        probes.openAndAsk((socket, seen) -> {
            if (socket == null || seen == null) {
                probes.facts.found(Topic.SESSIONS, Finding.inconclusive("the probe could not be made"));
                done.run();
                return;
            }
            asking = new Seen(socket, seen);
            made = 1;
            probes.inTurn(
                    probes.config.sessions() - 1,
                    WIDTH,
                    this::member,
                    () -> lastCheck(() -> {
                        probes.facts.found(Topic.SESSIONS, judged());
                        elders.forEach(elder -> probes.bench.close(elder.socket()));
                        probes.bench.close(socket);
                        probes.bench.after(probes.bench.wire() == null ? 0 : untilOthersEnded(), done);
                    }));
        });
    }

    private void member(int number, Runnable next) {
        if (over) {
            next.run();
        } else if (checking) {
            probes.bench.after(PAUSE_NANOS, () -> member(number, next));
        } else if (probes.bench.nowNanos() > deadlineNanos) {
            stop(Finding.inconclusive("the first of " + made + " mappings may have ended before more were made"));
            next.run();
        } else if (number > 0 && number % CHECK_EVERY == 0) {
            checking = true;
            check(() -> {
                checking = false;
                one(next);
            });
        } else {
            one(next);
        }
    }

    private void one(Runnable next) {
        if (over) {
            next.run();
            return;
        }
        ProbeSocket socket = probes.bench.fresh();
        if (socket == null) {
            stop(Finding.inconclusive("no more than " + made + " sockets could be had"));
            next.run();
            return;
        }
        probes.asker.listen(socket, probes.facts.p1, Request.PLAIN, reply -> {
            TransportAddress seen = Probes.seenAs(reply);
            if (seen == null) {
                silent++;
                silentSends += reply.sends();
                over |= silent >= ENOUGH_SILENT && probes.bench.loss().isConvincing(silentSends);
                probes.bench.close(socket);
            } else {
                made++;
                keep(socket, seen);
            }
            probes.bench.after(PAUSE_NANOS, next);
        });
    }

    private void keep(ProbeSocket socket, TransportAddress seen) {
        boolean reached =
                asking != null && asking.at().ip().equals(seen.ip()); // RESPONSE-PORT leads to this address alone
        if (reached && elders.size() <= probes.config.sessions() / CHECK_EVERY) {
            elders.add(new Seen(socket, seen));
        } else {
            probes.bench.close(socket);
        }
    }

    private void stop(Finding<SessionLimit> why) {
        if (!over) {
            over = true;
            finding = why;
        }
    }

    /** P1 sends to the next of the eldest; it is told from a server that no longer answers by a request of the asking socket. */
    private void check(Runnable then) {
        Seen from = asking;
        if (from == null || checks >= elders.size()) {
            then.run();
            return;
        }
        Seen elder = elders.get(checks++);
        int madeBefore = made;
        hears(elder, from, heard -> {
            if (heard) {
                madeAtCheck = madeBefore - checks; // what stands before it in age may be gone
                then.run();
                return;
            }
            probes.asker.ask(from.socket(), probes.facts.p1, Request.PLAIN, reply -> {
                stop(
                        reply.arrival() == null
                                ? Finding.inconclusive("after " + made + " mappings the server no longer answers")
                                : Finding.measured(new SessionLimit(madeAtCheck, made, End.OLD_ONES_END), ""));
                then.run();
            });
        });
    }

    private void hears(Seen elder, Seen from, Consumer<Boolean> then) {
        Request request = Request.PLAIN.toPort(elder.at().port());
        probes.asker.listen(from.socket(), probes.facts.p1, request, reply -> {
            Arrival arrival = reply.arrival();
            then.accept(arrival != null && arrival.at() == elder.socket());
        });
    }

    private void lastCheck(Runnable then) {
        Seen from = asking;
        if (finding != null || from == null || elders.isEmpty()) {
            then.run();
            return;
        }
        probes.asker.ask(from.socket(), probes.facts.p1, Request.PLAIN, reply -> {
            if (reply.arrival() == null) {
                finding = Finding.inconclusive("after " + made + " mappings the server no longer answers");
                then.run();
                return;
            }
            hears(elders.get(Math.min(checks, elders.size() - 1)), from, heard -> {
                finding = limit(heard);
                then.run();
            });
        });
    }

    private Finding<SessionLimit> limit(boolean oldOnesLive) {
        boolean others = !probes.config.lifetimes();
        String all = others ? "mappings of other probes count, too" : "";
        if (!over) {
            return Finding.measured(
                    oldOnesLive
                            ? new SessionLimit(made, made + 1, End.NOT_REACHED)
                            : new SessionLimit(madeAtCheck, made, End.OLD_ONES_END),
                    all);
        }
        return Finding.measured(
                new SessionLimit(
                        made,
                        others ? SessionLimit.UNKNOWN : made + 1,
                        oldOnesLive ? End.REFUSED : End.REFUSED_AND_ENDED),
                all);
    }

    private Finding<SessionLimit> judged() {
        Finding<SessionLimit> found = finding;
        if (found == null) {
            return Finding.inconclusive("the probe could not be made");
        }
        if (found.isMeasured() && found.value().end() == End.OLD_ONES_END) {
            probes.facts.anomaly("New mappings end old ones, which RFC 6888 advises against.");
        }
        probes.bench.observe(PROBE, made + " mappings made, " + silent + " requests without an answer: " + found);
        return found;
    }
}
