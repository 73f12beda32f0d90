package dev.postern.natsim;

import static dev.postern.natsim.Packets.ip;
import static dev.postern.natsim.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How long UDP mappings and contacts last: each timer at its end, a millisecond before and after. */
class LifetimeTest {

    private static final long MILLI = 1_000_000;
    private static final String INSIDE = "10.0.0.2:5000";
    private static final String EXTERNAL = "203.0.113.1:5000";
    private static final String REMOTE = "198.51.100.1:80";

    /**
     * A NAT, and what happens before all is silent.
     *
     * @param script in order: {@code >} a packet leaves, {@code <} one comes in, each with the second at which it does
     * @param endsMillis when the mapping then ends
     */
    private record Case(String name, NatBehaviourBuilder nat, String script, long endsMillis) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> timers() {
        return Stream.of(
                new Case("RFC 4787 REQ-5: 5 minutes unless told otherwise", nat(), ">0", 300_000),
                new Case("30 s", nat().idleLifetime(Duration.ofSeconds(30)), ">0", 30_000),
                new Case(
                        "RFC 4787 REQ-6: outbound refresh",
                        nat().idleLifetime(Duration.ofSeconds(30)),
                        ">0 >20",
                        50_000),
                new Case(
                        "no outbound refresh",
                        nat().idleLifetime(Duration.ofSeconds(30)).outboundRefresh(false),
                        ">0 >20",
                        30_000),
                new Case("no inbound refresh", nat().idleLifetime(Duration.ofSeconds(30)), ">0 <20", 30_000),
                new Case(
                        "RFC 4787 REQ-6: inbound refresh",
                        nat().idleLifetime(Duration.ofSeconds(30)).inboundRefresh(true),
                        ">0 <20",
                        50_000),
                new Case("Linux, one packet", NatBehaviour.linux().toBuilder(), ">0", 30_000),
                new Case("Linux, an answer at once", NatBehaviour.linux().toBuilder(), ">0 <1", 31_000),
                new Case("Linux, two ways but within 2 s", NatBehaviour.linux().toBuilder(), ">0 <1 >2", 32_000),
                new Case("Linux, two ways for more than 2 s", NatBehaviour.linux().toBuilder(), ">0 <1 >3", 123_000),
                new Case("Linux, the first answer after 2 s", NatBehaviour.linux().toBuilder(), ">0 <3", 33_000));
    }

    private static NatBehaviourBuilder nat() {
        return NatBehaviour.builder("nat", Mapping.EIM, Filtering.APDF);
    }

    @ParameterizedTest
    @MethodSource("timers")
    void mappingEndsToTheMillisecond(Case expected) {
        for (long start : List.of(0L, Long.MAX_VALUE - 20_000 * MILLI, Long.MIN_VALUE)) {
            NatBox nat = new NatBox(expected.nat().build(), ip("203.0.113.1"), new Random(1));
            for (String step : expected.script().split(" ")) {
                long at = start + Long.parseLong(step.substring(1)) * 1000 * MILLI;
                Verdict verdict = step.startsWith(">")
                        ? nat.outbound(udp(INSIDE, REMOTE), at)
                        : nat.inbound(udp(REMOTE, EXTERNAL), at);
                assertThat(verdict).as(step).isInstanceOf(Verdict.Forward.class);
            }
            assertThat(nat.mappings(start + (expected.endsMillis() - 1) * MILLI))
                    .isOne();
            assertThat(nat.mappings(start + expected.endsMillis() * MILLI)).isZero();
            assertThat(nat.mappings(start + (expected.endsMillis() + 1) * MILLI))
                    .isZero();
        }
    }

    @Test
    void filterHasATimerOfItsOwn() {
        NatBox nat = new NatBox(nat().filterLifetime(Duration.ofSeconds(10)).build(), ip("203.0.113.1"), new Random(1));
        nat.outbound(udp(INSIDE, REMOTE), 0);

        assertThat(nat.inbound(udp(REMOTE, EXTERNAL), 9_999 * MILLI)).isInstanceOf(Verdict.Forward.class);
        assertThat(nat.inbound(udp(REMOTE, EXTERNAL), 10_000 * MILLI))
                .isEqualTo(new Verdict.Drop(
                        DropReason.FILTERED,
                        "APDF: 198.51.100.1:80 last contacted from mapping :5000 10 s ago, which counts for 10 s"));
        assertThat(nat.mappings(10_001 * MILLI)).isOne();
    }

    @Test
    void filterOfAnAddressLastsAsLongAsItsLastContact() {
        NatBox nat = new NatBox(
                NatBehaviour.of(Mapping.EIM, Filtering.ADF).toBuilder()
                        .filterLifetime(Duration.ofSeconds(10))
                        .build(),
                ip("203.0.113.1"),
                new Random(1));
        nat.outbound(udp(INSIDE, "198.51.100.1:80"), 0);
        nat.outbound(udp(INSIDE, "198.51.100.1:81"), 5_000 * MILLI);

        assertThat(nat.inbound(udp("198.51.100.1:99", EXTERNAL), 14_999 * MILLI))
                .isInstanceOf(Verdict.Forward.class);
        assertThat(nat.inbound(udp("198.51.100.1:99", EXTERNAL), 15_000 * MILLI))
                .isInstanceOf(Verdict.Drop.class);
    }

    @Test
    void lifetimesOutOfRangeAreRefusedInOneSentence() {
        assertThatThrownBy(() -> nat().tcpEstablished(Duration.ZERO).build())
                .hasMessage("tcpEstablished PT0S must be above zero and at most a year");
        assertThatThrownBy(() -> nat().holdDown(Duration.ofSeconds(-1)).build())
                .hasMessage("holdDown PT-1S must be zero or more and at most a year");
    }
}
