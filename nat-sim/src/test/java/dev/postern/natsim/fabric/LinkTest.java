package dev.postern.natsim.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.natsim.fabric.TraceEvent.Step;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What one direction of a line does to packets. */
class LinkTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final int HEADERS = 28;

    private final VirtualNet net = new VirtualNet(1, 1 << 20);
    private final List<Integer> heard = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();

    @Test
    void bandwidthSpacesPacketsByTheTimeThatTheirBitsTake() {
        UdpPort a = sender(LinkConditions.builder()
                .latency(Duration.ofMillis(5))
                .bitsPerSecond(1_000_000)
                .build());

        send(a, 3, 1000 - HEADERS);
        net.runUntil(SECOND);

        assertThat(times).containsExactly(13 * MILLI, 21 * MILLI, 29 * MILLI);
    }

    @Test
    void fullQueueDropsTheLastComerAndSaysHowFullItIs() {
        UdpPort a = sender(LinkConditions.builder()
                .bitsPerSecond(1_000_000)
                .queue(10_000, 3)
                .build());

        send(a, 5, 1000 - HEADERS);
        net.runUntil(8 * MILLI);
        send(a, 2, 1000 - HEADERS);
        net.runUntil(SECOND);

        assertThat(heard).containsExactly(0, 1, 2, 0);
        assertThat(drops())
                .hasSize(3)
                .containsOnly("queue full: 3 packets of 3000 B wait for 1000000 bit/s on the line from a");
    }

    @Test
    void queueIsBoundedInBytesToo() {
        UdpPort a = sender(LinkConditions.builder()
                .bitsPerSecond(1_000_000)
                .queue(2500, 100)
                .build());

        send(a, 5, 1000 - HEADERS);
        net.runUntil(SECOND);

        assertThat(heard).containsExactly(0, 1);
        assertThat(drops()).hasSize(3).allMatch(drop -> drop.startsWith("queue full: 2 packets of 2000 B"));
    }

    @Test
    void lineOfAGivenBandwidthCarriesThatMuchAndNoMore() {
        UdpPort a = sender(LinkConditions.builder().bitsPerSecond(2_000_000).build());

        for (int i = 0; i < 2000; i++) {
            net.at(i * MILLI, () -> send(a, 1, 500 - HEADERS));
        }
        net.runUntil(2 * SECOND);

        assertThat(heard).hasSize(1000);
    }

    @Test
    void burstsLoseTheShareThatTheyAreMadeForInRunsOfTheLengthThatTheyAreMadeFor() {
        UdpPort a = sender(LinkConditions.builder().bursts(Bursts.of(0.1, 8)).build());

        int sent = 50_000;
        send(a, sent, 10);
        net.runUntil(SECOND);

        int lost = sent - heard.size();
        long runs = IntStream.range(1, heard.size())
                .filter(i -> heard.get(i) != heard.get(i - 1) + 1)
                .count();
        assertThat(lost / (double) sent).isBetween(0.08, 0.12);
        assertThat(lost / (double) runs).isBetween(7.0, 9.0);
        assertThat(drops()).allMatch("lost in a burst: on the line from a"::equals);
    }

    @Test
    void lossOfEachPacketForItselfComesInShortRuns() {
        UdpPort a = sender(LinkConditions.PERFECT.withLoss(0.1));

        send(a, 20_000, 10);
        net.runUntil(SECOND);

        int lost = 20_000 - heard.size();
        long runs = IntStream.range(1, heard.size())
                .filter(i -> heard.get(i) != heard.get(i - 1) + 1)
                .count();
        assertThat(lost / (double) runs).isBetween(1.0, 1.2);
    }

    @Test
    void reorderedPacketsAreOvertakenByThoseThatWereSentWithinTheDelay() {
        UdpPort a = sender(
                LinkConditions.builder().reorder(0.2, Duration.ofMillis(3)).build());

        for (int i = 0; i < 1000; i++) {
            int number = i;
            net.at(i * MILLI, () -> a.send(at("198.51.100.2:2"), number(number, 10)));
        }
        net.runUntil(2 * SECOND);

        long late = IntStream.range(0, 1000)
                .filter(i -> times.get(i) == (heard.get(i) + 3) * MILLI)
                .count();
        assertThat(heard).hasSize(1000).isNotEqualTo(heard.stream().sorted().toList());
        assertThat(late).isBetween(150L, 250L);
        assertThat(IntStream.range(0, 1000)
                        .filter(i -> times.get(i) == heard.get(i) * MILLI)
                        .count())
                .isEqualTo(1000 - late);
    }

    @Test
    void duplicatesArriveTwice() {
        UdpPort a = sender(LinkConditions.builder().duplicate(0.25).build());

        send(a, 1000, 10);
        net.runUntil(SECOND);

        assertThat(heard.size()).isBetween(1200, 1300);
        assertThat(heard.stream().distinct()).hasSize(1000);
    }

    @Test
    void optionsOfOneDirectionTouchNothingInTheOther() {
        LinkConditions bad = LinkConditions.builder()
                .loss(0.5)
                .duplicate(0.5)
                .bitsPerSecond(1000)
                .queue(100, 1)
                .build();
        Host a = net.host("a", net.internet(), ip("198.51.100.1"), new Link(LinkConditions.PERFECT, bad));
        UdpPort up = a.open(1, (now, from, data) -> {});
        receiver();

        send(up, 1000, 10);
        net.runUntil(1);

        assertThat(heard).hasSize(1000);
    }

    @Test
    void conditionsOutOfRangeAreRefusedWithTheirValue() {
        LinkConditions.Builder builder = LinkConditions.builder();

        assertThatThrownBy(() -> builder.duplicate(1.5).build()).hasMessage("duplicate 1.5 must be 0 to 1");
        assertThatThrownBy(() -> LinkConditions.builder().bitsPerSecond(0).build())
                .hasMessage("bitsPerSecond 0 must be at least 1");
        assertThatThrownBy(() -> LinkConditions.builder().mtu(67).build())
                .hasMessage("mtuBytes 67 must be 68 to 65535");
        assertThatThrownBy(() -> LinkConditions.builder().queue(0, 1).build())
                .hasMessage("queueBytes 0 must be at least 1, and queuePackets 1 1 to 100000");
        assertThatThrownBy(() -> LinkConditions.latency(Duration.ofMillis(-1))).hasMessageContaining("not be negative");
        assertThatThrownBy(() -> Bursts.of(0.9, 2)).hasMessageContaining("takes bursts of at least 9");
        assertThatThrownBy(() -> new Bursts(Double.NaN, 0, 0)).hasMessage("toBad NaN must be 0 to 1");
    }

    @Test
    void builderStartsFromConditionsAndChangesOnlyWhatItIsToldTo() {
        LinkConditions all = LinkConditions.builder()
                .latency(Duration.ofMillis(1))
                .jitter(Duration.ofMillis(2))
                .loss(0.1)
                .bursts(new Bursts(0.2, 0.3, 0.4))
                .reorder(0.5, Duration.ofMillis(3))
                .duplicate(0.6)
                .bitsPerSecond(7)
                .queue(8, 9)
                .mtu(1280)
                .build();

        assertThat(all.toBuilder().build()).isEqualTo(all);
        assertThat(all.withLoss(0.2).toBuilder().loss(0.1).build()).isEqualTo(all);
    }

    private UdpPort sender(LinkConditions up) {
        receiver();
        return net.host("a", net.internet(), ip("198.51.100.1"), new Link(up, LinkConditions.PERFECT))
                .open(1, (now, from, data) -> {});
    }

    private void receiver() {
        net.host("b", net.internet(), ip("198.51.100.2"), Link.PERFECT).open(2, (now, from, data) -> {
            heard.add(data.getInt());
            times.add(now);
        });
    }

    private static void send(UdpPort port, int count, int bytes) {
        for (int i = 0; i < count; i++) {
            port.send(at("198.51.100.2:2"), number(i, bytes));
        }
    }

    private static ByteBuffer number(int number, int bytes) {
        return ByteBuffer.allocate(bytes).putInt(0, number);
    }

    private List<String> drops() {
        return net.trace().events().stream()
                .filter(event -> event.step() == Step.DROPPED)
                .map(TraceEvent::note)
                .toList();
    }

    private static IpAddress ip(String address) {
        return IpAddress.parse(address);
    }

    private static TransportAddress at(String address) {
        return TransportAddress.parse(address);
    }
}
