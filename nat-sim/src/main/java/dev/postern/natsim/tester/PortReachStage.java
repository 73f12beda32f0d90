package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * R2: at which ports of the server's first address UDP gets an answer. Silence may be the server's as well as the network's, so that
 * only what passes is said. It runs after the filter was looked at, since it contacts further ports.
 */
final class PortReachStage implements Stage {

    /** DNS, NTP, HTTP/3, IKE, STUN, IPsec over UDP, SIP, and what Google's STUN servers have. */
    static final List<Integer> PORTS = List.of(53, 123, 443, 500, 3478, 4500, 5060, 19_302);

    private static final String PROBE = "R2";

    private final Probes probes;
    private final TreeSet<Integer> passing = new TreeSet<>();

    PortReachStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        probes.inTurn(PORTS.size(), PORTS.size(), (i, next) -> attempt(PORTS.get(i), 1, next), () -> {
            probes.facts.found(Topic.UDP_PORTS, finding());
            done.run();
        });
    }

    /** Another fresh socket for each attempt: a filter may remember the one before. */
    private void attempt(int port, int number, Runnable next) {
        ProbeSocket socket = probes.bench.fresh();
        if (socket == null) {
            next.run();
            return;
        }
        TransportAddress server = TransportAddress.of(probes.facts.p1.ip(), port);
        Consumer<Asker.Reply> then = reply -> {
            probes.bench.close(socket);
            if (reply.arrival() != null) {
                probes.bench.observe(PROBE, "answer from " + reply.arrival().from() + " to a request to " + server);
                passing.add(port);
                next.run();
            } else if (number < Tries.COUNT) {
                attempt(port, number + 1, next);
            } else {
                probes.bench.observe(PROBE, "no answer to requests to " + server);
                next.run();
            }
        };
        probes.asker.listen(socket, server, Request.PLAIN, then);
    }

    private Finding<PortList> finding() {
        if (passing.isEmpty()) {
            return Finding.notMeasurable("no port of the server answers");
        }
        String silent = PORTS.stream()
                .filter(port -> !passing.contains(port))
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        return Finding.measured(
                new PortList(List.copyOf(passing)),
                silent.isEmpty() ? "" : "no answer from " + silent + ", where the server need not listen");
    }
}
