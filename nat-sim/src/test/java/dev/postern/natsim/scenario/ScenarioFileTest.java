package dev.postern.natsim.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.natsim.oracle.Oracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScenarioFileTest {

    private static final Path COURSE =
            Path.of(System.getProperty("postern.root"), "examples", "nat-sim", "course.yaml");

    private static final String HEAD = """
            title: t
            networks:
              home: {nat: port-restricted, address: 198.51.100.1}
            hosts:
              laptop: {network: home, address: 10.0.0.2}
              web: {address: 203.0.113.1}
            servers:
              stun: {address: 203.0.113.10}
            """;

    /** A mistake, in lines behind {@link #HEAD} or alone, and the sentence about it. */
    private record Case(String text, String sentence) {}

    static Stream<Case> mistakes() {
        return Stream.of(
                alone("", "f:1: the file says nothing; begin with a line such as title: Two homes."),
                alone("- x", "f:1: the file does not begin with a key; write lines such as title: Two homes."),
                alone("seed: 1", "f:1: title is missing here; write text, at most 4000 characters."),
                alone("titel: x\ntitle: x", "f:1: \"titel\" is not a key of a scenario; did you mean title?"),
                alone("title: x\ntitle: y", "f:2: title stands twice; leave one out."),
                alone("title: x\nseed: many", "f:2: seed is \"many\"; write a whole number."),
                alone("title: x\nseed:", "f:2: seed is empty; write a whole number."),
                alone("title: x\nseed: [1]", "f:2: seed is a list; write a whole number."),
                alone("title: &a x\nabout: *a", "f:2: *a is a YAML alias; write its value out."),
                alone("title: x\n---\ntitle: y", "f:3: a second document begins here; keep one document in a file."),
                alone(
                        "title: x\nhosts:\n  h: {address: 10.0.0}",
                        "f:3: address is \"10.0.0\"; write an IP address such as 198.51.100.1 or 2001:db8::1."),
                alone(
                        "title: x\nhosts:\n  1st: {address: 10.0.0.1}",
                        "f:3: \"1st\" is not a name; write a name that begins with a letter and has letters, digits, dots"
                                + " or dashes, at most 40."),
                alone(
                        "title: x\nnetworks:\n  n: {nat: symetric, address: 10.0.0.1}",
                        "f:3: nat is \"symetric\"; did you mean symmetric?"),
                alone(
                        "title: x\nnetworks:\n  n: {nat: symmetric}",
                        "f:3: n has no address; write the one that its NAT has outside."),
                alone(
                        "title: x\nnetworks:\n  n:\n    address: 10.0.0.1\n    nat: {maping: EIM}",
                        "f:5: \"maping\" is not a key of a NAT; did you mean mapping?"),
                alone(
                        "title: x\nnetworks:\n  n:\n    address: 10.0.0.1\n    nat: {idle-lifetime: 30}",
                        "f:5: idle-lifetime is \"30\"; write a duration such as 20ms, 1.5s or 15m30s, up to 24h."),
                alone(
                        "title: x\nnetworks:\n  n:\n    address: 10.0.0.1\n    nat: {port-range: 9-1}",
                        "f:5: port-range is \"9-1\"; write first-last such as 1024-65535, from 1 to 65535."),
                alone(
                        "title: x\nnetworks:\n  a: {nat: open, address: 10.0.0.1, outside: b}\n"
                                + "  b: {nat: open, address: 10.0.0.1, outside: a}",
                        "f:3: a leads out into itself; write another outside."),
                alone(
                        "title: x\nhosts:\n  h: {address: 10.0.0.1, link: {latncy: 3ms}}",
                        "f:3: \"latncy\" is not a key of a link; did you mean latency?"),
                alone(
                        "title: x\nhosts:\n  h: {address: 10.0.0.1, link: {up: {loss: 120%}}}",
                        "f:3: loss is \"120%\"; write a share such as 2% or 0.02, from 0 to 1."),
                alone(
                        "title: x\npopulation: {shares: {symmetric: -1}}",
                        "f:2: shares of symmetric is \"-1\"; write a weight above zero, such as 11 or 2.5."),
                alone(
                        "title: x\npopulation: {shares: {symetric: 1}}",
                        "f:2: shares is \"symetric\"; did you mean symmetric?"),
                behind("hosts: {}", "f:9: hosts stands twice; leave one out."),
                behind(
                        "packets: {}",
                        "f:9: packets is a block of keys; write a list of at most 100000 blocks, each begun with a dash."),
                behind(
                        "packets:\n  - {from: lptop:5000, to: web:80}",
                        "f:10: from is \"lptop\", but no host has that name; did you mean laptop?"),
                behind(
                        "packets:\n  - {from: laptop:5000, to: wep:80}",
                        "f:10: to is \"wep\", but no host or server has that name; did you mean web?"),
                behind(
                        "packets:\n  - {from: laptop, to: web:80}",
                        "f:10: from is \"laptop\"; write host:port such as laptop:5000."),
                behind(
                        "packets:\n  - {from: laptop:5000, to: web:80, expect: arived}",
                        "f:10: expect is \"arived\"; did you mean arrived?"),
                behind(
                        "packets:\n  - {from: laptop:5000, to: web:80, expect: {symmetric: arrived}}",
                        "f:10: expect is a block of keys, which is for files with compare; write one word."),
                behind(
                        "packets:\n  - {from: laptop:5000}",
                        "f:10: a packet needs one of to, where it goes, stun, the server that it asks, and map-port, by what it"
                                + " asks its router."),
                behind(
                        "packets:\n  - {from: laptop:5000, to: web:80, map-port: pcp}",
                        "f:10: a packet needs one of to, where it goes, stun, the server that it asks, and map-port, by what it"
                                + " asks its router."),
                behind(
                        "packets:\n  - {from: laptop:5000, map-port: upnp}",
                        "f:10: map-port is \"upnp\"; did you mean pcp?"),
                behind(
                        "packets:\n  - {from: laptop:5000, map-port: pcp}",
                        "f:10: laptop asks its router for a port, but home has no inside-address; write one."),
                behind(
                        "packets:\n  - {from: laptop:5000, map-port: pcp, lifetime: 1.5s}",
                        "f:10: lifetime is not whole seconds; write such as 2m."),
                behind(
                        "packets:\n  - {from: laptop:5000, to: web:80, lifetime: 1m}",
                        "f:10: lifetime is for packets with map-port; leave it out."),
                behind(
                        "packets:\n  - {from: laptop:5000, map-port: pcp, protocol: icmp}",
                        "f:10: protocol is icmp, which has no ports to ask for; write udp or tcp."),
                alone(
                        "title: x\nnetworks:\n  n: {nat: symmetric, address: 198.51.100.1, inside-adress: 10.0.0.1}",
                        "f:3: \"inside-adress\" is not a key of a network; did you mean inside-address?"),
                alone(
                        "title: x\nnetworks:\n  n: {nat: symmetric, address: 198.51.100.1, inside-address: 10.0.0.1}\n"
                                + "hosts:\n  h: {network: n, address: 10.0.0.1}",
                        "f:5: address is 10.0.0.1, which n has in n; write another one for h."),
                alone(
                        "title: x\nnetworks:\n  n:\n    address: 10.0.0.1\n    nat: {port-control: [none, pcp]}",
                        "f:5: this NAT cannot be: port-control has none beside others."),
                behind(
                        "packets:\n  - {from: laptop:5000, to: source of hello}",
                        "f:10: to is \"hello\", but no packet has that name; there is none to choose from."),
                behind(
                        "packets:\n  - {from: laptop:5000, to: web:80, every: 0s}",
                        "f:10: every is \"0s\"; write a duration above zero."),
                behind(
                        "packets:\n  - {from: laptop:5000, to: web:80, every: 1us}",
                        "f:10: packets are more than 1000000 in all; write until, or a longer every."),
                behind(
                        "packets:\n  - {from: laptop:5000, stun: web}",
                        "f:10: stun is \"web\", but no server has that name; write one of stun."),
                behind(
                        "calls:\n  - {from: laptop, to: laptop, server: stun}",
                        "f:10: to is the host that calls; write another one."),
                behind(
                        "calls:\n  - {from: laptop, to: web, server: stun, expect: relayed}",
                        "f:10: expect is \"relayed\"; did you mean relay?"),
                behind(
                        "events:\n  - {at: 1s}",
                        "f:10: an event needs just one of nat-reboot, address-change, nat-change, link-down, link-up, link-change,"
                                + " roam."),
                behind(
                        "events:\n  - {roam: laptop, address: 10.0.0.9}",
                        "f:10: roam needs to; write a name that the file gives."),
                behind(
                        "events:\n  - {nat-reboot: internet}",
                        "f:10: nat-reboot is internet, which has no router; write a network of the file."),
                behind("compare: {home: [symmetric, symmetric]}", "f:9: compare has symmetric twice; leave one out."),
                alone(
                        "title: x\nhosts:\n  a: {address: 10.0.0.1}\n  b: {address: 10.0.0.1}",
                        "f:4: address is 10.0.0.1, which a has in internet; write another one for b."),
                alone(
                        "title: x\nhosts:\n  a: {address: 10.0.0.1}\nservers:\n  a: {address: 10.0.0.2}",
                        "f:5: a is also the name of a host; give each network, host and server a name of its own."),
                alone(
                        "title: x\nhosts:\n  a: {address: 10.0.0.1, echo: 7}\n" + "packets:\n  - {from: a:7, to: a:8}",
                        "f:5: a packet comes from a:7, which echoes what it hears; write another port."));
    }

    private static Case alone(String text, String sentence) {
        return new Case(text, sentence);
    }

    private static Case behind(String text, String sentence) {
        return new Case(HEAD + text, sentence);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakeIsSaidWithItsLineAndWhatToWrite(Case mistake) {
        assertThat(sentences(mistake.text())).containsExactly(mistake.sentence());
    }

    @Test
    void everyMistakeIsSaidAtOnceInTheOrderOfTheLines() {
        assertThat(sentences("titel: x\nseed: y\nhosts:\n  h: {address: z}"))
                .extracting(sentence -> sentence.substring(0, 4))
                .containsExactly("f:1:", "f:1:", "f:2:", "f:4:");
    }

    @Test
    void textThatIsNotYamlIsSaidWithItsLine() {
        assertThat(sentences("title: x\nhosts: {a: ["))
                .singleElement()
                .satisfies(sentence -> assertThat(sentence)
                        .startsWith("f:2: this is not YAML (")
                        .endsWith("indent with spaces."));
    }

    @Test
    void fileThatIsNotThereIsSaidInOneSentence() {
        ScenarioException refused =
                catchThrowableOfType(ScenarioException.class, () -> ScenarioFile.read(Path.of("no/such.yaml")));

        assertThat(refused.sentences()).containsExactly("no/such.yaml does not exist; name a scenario file.");
    }

    @Test
    void populationIsRead() throws ScenarioException {
        Scenario scenario = ScenarioFile.parse("f", """
                title: Halkes and Pouwelse 2011
                population:
                  pairs: 500
                  turn: udp
                  shares: {open: 21, port-restricted: 64, symmetric: 11, udp-blocked: 4}
                """);

        Scenario.Population population = Objects.requireNonNull(scenario.population());
        assertThat(population.pairs()).isEqualTo(500);
        assertThat(population.turn()).isEqualTo(Oracle.Turn.UDP);
        assertThat(population.shares())
                .extracting(share -> share.nat().name() + " " + share.weight())
                .containsExactly("open 21.0", "port-restricted 64.0", "symmetric 11.0", "udp-blocked 4.0");
    }

    /** A file is a stranger's, too: whatever is in it, the answer is sentences. */
    @Property(tries = 500)
    void textOfAnySortIsReadOrRefusedInSentences(@ForAll String text) {
        readOrRefuse(text);
    }

    @Property(tries = 500)
    void scenarioWithALetterTooManyIsReadOrRefusedInSentences(
            @ForAll @IntRange(max = 1900) int where, @ForAll @IntRange(min = 9, max = 126) int letter)
            throws Exception {
        String course = Files.readString(COURSE);
        int at = where % course.length();
        readOrRefuse(course.substring(0, at) + (char) letter + course.substring(at));
        readOrRefuse(course.substring(0, at) + (char) letter + course.substring(at + 1));
    }

    private static void readOrRefuse(String text) {
        try {
            assertThat(ScenarioFile.parse("f", text)).isNotNull();
        } catch (ScenarioException refused) {
            assertThat(refused.sentences())
                    .isNotEmpty()
                    .allSatisfy(sentence -> assertThat(sentence).matches("f:[0-9]+: (?s).*[.?]"));
        }
    }

    private static List<String> sentences(String text) {
        ScenarioException refused = catchThrowableOfType(ScenarioException.class, () -> ScenarioFile.parse("f", text));
        assertThat(refused).as("what is wrong with%n%s", text).isNotNull();
        return refused.sentences();
    }
}
