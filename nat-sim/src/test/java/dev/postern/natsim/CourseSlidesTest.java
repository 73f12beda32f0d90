package dev.postern.natsim;

import static dev.postern.natsim.Packets.at;
import static dev.postern.natsim.Packets.ip;
import static dev.postern.natsim.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The slides on which the four classic NATs are taught: one host, three destinations, and four packets that arrive at the
 * same external port.
 */
class CourseSlidesTest {

    /** The ports of the slides, which no allocation rule would give. */
    private static final Map<TransportAddress, Integer> PORTS =
            Map.of(at("10.0.0.2:8992"), 3333, at("10.0.0.2:9999"), 4444, at("10.0.0.2:8888"), 2222);

    private static final List<String> ARRIVALS = List.of("4.4.4.4:80", "3.3.3.3:22", "3.3.3.3:8080", "9.9.1.2:23");

    private record Slide(NatPreset preset, List<String> letIn) {}

    static Stream<Slide> slides() {
        return Stream.of(
                new Slide(NatPreset.FULL_CONE, ARRIVALS),
                new Slide(NatPreset.ADDRESS_RESTRICTED, List.of("4.4.4.4:80", "3.3.3.3:22", "3.3.3.3:8080")),
                new Slide(NatPreset.PORT_RESTRICTED, List.of("4.4.4.4:80", "3.3.3.3:8080")),
                new Slide(NatPreset.SYMMETRIC, List.of("4.4.4.4:80")));
    }

    @ParameterizedTest
    @MethodSource("slides")
    void hostLeavesThroughThePortsOfTheSlide(Slide slide) {
        NatBox nat = nat(slide.preset());

        assertThat(nat.outbound(udp("10.0.0.2:8992", "4.4.4.4:80"), 0))
                .isEqualTo(
                        new Verdict.Forward(udp("5.5.5.5:3333", "4.4.4.4:80"), Side.OUTSIDE, PassReason.NEW_MAPPING));
        assertThat(nat.outbound(udp("10.0.0.2:9999", "3.3.3.3:80"), 0))
                .isEqualTo(
                        new Verdict.Forward(udp("5.5.5.5:4444", "3.3.3.3:80"), Side.OUTSIDE, PassReason.NEW_MAPPING));
        assertThat(nat.outbound(udp("10.0.0.2:8888", "3.3.3.3:8080"), 0))
                .isEqualTo(
                        new Verdict.Forward(udp("5.5.5.5:2222", "3.3.3.3:8080"), Side.OUTSIDE, PassReason.NEW_MAPPING));
    }

    @ParameterizedTest
    @MethodSource("slides")
    void tableReadsAsOnTheSlide(Slide slide) throws IOException {
        NatBox nat = nat(slide.preset());
        sendThree(nat);

        assertThat(nat.table(0)).hasToString(golden("translation-table.txt"));
    }

    @ParameterizedTest
    @MethodSource("slides")
    void natLetsInWhomTheSlideLetsIn(Slide slide) {
        NatBox nat = nat(slide.preset());
        sendThree(nat);

        assertThat(ARRIVALS.stream()
                        .filter(from -> nat.inbound(udp(from, "5.5.5.5:3333"), 0) instanceof Verdict.Forward))
                .isEqualTo(slide.letIn());
    }

    @ParameterizedTest
    @MethodSource("slides")
    void whatComesInGoesToTheHostThatHasThePort(Slide slide) {
        NatBox nat = nat(slide.preset());
        sendThree(nat);

        assertThat(nat.inbound(udp("4.4.4.4:80", "5.5.5.5:3333"), 0))
                .isEqualTo(new Verdict.Forward(udp("4.4.4.4:80", "10.0.0.2:8992"), Side.INSIDE, PassReason.CONTACTED));
    }

    @Test
    void eachRefusalSaysWhy() throws IOException {
        StringBuilder text = new StringBuilder();
        slides().forEach(slide -> {
            NatBox nat = nat(slide.preset());
            sendThree(nat);
            text.append(slide.preset().label()).append('\n');
            ARRIVALS.forEach(from -> text.append("  ")
                    .append(from)
                    .append(" > 5.5.5.5:3333  ")
                    .append(words(nat.inbound(udp(from, "5.5.5.5:3333"), 0)))
                    .append('\n'));
        });

        assertThat(text).hasToString(golden("arrivals.txt"));
    }

    private static String words(Verdict verdict) {
        return verdict instanceof Verdict.Drop drop ? "dropped, " + drop.sentence() : "let in";
    }

    private static NatBox nat(NatPreset preset) {
        return new NatBox(
                preset.behaviour(),
                ip("5.5.5.5"),
                (internal, destination, free) -> PORTS.getOrDefault(internal, PortSource.NONE));
    }

    private static void sendThree(NatBox nat) {
        nat.outbound(udp("10.0.0.2:8992", "4.4.4.4:80"), 0);
        nat.outbound(udp("10.0.0.2:9999", "3.3.3.3:80"), 0);
        nat.outbound(udp("10.0.0.2:8888", "3.3.3.3:8080"), 0);
    }

    private static String golden(String name) throws IOException {
        try (InputStream file = CourseSlidesTest.class.getResourceAsStream("slides/" + name)) {
            assertThat(file).as("golden file %s", name).isNotNull();
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
