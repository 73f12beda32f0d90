package dev.postern.natsim.tester;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.util.List;
import java.util.Objects;

/**
 * M12: whether the network has a NAT64, by the IPv6 addresses of a name that has none (RFC 7050). Over IPv6 alone, where it matters; one
 * question to the machine's own DNS.
 */
final class Nat64Stage implements Stage {

    private static final String PROBE = "M12";

    private final Probes probes;

    Nat64Stage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        probes.facts.found(Topic.NAT64, probes.facts.p1.ip().isIpv4() ? overIpv4() : found());
        done.run();
    }

    private static Finding<Boolean> overIpv4() {
        return Finding.notMeasurable("it takes a server that is asked over IPv6");
    }

    private Finding<Boolean> found() {
        List<IpAddress> addresses = probes.bench.net().addressesOf(Nat64.NAME);
        if (addresses == null) {
            return Finding.notMeasurable("no names are looked up here");
        }
        probes.bench.observe(PROBE, Nat64.NAME + " has the addresses " + addresses);
        if (addresses.isEmpty()) {
            return Finding.inconclusive("the DNS knows no address of " + Nat64.NAME);
        }
        List<IpPrefix> prefixes = addresses.stream()
                .map(Nat64::prefixOf)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        return prefixes.isEmpty()
                ? Finding.measured(false, "no IPv6 address is made for " + Nat64.NAME)
                : Finding.measured(true, "prefix " + prefixes);
    }
}
