package dev.postern.natsim.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatPreset;
import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.oracle.Reach;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every profile file: it reads, and it says of its NAT what the engine does. */
class ProfilesTest {

    static List<String> ids() {
        return Profiles.ids();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void packetsShowWhatTheFileSays(String id) {
        Profile profile = Profiles.named(id);

        assertThat(new Probe(profile).result()).isEqualTo(profile.tester());
    }

    /** What depends on whose packet comes first is not for an oracle that knows nothing of time. */
    @ParameterizedTest
    @MethodSource("ids")
    void oraclePredictsWhatTheFileSays(String id) {
        Profile profile = Profiles.named(id);
        profile.ice().forEach((peer, consequence) -> {
            if (consequence != Consequence.ORDER) {
                assertThat(Oracle.predict(
                                Reach.of(profile.behaviour()), Reach.of(peer.behaviour()), Oracle.Turn.UDP_AND_TCP))
                        .as("with %s", peer)
                        .isEqualTo(consequence == Consequence.DIRECT ? Outcome.DIRECT : Outcome.RELAY);
            }
        });
    }

    @Test
    void onlyFilesWhoseEarlyPacketsMatterDependOnTheOrder() {
        Profiles.all()
                .values()
                .forEach(profile -> assertThat(profile.ice().containsValue(Consequence.ORDER))
                        .as(profile.id())
                        .isEqualTo(profile.tester().anomalies().contains(Anomaly.EARLY_PACKET_CHANGES_PORT)
                                || profile.tester().anomalies().contains(Anomaly.EARLY_PACKET_BLACKLISTS)));
    }

    @Test
    void indexNamesEveryFile() throws IOException, URISyntaxException {
        Path folder = Path.of(Profiles.class
                        .getResource("/dev/postern/natsim/profiles/index.txt")
                        .toURI())
                .getParent();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".yaml"))
                            .map(name -> name.substring(0, name.length() - ".yaml".length())))
                    .containsExactlyInAnyOrderElementsOf(Profiles.ids());
        }
    }

    @Test
    void pageHasARowForEachProfile() throws IOException {
        String page = Files.readString(Path.of("../docs/nat-sim.md"));

        Profiles.all().values().forEach(profile -> {
            TesterOutput seen = profile.tester();
            String row = seen.udp() ? seen.mapping() + " | " + seen.filtering() : "no UDP | -";
            assertThat(page).contains("| `" + profile.id() + "` | " + row + " |");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "OPEN, open",
        "FULL_CONE, full-cone",
        "ADDRESS_RESTRICTED, address-restricted",
        "PORT_RESTRICTED, port-restricted",
        "SYMMETRIC, symmetric-random",
        "UDP_BLOCKED, udp-blocked"
    })
    void presetIsTheProfileOfItsName(NatPreset preset, String id) {
        assertThat(Profiles.named(id).behaviour().toBuilder()
                        .name(preset.label())
                        .build())
                .isEqualTo(preset.behaviour());
    }

    @Test
    void classesOfPeersAndLinuxAreTheProfilesOfTheirNames() {
        assertThat(Profiles.named("stateful-firewall").behaviour()).isEqualTo(PeerClass.FIREWALL.behaviour());
        assertThat(Profiles.named("linux").behaviour()).isEqualTo(NatBehaviour.linux());
        assertThat(Profiles.named("linux-open-input").behaviour()).isEqualTo(NatBehaviour.linuxOpenInput());
        assertThat(Profiles.named("only-tcp-443").behaviour()).isEqualTo(NatBehaviour.onlyTcp443());
    }

    @Test
    void unknownNameIsRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> Profiles.named("linnux"))
                .hasMessageStartingWith("no profile is called 'linnux'; there are open, stateful-firewall, ");
    }

    private static final String GOOD = """
            name: "mine"
            summary: "A NAT of mine."
            sources:
              - kind: constructed
                where: "here"
                says: "nothing"
            behaviour:
              mapping: EIM
              filtering: APDF
              idle-lifetime: 2h4m
              port-range:
                first: 5000
                last: 5009
            tester:
              udp: true
              mapping: EIM
              filtering: APDF
              hairpin: none
              ports: preserved
              anomalies: []
            ice:
              open: direct
              firewall: direct
              full-cone: direct
              address-restricted: direct
              port-restricted: direct
              symmetric: relay
              udp-blocked: relay
            """;

    private record Mistake(String from, String to, String sentence) {}

    static List<Mistake> mistakes() {
        List<Mistake> mistakes = new ArrayList<>();
        mistakes.add(new Mistake("summary", "sumary", "mine lacks 'summary'"));
        mistakes.add(new Mistake("name:", "colour: red\nname:", "mine has an unknown key 'colour'"));
        mistakes.add(new Mistake("  idle-lifetime", "  idle-time", "mine.behaviour has an unknown key 'idle-time'"));
        mistakes.add(new Mistake(
                "2h4m", "soon", "mine.behaviour.idle-lifetime is 'soon', but must be a time such as 30s, 5m or 2h4m"));
        mistakes.add(new Mistake("2h4m", "0s", "idleLifetime PT0S must be above zero and at most a year"));
        mistakes.add(new Mistake(
                "mapping: EIM\n  filtering: APDF\n  idle",
                "mapping: cone\n  filtering: APDF\n  idle",
                "mine.behaviour.mapping is 'cone', but must be one of eim, adm, apdm"));
        mistakes.add(new Mistake("first: 5000", "first: 70000", "ports 70000-5009: the range must lie within 1-65535"));
        mistakes.add(new Mistake(
                "first: 5000", "first: many", "mine.behaviour.port-range.first is 'many', but must be a whole number"));
        mistakes.add(new Mistake("  open: direct\n", "", "mine.ice lacks 'open'"));
        mistakes.add(
                new Mistake("udp: true", "udp: perhaps", "mine.tester.udp is 'perhaps', but must be true or false"));
        mistakes.add(
                new Mistake("anomalies: []", "anomalies: none", "mine.tester.anomalies is 'none', but must be a list"));
        mistakes.add(new Mistake(
                "kind: constructed",
                "kind: guess",
                "mine.sources.kind is 'guess', but must be one of measured, vendor, secondary, rfc, constructed"));
        return mistakes;
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakeIsRefusedInOneSentence(Mistake mistake) {
        String bad = GOOD.replace(mistake.from(), mistake.to());
        assertThat(bad).isNotEqualTo(GOOD);

        assertThatThrownBy(() -> Profiles.parse("mine", bad)).hasMessage(mistake.sentence());
    }

    @Test
    void fileOfSomebodyElseIsRead() {
        Profile profile = Profiles.parse("mine", GOOD);

        assertThat(profile.name()).isEqualTo("mine");
        assertThat(profile.behaviour().ports().last()).isEqualTo(5009);
        assertThatThrownBy(() -> Profiles.parse("mine", "a: [")).hasMessageStartingWith("mine is not YAML: ");
        assertThatThrownBy(() -> Profiles.parse("mine", "- a")).hasMessage("mine must be a block of keys");
    }
}
