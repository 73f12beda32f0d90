package dev.postern.natsim.tester;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.IcmpReason;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.tester.Tries.Outcome;
import dev.postern.stun.TransportAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * L7: whether an ICMP error ends a mapping (RFC 4787 REQ-12: it must not). The socket sends to a port of the server that is closed, whose
 * host answers with port unreachable; then P1 sends to the mapping. Only a try in which the error arrived counts.
 */
final class ErrorStage implements Stage {

    private static final String PROBE = "L7";
    private static final int FIRST_CLOSED_PORT = 33_434; // where traceroute sends to
    private static final int CLOSED_PORTS = 512;
    private static final int SENDS = 3;
    private static final long WAIT_NANOS = Bench.SECOND;

    private final Probes probes;
    private boolean errorHeard;

    ErrorStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        String obstacle = obstacle();
        if (obstacle != null) {
            probes.facts.notMeasurable(Topic.ICMP_ENDS, obstacle);
            done.run();
            return;
        }
        Tries.run(
                probes.bench.loss(),
                (i, outcome) -> probes.openPair((asking, mapped) -> {
                    if (asking == null || mapped == null) {
                        outcome.accept(Outcome.FAILED);
                    } else {
                        provoke(mapped.socket(), mapped.at(), asking.socket(), outcome);
                    }
                }),
                tries -> {
                    probes.facts.found(Topic.ICMP_ENDS, finding(tries));
                    done.run();
                });
    }

    private @Nullable String obstacle() {
        Facts facts = probes.facts;
        boolean translated = !facts.find(Topic.TRANSLATION).is(Translation.NONE);
        if (!translated && facts.find(Topic.FILTERING).is(Filtering.EIF)) {
            return "there is neither a NAT nor a filter whose state could end";
        }
        boolean shared = !translated
                || facts.find(Topic.MAPPING).is(Mapping.EIM)
                || facts.find(Topic.MAPPING).is(Mapping.ADM);
        return shared ? null : "each destination has a mapping of its own, and the error is about another one";
    }

    private void provoke(ProbeSocket socket, TransportAddress seen, ProbeSocket asking, Consumer<Outcome> outcome) {
        TransportAddress closed = TransportAddress.of(
                probes.facts.p1.ip(), FIRST_CLOSED_PORT + probes.bench.random().nextInt(CLOSED_PORTS));
        new Provocation(socket, seen, asking, closed, outcome).send();
    }

    /** One try: sends until the error comes. */
    private final class Provocation {

        private final ProbeSocket socket;
        private final TransportAddress seen;
        private final ProbeSocket asking;
        private final TransportAddress closed;
        private final Consumer<Outcome> outcome;
        private int sends;
        private boolean over;

        Provocation(
                ProbeSocket socket,
                TransportAddress seen,
                ProbeSocket asking,
                TransportAddress closed,
                Consumer<Outcome> outcome) {
            this.socket = socket;
            this.seen = seen;
            this.asking = asking;
            this.closed = closed;
            this.outcome = outcome;
            probes.bench.expectErrors(socket, this::onError);
        }

        void send() {
            if (over) {
                return;
            }
            boolean possible = sends < SENDS && socket.sendForError(closed, Request.indication(probes.bench.newId()));
            sends++;
            if (possible) {
                probes.bench.after(WAIT_NANOS, this::send);
            } else {
                probes.bench.observe(PROBE, "no ICMP error about datagrams to " + closed);
                end(Outcome.FAILED);
            }
        }

        private void onError(IcmpArrival error) {
            if (!over && error.to().equals(closed) && error.reason() == IcmpReason.PORT_UNREACHABLE) {
                over = true;
                errorHeard = true;
                probes.asker.listen(asking, probes.facts.p1, Request.PLAIN.toPort(seen.port()), reply -> {
                    Arrival arrival = reply.arrival();
                    boolean heard = arrival != null && arrival.at() == socket;
                    probes.bench.observe(
                            PROBE,
                            "port unreachable from " + closed + ", then P1 sends to " + seen + ": "
                                    + (heard ? "heard" : "silent"));
                    end(arrival != null && arrival.isError() ? Outcome.FAILED : Outcome.of(heard, reply.sends()));
                });
            }
        }

        private void end(Outcome how) {
            over = true;
            probes.bench.close(socket);
            probes.bench.close(asking);
            outcome.accept(how);
        }
    }

    private Finding<Boolean> finding(Tries tries) {
        if (!errorHeard) {
            return Finding.notMeasurable("no ICMP error arrives here");
        }
        Finding<Boolean> lives = Tries.finding(tries, "", "");
        if (!lives.isMeasured()) {
            return lives;
        }
        if (lives.is(false)) {
            probes.facts.anomaly("An ICMP error about one destination ends a mapping, which RFC 4787 REQ-12 forbids.");
        }
        return Finding.measured(lives.is(false), "a port unreachable of the server");
    }
}
