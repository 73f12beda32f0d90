package dev.postern.natsim.tester;

import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.tester.StreamAsker.Kind;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * M11: how TCP ports and ICMP identifiers are mapped (RFC 5382 REQ-1, RFC 5508 REQ-1), and whether UDP, TCP and ICMP from one port
 * depend on each other (RFC 7857 section 5). TCP connects from one port to all four addresses of the server.
 */
final class ProtocolStage implements Stage {

    private static final int LEAST_ANSWERED = 2;

    private final Probes probes;
    private final StreamAsker streams;
    private final List<@Nullable Mapping> tcp = new ArrayList<>();
    private final List<Kind> failures = new ArrayList<>();
    private final List<List<Integer>> identifiers = new ArrayList<>();
    private final List<List<Integer>> together = new ArrayList<>();

    ProtocolStage(Probes probes) {
        this.probes = probes;
        this.streams = new StreamAsker(probes.bench);
    }

    @Override
    public void run(Runnable done) {
        overTcp(() -> overIcmp(() -> together(done)));
    }

    // ---- TCP

    private void overTcp(Runnable then) {
        Facts facts = probes.facts;
        if (!probes.bench.hasTcp() || facts.find(Topic.TRANSLATION).is(Translation.NONE)) {
            facts.notMeasurable(
                    Topic.TCP_MAPPING, probes.bench.hasTcp() ? "addresses are not translated" : "there is no TCP here");
            then.run();
            return;
        }
        probes.inTurn(Tries.COUNT, 1, (i, next) -> onePort(next), () -> {
            facts.found(Topic.TCP_MAPPING, tcpMapping());
            then.run();
        });
    }

    private void onePort(Runnable next) {
        if (failures.contains(Kind.REFUSED) || failures.contains(Kind.OPEN)) {
            next.run(); // the server will not do later what it does not do now
            return;
        }
        int port = probes.bench.freshPort(0);
        List<TransportAddress> servers = probes.facts.all();
        List<ProbeStream> open = new ArrayList<>();
        @Nullable TransportAddress[] seen = new TransportAddress[servers.size()];
        probes.inTurn(
                servers.size(),
                1,
                (i, answered) -> streams.ask(port, servers.get(i), reply -> {
                    seen[i] = reply.seen();
                    if (reply.stream() == null) {
                        failures.add(reply.kind());
                    } else {
                        open.add(reply.stream());
                    }
                    answered.run();
                }),
                () -> {
                    open.forEach(probes.bench::close);
                    probes.bench.observe("M11", "TCP port " + port + " is seen as " + said(servers, seen));
                    if (open.size() == servers.size()) {
                        tcp.add(MappingStage.classOf(seen));
                    }
                    next.run();
                });
    }

