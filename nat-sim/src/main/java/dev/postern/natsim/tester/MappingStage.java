package dev.postern.natsim.tester;

import dev.postern.natsim.Mapping;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** M1: one socket asks all four addresses of the server, and compares where it is seen (RFC 5780 section 4.3). */
final class MappingStage implements Stage {

    private static final int P1 = 0;
    private static final int P2 = 1;
    private static final int Q1 = 2;
    private static final int Q2 = 3;
    private static final int LEAST_ANSWERED = 2;

    private final Probes probes;
    private final List<@Nullable Mapping> seen = new ArrayList<>();
    private int unanswered;

    MappingStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Facts facts = probes.facts;
        if (!facts.hasOther()) {
            facts.found(Topic.MAPPING, Finding.notMeasurable(probes.whyNoServer()));
            done.run();
        } else if (facts.find(Topic.TRANSLATION).is(Translation.NONE)) {
            facts.found(Topic.MAPPING, Finding.notMeasurable("addresses are not translated"));
            done.run();
        } else {
            probes.inTurn(Tries.COUNT, Tries.COUNT, (i, next) -> attempt(next), () -> {
                facts.found(Topic.MAPPING, mapping());
                done.run();
            });
        }
    }

    private void attempt(Runnable next) {
        ProbeSocket socket = probes.bench.fresh();
        if (socket == null) {
            unanswered++;
            next.run();
            return;
        }
        List<TransportAddress> all = probes.facts.all();
        probes.askEach(socket, all, addresses -> {
            probes.bench.observe("M1", socket.local() + " is seen as " + said(all, addresses));
            probes.bench.close(socket);
            if (Arrays.stream(addresses).anyMatch(Objects::isNull)) {
                unanswered++;
            } else {
                seen.add(classOf(addresses));
            }
            next.run();
        });
    }

    private String said(List<TransportAddress> servers, @Nullable TransportAddress[] addresses) {
        return IntStream.range(0, addresses.length)
                .mapToObj(i -> addresses[i] + " by " + probes.facts.nameOf(servers.get(i)))
                .collect(Collectors.joining(", "));
    }

    /** The mapping that these addresses belong to; null if to none. */
    static @Nullable Mapping classOf(@Nullable TransportAddress[] at) {
        Set<@Nullable TransportAddress> different = Arrays.stream(at).collect(Collectors.toSet());
        if (different.size() == 1) {
            return Mapping.EIM;
        }
        boolean perAddress = Objects.equals(at[P1], at[P2]) && Objects.equals(at[Q1], at[Q2]);
        if (perAddress) {
            return Mapping.ADM;
        }
        return different.size() == at.length ? Mapping.APDM : null;
    }

    private Finding<Mapping> mapping() {
        if (seen.size() < LEAST_ANSWERED) {
            return Finding.inconclusive(
                    unanswered + " of " + Tries.COUNT + " sockets did not get an answer from each address");
        }
        Mapping first = seen.get(0);
        if (seen.stream().distinct().count() > 1) {
            probes.facts.anomaly("Sockets of one machine are mapped differently, which RFC 4787 REQ-11 forbids.");
            return Finding.inconclusive("sockets that are alike are mapped differently: " + seen);
        }
        return first == null
                ? Finding.inconclusive("the addresses fit neither EIM, ADM nor APDM")
                : Finding.measured(
                        first,
                        switch (first) {
                            case EIM -> "one external address and port for all destinations";
                            case ADM -> "another external port for each destination address";
                            case APDM -> "another external port for each destination address and port";
                        });
    }
}
