package dev.postern.natsim.tester;

import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.tester.Tries.Outcome;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * M12: whether the network has a NAT64, by the IPv6 addresses of a name that has none (RFC 7050), and whether a STUN server of IPv4 answers
 * through it. Over IPv6 alone, where it matters; one question to the machine's own DNS.
 */
final class Nat64Stage implements Stage {

    private static final String PROBE = "M12";

    /** A network may have several prefixes; so many are tried. */
    private static final int MOST_PREFIXES = 4;

    private final Probes probes;
    private @Nullable TransportAddress seen;

    Nat64Stage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        boolean overIpv4 = probes.facts.p1.ip().isIpv4();
        List<IpAddress> addresses = overIpv4 ? List.of() : probes.bench.net().addressesOf(Nat64.NAME);
        if (overIpv4) {
            none("it takes a server that is asked over IPv6", done);
        } else if (addresses == null) {
            none("no names are looked up here", done);
        } else {
            probes.bench.observe(PROBE, Nat64.NAME + " has the addresses " + addresses);
            List<Nat64Prefix> prefixes = Nat64.prefixesOf(addresses);
            probes.facts.found(Topic.NAT64, finding(addresses, prefixes));
            through(prefixes, done);
        }
    }

    private void none(String reason, Runnable done) {
        probes.facts.notMeasurable(Topic.NAT64, reason);
        probes.facts.notMeasurable(Topic.IPV4_THROUGH_NAT64, reason);
        done.run();
    }

    private static Finding<Boolean> finding(List<IpAddress> addresses, List<Nat64Prefix> prefixes) {
        if (addresses.isEmpty()) {
            return Finding.inconclusive("the DNS knows no address of " + Nat64.NAME);
        }
        return prefixes.isEmpty()
                ? Finding.measured(false, "no IPv6 address is made for " + Nat64.NAME)
                : Finding.measured(true, "prefix " + prefixes);
    }

    // ---- through it

    private void through(List<Nat64Prefix> prefixes, Runnable done) {
        TransportAddress server = probes.config.ipv4Server();
        if (prefixes.isEmpty() || server == null) {
            probes.facts.notMeasurable(
                    Topic.IPV4_THROUGH_NAT64,
                    prefixes.isEmpty() ? "no NAT64 is known" : "no IPv4 address of the server is known");
            done.run();
        } else {
            through(prefixes, 0, server, done);
        }
    }

    /** By one prefix after another, until the server answers. */
    private void through(List<Nat64Prefix> prefixes, int index, TransportAddress server, Runnable done) {
        TransportAddress made = TransportAddress.of(prefixes.get(index).embed(server.ip()), server.port());
        Tries.run(probes.bench.loss(), (i, outcome) -> attempt(made, outcome), tries -> {
            probes.bench.observe(PROBE, "answer from " + server + " as " + made + " " + tries.sentence());
            boolean another = index + 1 < Math.min(prefixes.size(), MOST_PREFIXES);
            if (tries.verdict() != Tries.Verdict.YES && another) {
                through(prefixes, index + 1, server, done);
            } else {
                probes.facts.found(Topic.IPV4_THROUGH_NAT64, judged(tries, server));
                done.run();
            }
        });
    }

    private void attempt(TransportAddress made, Consumer<Outcome> outcome) {
        ProbeSocket socket = probes.bench.fresh();
        if (socket == null) {
            outcome.accept(Outcome.FAILED);
            return;
        }
        probes.asker.listen(socket, made, Request.PLAIN, reply -> {
            probes.bench.close(socket);
            TransportAddress mapped = Probes.seenAs(reply);
            seen = mapped == null ? seen : mapped;
            outcome.accept(Outcome.of(mapped != null, reply.sends()));
        });
    }

    /** What comes from IPv4 must have an address there. */
    private Finding<Boolean> judged(Tries tries, TransportAddress server) {
        TransportAddress mapped = seen;
        if (tries.verdict() == Tries.Verdict.YES
                && mapped != null
                && !mapped.ip().isIpv4()) {
            probes.facts.anomaly("Something answers for the IPv4 server " + server + " that sees IPv6 addresses: "
                    + mapped + " is of no use to peers of IPv4.");
            return Finding.inconclusive("the answer names " + mapped + ", which is no IPv4 address");
        }
        return Tries.finding(
                tries,
                server + " sees this machine as " + mapped,
                "nothing comes back from " + server + ", though there is a prefix for it");
    }
}
