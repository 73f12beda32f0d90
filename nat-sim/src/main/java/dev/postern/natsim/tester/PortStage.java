package dev.postern.natsim.tester;

import dev.postern.natsim.Mapping;
import dev.postern.natsim.tester.PortRule.Kind;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * M3 and M6: which external ports are picked. Sockets all over the range show whether theirs are kept; mappings that are made one
 * after the other show what follows what. M6 asks only addresses of the server, since nobody else would answer: from one socket to
 * all four of them where each has a mapping of its own, otherwise from one socket after the other.
 */
final class PortStage implements Stage {

    private static final int[] BANDS = {1024, 8192, 16_384, 32_768, 49_152, 65_536};
    private static final int PER_BAND = 4;
    private static final int WIDTH = 4;
    private static final int MAPPINGS = 32;
    private static final int PORT_TRIES = 8;
    private static final double NEARLY_ALL = 0.9;
    private static final double MOST = 0.6;
    private static final int FEWEST = 6;
    private static final int LONGEST_STEP = 1024;

    private final Probes probes;
    private final List<Integer> external = new ArrayList<>();
    private final int[] asked = new int[BANDS.length - 1];
    private final int[] kept = new int[BANDS.length - 1];

    PortStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Facts facts = probes.facts;
        if (facts.find(Topic.UDP).is(false) || !facts.find(Topic.TRANSLATION).is(Translation.NAT)) {
            boolean none = facts.find(Topic.TRANSLATION).isMeasured();
            facts.found(
                    Topic.PORTS,
                    Finding.notMeasurable(none ? "addresses are not translated" : "UDP does not come through"));
            done.run();
            return;
        }
        probes.inTurn(
                (BANDS.length - 1) * PER_BAND,
                WIDTH,
                this::keepsPort,
                () -> inOrder(() -> {
                    facts.found(Topic.PORTS, rule());
                    done.run();
                }));
    }

    private void keepsPort(int number, Runnable next) {
        int band = number / PER_BAND;
        ProbeSocket socket = inBand(band);
        if (socket == null) {
            next.run();
            return;
        }
        probes.asker.ask(socket, probes.facts.p1, Request.PLAIN, reply -> {
            TransportAddress seen = Probes.seenAs(reply);
            if (seen != null) {
                asked[band]++;
                kept[band] += seen.port() == socket.local().port() ? 1 : 0;
                probes.bench.observe("M3", socket.local().port() + " becomes " + seen.port());
            }
            probes.bench.close(socket);
            next.run();
        });
    }

    private @Nullable ProbeSocket inBand(int band) {
        for (int i = 0; i < PORT_TRIES; i++) {
            int port = BANDS[band] + probes.bench.random().nextInt(BANDS[band + 1] - BANDS[band]);
            ProbeSocket socket = probes.bench.freshAt(0, port);
            if (socket != null) {
                return socket;
            }
        }
        return null;
    }

    /** M6: mappings one after the other. */
    private void inOrder(Runnable done) {
        boolean perDestination = probes.facts.hasOther()
                && probes.facts.find(Topic.MAPPING).isMeasured()
                && !probes.facts.find(Topic.MAPPING).is(Mapping.EIM);
        List<TransportAddress> servers = perDestination ? probes.facts.all() : List.of(probes.facts.p1);
        probes.inTurn(
                MAPPINGS / servers.size(),
                1,
                (i, next) -> {
                    ProbeSocket socket = probes.bench.fresh();
                    if (socket == null) {
                        next.run();
                        return;
                    }
                    probes.askEach(socket, servers, seen -> {
                        note(socket, seen);
                        probes.bench.close(socket);
                        next.run();
                    });
                },
                done);
    }

    private void note(ProbeSocket socket, @Nullable TransportAddress[] seen) {
        StringBuilder ports = new StringBuilder();
        for (TransportAddress address : seen) {
            boolean isNew = address != null
                    && address.port() != socket.local().port()
                    && (external.isEmpty() || external.get(external.size() - 1) != address.port());
            if (isNew) {
                external.add(address.port());
            }
            ports.append(' ').append(address == null ? "?" : Integer.toString(address.port()));
        }
        probes.bench.observe("M6", socket.local().port() + " becomes" + ports);
    }

    private Finding<PortRule> rule() {
        int all = 0;
        int same = 0;
        for (int i = 0; i < asked.length; i++) {
            all += asked[i];
            same += kept[i];
        }
        if (all < FEWEST) {
            return Finding.inconclusive("too few requests were answered: " + all);
        }
        String share = same + " of " + all + " sockets kept their port";
        if (same >= NEARLY_ALL * all) {
            return Finding.measured(new PortRule(Kind.PRESERVED, 0), share);
        }
        if (external.size() < FEWEST) {
            return Finding.inconclusive(share + ", and there were too few mappings to see a rule");
        }
        int step = commonStep();
        return step == 0
                ? Finding.measured(new PortRule(Kind.RANDOM, 0), share + "; no step between ports repeats")
                : Finding.measured(new PortRule(Kind.SEQUENTIAL, step), share);
    }

    /** The step that most mappings are apart; 0 if there is none. */
    private int commonStep() {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int i = 1; i < external.size(); i++) {
            counts.merge(external.get(i) - external.get(i - 1), 1, Integer::sum);
        }
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() >= MOST * (external.size() - 1))
                .map(Map.Entry::getKey)
                .filter(step -> Math.abs(step) <= LONGEST_STEP)
                .findFirst()
                .orElse(0);
    }
}
