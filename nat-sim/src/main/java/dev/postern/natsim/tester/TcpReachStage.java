package dev.postern.natsim.tester;

import dev.postern.natsim.tester.TcpReach.Answer;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** R3: which of the server's usual ports are reached over TCP, whether TLS gets through, and what an HTTP proxy lets through. */
final class TcpReachStage implements Stage {

    private static final List<Integer> PORTS = List.of(80, 443, 3478, 5349);
    private static final int HTTPS = 443;
    private static final String ALPN = "stun.turn"; // RFC 7443 section 4

    /** SYNs of one attempt within its patience: at 0, 1, 3, 7 and 15 s (RFC 6298 section 2). */
    private static final int SYNS = 5;

    private final Probes probes;
    private final StreamAsker streams;
    private final TreeMap<Integer, Answer> answers = new TreeMap<>();

    TcpReachStage(Probes probes) {
        this.probes = probes;
        this.streams = new StreamAsker(probes.bench);
    }

    @Override
    public void run(Runnable done) {
        if (!probes.bench.hasTcp()) {
            List.of(Topic.TCP, Topic.TLS, Topic.PROXY)
                    .forEach(topic -> probes.facts.notMeasurable(topic, "there is no TCP here"));
            done.run();
            return;
        }
        TreeSet<Integer> ports = new TreeSet<>(PORTS);
        ports.add(probes.facts.p1.port());
        List<Integer> all = new ArrayList<>(ports);
        probes.inTurn(all.size(), all.size(), (i, next) -> port(all.get(i), next), () -> {
            TcpReach reach = new TcpReach(answers);
            probes.bench.observe("R3", "TCP to " + probes.facts.p1.ip() + ": " + reach);
            probes.facts.found(Topic.TCP, finding(reach));
            tls(() -> proxy(done));
        });
    }

    private TransportAddress at(int port) {
        return TransportAddress.of(probes.facts.p1.ip(), port);
    }

    // ---- TCP

    /** Once, and twice more where nothing answers. */
    private void port(int port, Runnable next) {
        connect(port, first -> {
            answers.put(port, first);
            if (first != Answer.SILENT) {
                next.run();
                return;
            }
            int more = Tries.COUNT - 1;
            probes.inTurn(
                    more,
                    more,
                    (i, then) -> connect(port, again -> {
                        if (again != Answer.SILENT) {
                            answers.put(port, again);
                        }
                        then.run();
                    }),
                    () -> {
                        // where UDP is blocked nothing is known of loss; 15 SYNs are not lost by half of them being so
                        boolean sure = !probes.facts.find(Topic.UDP).is(true)
                                || probes.bench.loss().isConvincing(Tries.COUNT * SYNS);
                        answers.computeIfPresent(
                                port, (number, seen) -> seen == Answer.SILENT && !sure ? Answer.UNKNOWN : seen);
                        next.run();
                    });
        });
    }

    private interface Answered {
        void on(Answer answer);
    }

    private void connect(int port, Answered then) {
        streams.ask(probes.bench.freshPort(0), at(port), reply -> {
            if (reply.stream() != null) {
                probes.bench.close(reply.stream());
            }
            then.on(
                    switch (reply.kind()) {
                        case ANSWERED -> Answer.STUN;
                        case OPEN -> Answer.OPEN;
                        case REFUSED -> Answer.REFUSED;
                        case SILENT -> Answer.SILENT;
                        case FAILED -> Answer.UNKNOWN;
                    });
        });
    }

    private static Finding<TcpReach> finding(TcpReach reach) {
        boolean known = reach.ports().values().stream().anyMatch(answer -> answer.passes() || answer == Answer.SILENT);
        if (known) {
            return Finding.measured(reach, reach.isOnly443() ? "only TCP 443" : "");
        }
        return reach.ports().containsValue(Answer.UNKNOWN)
                ? Finding.inconclusive("too much is lost: " + reach)
                : Finding.notMeasurable("the server has no TCP there: " + reach);
    }

    // ---- TLS

    private void tls(Runnable then) {
        ProbeTls tls = probes.bench.tls();
        Answer https = answers.get(HTTPS);
        if (tls == null || https == null || !https.passes()) {
            probes.facts.notMeasurable(
                    Topic.TLS, tls == null ? "there is no TLS here" : "no TCP connection to port 443 came about");
            then.run();
            return;
        }
        probes.bench.handshake(
                tls,
                at(HTTPS),
                "",
                without -> probes.bench.handshake(tls, at(HTTPS), ALPN, with -> {
                    TlsReach reach = TlsReach.of(with, without);
                    probes.bench.observe("R3", "TLS on port 443: " + ReportText.words(reach));
                    probes.facts.found(Topic.TLS, tls(reach));
                    then.run();
                }));
    }

    private static Finding<TlsReach> tls(TlsReach reach) {
        return reach == TlsReach.NONE
                ? Finding.inconclusive("there may be none at the server's port 443")
                : Finding.measured(reach, "");
    }

    // ---- HTTP CONNECT

    private void proxy(Runnable done) {
        TransportAddress proxy = probes.config.proxy();
        if (proxy == null) {
            probes.facts.notMeasurable(Topic.PROXY, "no proxy is set");
            done.run();
            return;
        }
        new ProxyAsker(probes.bench).ask(proxy, at(HTTPS), outcome -> {
            probes.bench.observe("R3", "HTTP CONNECT to " + at(HTTPS) + " through " + proxy + ": " + outcome);
            probes.facts.found(Topic.PROXY, finding(outcome));
            done.run();
        });
    }

    private Finding<Boolean> finding(ProxyAsker.Outcome outcome) {
        boolean nothingElse = !probes.facts.find(Topic.UDP).is(true)
                && answers.values().stream().noneMatch(Answer::passes);
        String gloss = outcome.connected() && nothingElse ? "proxy only; " : "";
        return outcome.status() == 0
                ? Finding.inconclusive(outcome.toString())
                : Finding.measured(outcome.connected(), gloss + outcome);
    }
}
