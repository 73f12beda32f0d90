package dev.postern.natsim;

import static dev.postern.natsim.Packets.at;
import static dev.postern.natsim.Packets.ip;
import static dev.postern.natsim.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every NAT, whatever its options and whatever arrives. */
class NatProperties {

    private static final long LIFETIME = 100;

    /**
     * A packet.
     *
     * @param host which inside host it is of, or is meant for
     * @param remote which remote it is to or from
     * @param kind 0 for UDP, 1 for a SYN, 2 for an echo
     */
    record Step(boolean outward, int host, int port, int remote, int kind, long passedNanos) {}

    @Provide
    Arbitrary<NatBehaviour> behaviours() {
        Arbitrary<NatBehaviourBuilder> axes = Combinators.combine(
                        Arbitraries.of(Mapping.class),
                        Arbitraries.of(Filtering.class),
                        Arbitraries.of(FilterScope.class))
                .as((mapping, filtering, scope) ->
                        NatBehaviour.builder("drawn", mapping, filtering).filterScope(scope));
        Arbitrary<Integer> switches = Arbitraries.integers().between(0, 63);
        return Combinators.combine(
                        axes,
                        Arbitraries.of(PortAllocation.class),
                        Arbitraries.of(PortBlocks.class),
                        Arbitraries.of(Exhaustion.class),
                        Arbitraries.of(Instability.Trigger.class),
                        Arbitraries.integers().between(-3, 3).filter(step -> step != 0),
                        switches)
                .as((builder, ports, blocks, exhaustion, trigger, step, bits) -> builder.ports(ports)
                        .portStep(step)
                        .portRange(1000, 1015)
                        .portBlocks(blocks, 4, 2)
                        .exhaustion(exhaustion)
                        .instability(new Instability(trigger, Mapping.APDM, 3))
                        .portParity((bits & 1) != 0)
                        .portContiguity((bits & 2) != 0)
                        .inboundRefresh((bits & 4) != 0)
                        .holdDown(Duration.ofNanos((bits & 8) != 0 ? 30 : 0))
                        .blacklist(Duration.ofNanos((bits & 16) != 0 ? 50 : 0))
                        .idleLifetime(Duration.ofNanos(LIFETIME))
                        .tcpAttempt(Duration.ofNanos(LIFETIME))
                        .icmpQuery(Duration.ofNanos(LIFETIME))
                        .maxMappings(8)
                        .maxMappingsPerHost((bits & 32) != 0 ? 3 : 8)
                        .maxContacts(3)
                        .build());
    }

    @Provide
    Arbitrary<List<Step>> scripts() {
        return Combinators.combine(
                        Arbitraries.of(true, true, false),
                        Arbitraries.integers().between(2, 4),
                        Arbitraries.integers().between(1000, 1017),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.longs().between(0, 40))
                .as(Step::new)
                .list()
                .ofMaxSize(80);
    }

    @Property(tries = 300)
    void noExternalAddressStandsForTwoSocketsAndNoBoundIsPassed(
            @ForAll("behaviours") NatBehaviour behaviour, @ForAll("scripts") List<Step> script) {
        NatBox nat = nat(behaviour);
        long now = 0;
        for (Step step : script) {
            now += step.passedNanos();
            run(nat, step, now);
            Map<String, TransportAddress> owners = new HashMap<>();
            for (NatTable.Row row : nat.table(now).rows()) {
                TransportAddress other = owners.putIfAbsent(row.protocol() + " " + row.external(), row.internal());
                assertThat(other).isIn(null, row.internal());
                assertThat(row.external().port()).isBetween(1000, 1015);
            }
            assertThat(nat.mappings(now)).isLessThanOrEqualTo(8);
        }
    }

    @Property(tries = 300)
    void filterNeverPassesAPeerWhomTheHostDidNotContactInTime(
            @ForAll("behaviours") NatBehaviour behaviour, @ForAll("scripts") List<Step> script) {
        NatBox nat = nat(behaviour);
        long now = 0;
        Map<String, Long> contacted = new HashMap<>();
        Set<String> opened = new HashSet<>(); // by SYNs in both directions, and for hours
        for (Step step : script) {
            now += step.passedNanos();
            Verdict verdict = run(nat, step, now);
            if (!(verdict instanceof Verdict.Forward forward)) {
                continue;
            }
            String inside = (step.outward()
                    ? "10.0.0." + step.host()
                    : forward.packet().destination().ip().toString());
            String remote = (step.outward()
                                    ? forward.packet().destination()
                                    : forward.packet().source())
                            .ip() + " " + step.kind();
            if (!step.outward() && behaviour.filtering() != Filtering.EIF) {
                String flow = inside + " " + remote;
                Long last = contacted.get(flow);
                assertThat(last != null && (opened.contains(flow) || now - last < LIFETIME))
                        .as(verdict.sentence())
                        .isTrue();
                if (step.kind() == 1) {
                    opened.add(flow);
                }
            }
            if (step.outward() || behaviour.lifetimes().inboundRefresh() || step.kind() == 1) {
                contacted.put(inside + " " + remote, now);
            }
        }
    }

    @Property(tries = 100)
    void rebootLeavesNothingOfWhatWas(
            @ForAll("behaviours") NatBehaviour behaviour, @ForAll("scripts") List<Step> script) {
        NatBox used = nat(behaviour.toBuilder().ports(PortAllocation.SEQUENTIAL).build());
        NatBox fresh =
                nat(behaviour.toBuilder().ports(PortAllocation.SEQUENTIAL).build());
        script.forEach(step -> run(used, step, 0));
        used.clear();

        for (Step step : script) {
            assertThat(run(used, step, 0)).isEqualTo(run(fresh, step, 0));
        }
    }

    @Property(tries = 100)
    void sameScriptGivesTheSameVerdicts(
            @ForAll("behaviours") NatBehaviour behaviour, @ForAll("scripts") List<Step> script) {
        NatBox one = nat(behaviour);
        NatBox other = nat(behaviour);
        Set<String> sentences = new HashSet<>();
        for (Step step : script) {
            Verdict verdict = run(one, step, 0);
            assertThat(run(other, step, 0)).isEqualTo(verdict);
            sentences.add(verdict.sentence());
        }
        assertThat(sentences).doesNotContain("");
    }

    private static NatBox nat(NatBehaviour behaviour) {
        return new NatBox(behaviour, ip("203.0.113.1"), new Random(1));
    }

    private static Verdict run(NatBox nat, Step step, long nowNanos) {
        String inside = "10.0.0." + step.host() + ":" + step.port();
        String remote = "198.51.100." + step.remote() + ":" + (step.kind() == 2 ? 0 : 80);
        String external = "203.0.113.1:" + step.port();
        Packet out = packet(inside, remote, step, true);
        Packet in = packet(remote, external, step, false);
        return step.outward() ? nat.outbound(out, nowNanos) : nat.inbound(in, nowNanos);
    }

    private static Packet packet(String from, String to, Step step, boolean request) {
        return switch (step.kind()) {
            case 0 -> udp(from, to);
            case 1 -> Packet.tcp(at(from), at(to), Content.Tcp.of(Content.Tcp.SYN, 1, 0));
            default -> new Packet(at(from), at(to), new Content.Echo(request, 1, ByteBuffer.allocate(1)));
        };
    }
}