    private String said(List<TransportAddress> servers, @Nullable TransportAddress[] seen) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < seen.length; i++) {
            words.add((seen[i] == null ? "nothing" : seen[i]) + " by " + probes.facts.nameOf(servers.get(i)));
        }
        return String.join(", ", words);
    }

    private Finding<Mapping> tcpMapping() {
        if (tcp.size() < LEAST_ANSWERED) {
            Finding<TcpReach> reach = probes.facts.find(Topic.TCP);
            if (reach.isMeasured() && reach.value().passing().isEmpty()) {
                return Finding.notMeasurable("TCP does not come through");
            }
            return failures.stream().allMatch(kind -> kind == Kind.SILENT)
                    ? Finding.inconclusive("connections did not come about at each of the server's addresses")
                    : Finding.notMeasurable(
                            "the server does not answer Binding over TCP at each of its four addresses");
        }
        Mapping first = tcp.get(0);
        if (tcp.stream().distinct().count() > 1 || first == null) {
            return Finding.inconclusive("the ports of TCP fit neither EIM, ADM nor APDM, or not each time: " + tcp);
        }
        return Finding.measured(first, tcp.size() + " ports, each to four addresses");
    }

    // ---- ICMP

    private void overIcmp(Runnable then) {
        Wire wire = probes.wire;
        if (wire == null) {
            probes.facts.notMeasurable(Topic.ICMP, Wire.NONE);
            probes.facts.notMeasurable(Topic.ICMP_MAPPING, Wire.NONE);
            then.run();
            return;
        }
        probes.inTurn(Tries.COUNT, 1, (i, next) -> oneIdentifier(wire, next), () -> {
            boolean translated = !probes.facts.find(Topic.TRANSLATION).is(Translation.NONE);
            probes.facts.found(Topic.ICMP, echo());
            probes.facts.found(
                    Topic.ICMP_MAPPING,
                    translated ? icmpMapping() : Finding.notMeasurable("addresses are not translated"));
            then.run();
        });
    }

    private void oneIdentifier(Wire wire, Runnable next) {
        int identifier = probes.bench.freshPort(0);
        List<TransportAddress> hosts = List.of(probes.facts.p1, probes.facts.q1());
        seenFrom(wire, IpProtocol.ICMP, identifier, hosts, seen -> {
            probes.bench.observe("M11", "ICMP identifier " + identifier + " is seen as " + seen + " by A1 and A2");
            identifiers.add(seen);
            next.run();
        });
    }

    private Finding<Boolean> echo() {
        boolean heard = identifiers.stream().anyMatch(seen -> !seen.isEmpty());
        int sends = Tries.COUNT * Flow.SENDS;
        if (!heard && !probes.bench.loss().isConvincing(sends)) {
            return Finding.inconclusive(
                    "too much is lost: " + probes.bench.loss().sentence());
        }
        return Finding.measured(heard, "");
    }

    private Finding<Mapping> icmpMapping() {
        List<Boolean> same = identifiers.stream()
                .filter(seen -> seen.size() == 2)
                .map(seen -> seen.get(0).equals(seen.get(1)))
                .toList();
        if (same.size() < LEAST_ANSWERED) {
            return probes.facts.find(Topic.ICMP).is(false)
                    ? Finding.notMeasurable("echo requests do not come through")
                    : Finding.inconclusive("too few echo requests came through");
        }
        if (same.stream().distinct().count() > 1) {
            return Finding.inconclusive("identifiers that are alike are mapped differently");
        }
        return same.get(0)
                ? Finding.measured(Mapping.EIM, "one external identifier for all hosts")
                : Finding.measured(Mapping.ADM, "another external identifier for each host");
    }

    // ---- all three

    private void together(Runnable done) {
        Wire wire = probes.wire;
        String obstacle = wire == null ? Wire.NONE : obstacle();
        if (wire == null || obstacle != null) {
            probes.facts.notMeasurable(Topic.PROTOCOLS_APART, String.valueOf(obstacle));
            done.run();
            return;
        }
        probes.inTurn(Tries.COUNT, 1, (i, next) -> onePortOfAll(wire, next), () -> {
            probes.facts.found(Topic.PROTOCOLS_APART, apart());
            done.run();
        });
    }

    private @Nullable String obstacle() {
        return probes.facts.find(Topic.TRANSLATION).is(Translation.NONE) ? "addresses are not translated" : null;
    }

    private void onePortOfAll(Wire wire, Runnable next) {
        int port = probes.bench.freshPort(0);
        List<TransportAddress> one = List.of(probes.facts.p1);
        List<Integer> seen = new ArrayList<>();
        BiConsumer<IpProtocol, Runnable> ask = (protocol, then) -> seenFrom(wire, protocol, port, one, ports -> {
            seen.addAll(ports);
            then.run();
        });
        ask.accept(
                IpProtocol.UDP,
                () -> ask.accept(IpProtocol.TCP, () -> {
                    probes.bench.observe("M11", "port " + port + " is seen as " + seen + " over UDP and TCP");
                    if (seen.size() == 2) {
                        together.add(List.of(port, seen.get(0), seen.get(1)));
                    }
                    next.run();
                }));
    }

    private Finding<Boolean> apart() {
        if (together.size() < LEAST_ANSWERED) {
            return Finding.notMeasurable("UDP and TCP from one port did not both come through");
        }
        if (together.stream().anyMatch(seen -> seen.get(0).equals(seen.get(1)))) {
            return Finding.notMeasurable("ports are kept, so that both are alike in any case");
        }
        long alike = together.stream()
                .filter(seen -> seen.get(1).equals(seen.get(2)))
                .count();
        if (alike == 0) {
            return Finding.measured(true, "UDP and TCP from one port get different ports");
        }
        return alike == together.size()
                ? Finding.measured(false, "TCP gets the port that UDP has")
                : Finding.inconclusive("UDP and TCP get the same port now and then");
    }

    /** From one port, or identifier, to these addresses: the ports as they are seen there, as far as they come. */
    private void seenFrom(
            Wire wire, IpProtocol protocol, int port, List<TransportAddress> servers, Consumer<List<Integer>> then) {
        List<Integer> seen = new ArrayList<>();
        probes.inTurn(
                servers.size(),
                1,
                (i, next) -> {
                    Flow flow = wire.open(protocol, port, servers.get(i));
                    flow.out(flow.out(Flow.SYN), heard -> {
                        if (heard != null) {
                            seen.add(heard.packet().source().port());
                        }
                        wire.close(flow);
                        next.run();
                    });
                },
                () -> then.accept(List.copyOf(seen)));
    }
}
