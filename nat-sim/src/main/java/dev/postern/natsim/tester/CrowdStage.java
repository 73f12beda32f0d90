package dev.postern.natsim.tester;

import dev.postern.natsim.Mapping;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * M2, M4, M5, M7 and M8: what shows only with many mappings, which are all alive at once. The number is bounded by the sockets that the
 * test may have.
 */
final class CrowdStage implements Stage {

    private static final int MAPPINGS = 200;
    private static final int PAIRS = 8;
    private static final int PAIR_AND_ANOTHER = 3;
    private static final int PARITIES = 20;
    private static final int CONFLICTS = 3;
    private static final int UNDER_LOAD = 10;
    private static final int WIDTH = 8;
    private static final int FEWEST = 30;
    private static final int ROOM = 32;
    private static final int HIGHEST_EVEN = 64_000;

    private final Probes probes;
    private final List<ProbeSocket> crowd = new ArrayList<>();
    private final Set<IpAddress> ips = new HashSet<>();
    private final List<Integer> ports = new ArrayList<>();
    private final List<IpAddress> members = new ArrayList<>();
    private int sameParity;
    private int pairs;
    private int contiguous;
    private boolean machinesDiffer;

    CrowdStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Facts facts = probes.facts;
        if (!facts.find(Topic.TRANSLATION).is(Translation.NAT)) {
            Topic.CROWD.forEach(topic -> facts.notMeasurable(topic, "addresses are not translated"));
            done.run();
            return;
        }
        probes.inTurn(PAIRS, 1, this::pair, () -> {
            int room = probes.config.maxSockets() - ROOM;
            probes.inTurn(
                    Math.min(MAPPINGS, room),
                    WIDTH,
                    this::member,
                    () -> eldest(() -> underLoad(() -> conflicts(() -> {
                        judge();
                        crowd.forEach(probes.bench::close);
                        done.run();
                    }))));
        });
    }

    /** Sockets with ports n and n + 1, and another one between: a NAT that merely counts does not keep them together. */
    private void pair(int number, Runnable next) {
        int even = 2 * (HIGHEST_EVEN / 4 + probes.bench.random().nextInt(HIGHEST_EVEN / 4));
        List<ProbeSocket> sockets = new ArrayList<>();
        for (ProbeSocket socket :
                Arrays.asList(probes.bench.freshAt(0, even), probes.bench.fresh(), probes.bench.freshAt(0, even + 1))) {
            if (socket != null) {
                sockets.add(socket);
            }
        }
        @Nullable TransportAddress[] seen = new TransportAddress[PAIR_AND_ANOTHER];
        int usable = sockets.size() == PAIR_AND_ANOTHER ? PAIR_AND_ANOTHER : 0;
        probes.inTurn(
                usable,
                1,
                (i, then) -> probes.asker.ask(sockets.get(i), probes.facts.p1, Request.PLAIN, reply -> {
                    seen[i] = Probes.seenAs(reply);
                    then.run();
                }),
                () -> {
                    notePair(even, seen[0], seen[PAIR_AND_ANOTHER - 1]);
                    sockets.forEach(probes.bench::close);
                    next.run();
                });
    }

    private void notePair(int even, @Nullable TransportAddress lower, @Nullable TransportAddress higher) {
        if (lower != null && higher != null) {
            pairs++;
            contiguous += higher.port() == lower.port() + 1 ? 1 : 0;
            probes.bench.observe(
                    "M5", even + " becomes " + lower.port() + ", " + (even + 1) + " becomes " + higher.port());
        }
    }

    private void member(int number, Runnable next) {
        probes.openAndAsk((socket, seen) -> {
            if (socket != null && seen != null) {
                crowd.add(socket);
                ips.add(seen.ip());
                members.add(seen.ip());
                ports.add(seen.port());
                sameParity += (seen.port() & 1) == (socket.local().port() & 1) ? 1 : 0;
            }
            next.run();
        });
    }

    /** M10: whether the eldest mappings live on beside so many new ones (RFC 6888 section 3: they should). */
    private void eldest(Runnable done) {
        if (crowd.size() < FEWEST) {
            probes.facts.notMeasurable(Topic.EVICTION, "too few mappings could be made: " + crowd.size());
            done.run();
            return;
        }
        Tries.run(
                probes.bench.loss(),
                (i, outcome) -> probes.asker.listen(
                        youngestBeside(i), probes.facts.p1, Request.PLAIN.toPort(ports.get(i)), reply -> {
                            Arrival arrival = reply.arrival();
                            boolean heard = arrival != null && arrival.at() == crowd.get(i);
                            outcome.accept(Tries.Outcome.of(heard, reply.sends()));
                        }),
                tries -> {
                    probes.bench.observe("M10", "the eldest of " + crowd.size() + " mappings: " + tries.sentence());
                    Finding<Boolean> lives = Tries.finding(tries, "", "");
                    boolean ended = lives.is(false);
                    probes.facts.found(
                            Topic.EVICTION,
                            lives.isMeasured()
                                    ? Finding.measured(ended, "the eldest of " + crowd.size())
                                    : Finding.inconclusive(lives.reason()));
                    if (ended) {
                        probes.facts.anomaly("New mappings end old ones, which RFC 6888 advises against.");
                    }
                    done.run();
                });
    }

    /** RESPONSE-PORT leads to the address that the request is seen from: the youngest that has the same one. */
    private ProbeSocket youngestBeside(int member) {
        return crowd.get(members.lastIndexOf(members.get(member)));
    }

    /** M2: whether sockets are still mapped as {@link MappingStage} found. */
    private void underLoad(Runnable done) {
        Finding<Mapping> alone = probes.facts.find(Topic.MAPPING);
        if (!alone.isMeasured()) {
            probes.facts.notMeasurable(Topic.STEADY, "the mapping is not known");
            done.run();
            return;
        }
        List<@Nullable Mapping> seen = new ArrayList<>();
        int[] unanswered = new int[1];
        probes.inTurn(
                UNDER_LOAD,
                WIDTH,
                (i, next) -> {
                    ProbeSocket socket = probes.bench.fresh();
                    if (socket == null) {
                        unanswered[0]++;
                        next.run();
                        return;
                    }
                    probes.askEach(socket, probes.facts.all(), at -> {
                        if (Stream.of(at).anyMatch(Objects::isNull)) {
                            unanswered[0]++;
                        } else {
                            seen.add(MappingStage.classOf(at));
                        }
                        probes.bench.close(socket);
                        next.run();
                    });
                },
                () -> {
                    steady(alone.value(), seen, unanswered[0]);
                    done.run();
                });
    }

    private void steady(Mapping alone, List<@Nullable Mapping> seen, int unanswered) {
        String load = "with " + crowd.size() + " other mappings";
        probes.bench.observe("M2", load + ": " + seen + ", " + unanswered + " without an answer");
        if (seen.stream().anyMatch(mapping -> mapping != alone)) {
            probes.facts.anomaly("Sockets are mapped differently " + load + ", which RFC 4787 REQ-11 forbids.");
            probes.facts.found(Topic.STEADY, Finding.measured(false, load + " some sockets are mapped differently"));
        } else if (seen.size() < UNDER_LOAD / 2) {
            probes.facts.found(Topic.STEADY, Finding.inconclusive("too few requests were answered " + load));
        } else {
            probes.facts.found(Topic.STEADY, Finding.measured(true, load + " as alone"));
        }
    }

    /** M4: two machines that send from the same port to the same address. */
    private void conflicts(Runnable done) {
        if (probes.bench.hosts() < 2) {
            probes.facts.notMeasurable(Topic.OVERLOADING, "it takes a second machine");
            done.run();
            return;
        }
        int[] counts = new int[2];
        probes.inTurn(CONFLICTS, 1, (i, next) -> conflict(counts, next), () -> {
            Finding<Boolean> finding = counts[0] + counts[1] == 0
                    ? Finding.inconclusive("too few requests were answered")
                    : Finding.measured(counts[1] > 0, "two machines with the same port");
            if (counts[1] > 0) {
                probes.facts.anomaly("Two machines share an external address and port, which RFC 4787 REQ-3 forbids.");
            }
            probes.facts.found(Topic.OVERLOADING, finding);
            done.run();
        });
    }

    private void conflict(int[] counts, Runnable next) {
        ProbeSocket one = probes.bench.fresh();
        ProbeSocket two =
                one == null ? null : probes.bench.freshAt(1, one.local().port());
        if (one == null || two == null) {
            next.run();
            return;
        }
        probes.askEach(
                one,
                List.of(probes.facts.p1),
                first -> probes.askEach(two, List.of(probes.facts.p1), second -> {
                    probes.bench.observe(
                            "M4", one.local() + " is seen as " + first[0] + ", " + two.local() + " as " + second[0]);
                    if (first[0] != null && second[0] != null) {
                        counts[first[0].equals(second[0]) ? 1 : 0]++;
                        pooled(first[0].ip(), second[0].ip());
                    }
                    probes.bench.close(one);
                    probes.bench.close(two);
                    next.run();
                }));
    }

    private void pooled(IpAddress one, IpAddress two) {
        ips.add(one);
        machinesDiffer |= !one.equals(two);
    }

    private void judge() {
        Facts facts = probes.facts;
        String size = crowd.size() + " sockets";
        probes.bench.observe("M7", size + " have the external addresses " + ips);
        if (ports.size() < FEWEST) {
            String few = "too few requests were answered, or too few sockets could be had: " + ports.size();
            facts.found(Topic.PARITY, Finding.inconclusive(few));
            facts.found(Topic.POOLING, Finding.inconclusive(few));
            facts.found(Topic.PORT_RANGE, Finding.inconclusive(few));
        } else {
            facts.found(Topic.PARITY, parity());
            facts.found(Topic.POOLING, pooling());
            int low = ports.stream().mapToInt(port -> port).min().orElseThrow();
            int high = ports.stream().mapToInt(port -> port).max().orElseThrow();
            probes.bench.observe("M8", size + " have ports from " + low + " to " + high);
            facts.found(Topic.PORT_RANGE, Finding.measured(new PortRange(low, high, ports.size()), ""));
        }
        facts.found(
                Topic.CONTIGUITY,
                pairs < PAIRS / 2
                        ? Finding.inconclusive("too few requests were answered")
                        : Finding.measured(contiguous == pairs, contiguous + " of " + pairs + " pairs"));
    }

    private Finding<Boolean> parity() {
        String share = sameParity + " of " + ports.size() + " sockets";
        return ports.size() < PARITIES
                ? Finding.inconclusive(share)
                : Finding.measured(sameParity == ports.size(), share);
    }

    private Finding<PoolingSeen> pooling() {
        if (ips.size() > 1) {
            probes.facts.anomaly(
                    "Sockets of one machine have different external addresses, which RFC 4787 REQ-2 advises against.");
            return Finding.measured(PoolingSeen.ARBITRARY, ips.toString());
        }
        return machinesDiffer
                ? Finding.measured(PoolingSeen.PAIRED, "each machine has one of its own")
                : Finding.measured(PoolingSeen.ONE_ADDRESS, ips.toString());
    }
}
