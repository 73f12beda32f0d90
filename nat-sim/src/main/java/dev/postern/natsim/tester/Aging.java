package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out after which time something is forgotten. Many sockets are prepared at once; each is left alone for another time, and then
 * one more socket asks the server to answer to the mapping of that socket (RESPONSE-PORT; RFC 5780 section 4.6). All times run at once,
 * so that the whole takes as long as the longest.
 */
final class Aging {

    private static final int PER_TIME = 2;
    private static final int SOCKETS_FOR_ONE_ADDRESS = 6;
    private static final long PACE_NANOS = 20 * Bench.MILLI;

    /** What happens to a socket, which P1 has answered already, before it is left alone. */
    interface Preparation {
        void prepare(ProbeSocket socket, Consumer<Boolean> ready);
    }

    private final Probes probes;
    private final String probe;
    private final TransportAddress answering;
    private final Preparation preparation;
    private final String what;
    private final AgeScan ages;
    private int refused;
    private int open;

    /**
     * A probe that has not begun.
     *
     * @param answering the address of the server that is to answer to the socket in the end
     * @param what the words for what happened before the silence
     */
    Aging(Probes probes, String probe, TransportAddress answering, String what, Preparation preparation) {
        this.probes = probes;
        this.probe = probe;
        this.answering = answering;
        this.what = what;
        this.preparation = preparation;
        this.ages = new AgeScan(probes.bench.loss(), probes.config.longestLifetime());
    }

    void run(Consumer<Finding<Span>> then) {
        probes.openAndAsk((asking, askingSeen) -> {
            if (asking == null || askingSeen == null) {
                then.accept(Finding.inconclusive("the probe could not be made"));
                return;
            }
            all(asking, askingSeen, () -> {
                probes.bench.close(asking);
                then.accept(finding());
            });
        });
    }

    private void all(ProbeSocket asking, TransportAddress askingSeen, Runnable done) {
        List<Long> times = ages.times();
        open = times.size() * PER_TIME;
        int count = open;
        for (int i = 0; i < count; i++) {
            long time = times.get(i % times.size());
            probes.bench.after(
                    i * PACE_NANOS,
                    () -> one(time, asking, askingSeen, () -> {
                        open--;
                        if (open == 0) {
                            done.run();
                        }
                    }));
        }
    }

    private void one(long time, ProbeSocket asking, TransportAddress askingSeen, Runnable done) {
        one(time, asking, askingSeen, 1, done);
    }

    private void one(long time, ProbeSocket asking, TransportAddress askingSeen, int attempt, Runnable done) {
        probes.openAndAsk((socket, seen) -> {
            if (socket == null || seen == null) {
                done.run();
                return;
            }
            if (!seen.ip().equals(askingSeen.ip())) {
                probes.bench.close(socket); // RESPONSE-PORT would lead to another address
                if (attempt < SOCKETS_FOR_ONE_ADDRESS) {
                    one(time, asking, askingSeen, attempt + 1, done);
                } else {
                    done.run();
                }
                return;
            }
            preparation.prepare(socket, ready -> {
                if (ready) {
                    probes.bench.after(time, () -> test(time, asking, socket, seen, done));
                } else {
                    probes.bench.close(socket);
                    done.run();
                }
            });
        });
    }

    private void test(long time, ProbeSocket asking, ProbeSocket socket, TransportAddress seen, Runnable done) {
        probes.asker.listen(asking, answering, Request.PLAIN.toPort(seen.port()), reply -> {
            @Nullable Arrival arrival = reply.arrival();
            boolean heard = arrival != null && arrival.at() == socket;
            if (arrival != null && arrival.isError()) {
                refused++;
            } else {
                ages.note(time, heard, reply.sends());
            }
            probes.bench.observe(
                    probe,
                    what + ", then left alone for " + Duration.ofNanos(time).toSeconds() + " s: "
                            + (heard ? "heard" : "silent"));
            probes.bench.close(socket);
            done.run();
        });
    }

    private Finding<Span> finding() {
        return refused > 0
                ? Finding.notMeasurable("the server has no RESPONSE-PORT")
                : ages.finding(what, 2 * probes.asker.longestRttNanos());
    }
}
