package dev.postern.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.app.config.Key;
import dev.postern.app.config.Keys;
import dev.postern.app.run.FixedHost;
import dev.postern.stun.auth.LongTermKey;
import dev.postern.stun.auth.Lookup;
import dev.postern.stun.auth.PasswordAlgorithm;
import dev.postern.stun.auth.SharedSecretCredentials;
import dev.postern.stun.auth.StoredKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a person sees who types: help, mistakes, credentials. No server starts here. */
class CommandLineTest {

    private static final String SECRET = "north wind and sun";
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter help = new StringWriter();
    private final StringWriter err = new StringWriter();
    private @Nullable String typed;

    @Test
    void helpGroupsTheCommandsAndTellsExamplesAndExitCodes() {
        assertThat(run("--help")).isZero();
        assertThat(help.toString())
                .containsSubsequence(
                        "Usage: postern [-hV] COMMAND",
                        "Servers",
                        "  serve ",
                        "  signaling ",
                        "  stun ",
                        "  turn ",
                        "Tools",
                        "  credentials ",
                        "  conformance ",
                        "  lab ",
                        "Exit codes",
                        "  0 ",
                        "  1 ",
                        "  2 ",
                        "Examples",
                        "java -jar postern.jar serve --dev");
        assertThat(help.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "signaling", "stun", "turn"})
    void helpOfAServerTellsEveryKey(String command) {
        assertThat(run(command, "--help")).isZero();
        String words = help.toString().replaceAll("\\s+", " ");
        for (Key<?> key : Keys.ALL) {
            assertThat(words).contains(" " + key.name() + " <" + key.type() + "> " + key.sentence());
        }
        assertThat(help.toString()).contains("--config=FILE", "--set=KEY=VALUE", "--dev");
        assertThat(help.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    void versionIsOneLine() {
        assertThat(run("--version")).isZero();
        assertThat(help.toString()).matches("postern \\S+ \\(Java \\S+\\)\\R");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--schema", "--asyncapi"})
    void protocolPrintsWhatMachinesRead(String which) throws IOException {
        assertThat(run("protocol", which)).isZero();
        JsonNode json = new ObjectMapper().readTree(out.toByteArray());
        assertThat(json.has("$defs")).isEqualTo(which.equals("--schema"));
        assertThat(json.path("asyncapi").asText()).isEqualTo(which.equals("--schema") ? "" : "3.0.0");
    }

    @Test
    void protocolPrintsTypes() {
        assertThat(run("protocol", "--types")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("export interface ClientHello {", "t: 'hello';");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--schema --types"})
    void protocolWantsToKnowWhichOne(String options) {
        assertThat(run(("protocol " + options).strip().split(" ", -1))).isEqualTo(2);
        assertThat(err.toString()).contains("--schema, --asyncapi or --types");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void unknownCommandNamesTheNearestOne() {
        assertThat(run("serv")).isEqualTo(2);
        assertThat(err.toString()).contains("'serv'").contains("Did you mean: postern serve?");
    }

    @Test
    void unknownOptionNamesTheNearestOne() {
        assertThat(run("serve", "--confg=x")).isEqualTo(2);
        assertThat(err.toString()).contains("'--confg=x'").contains("--config");
    }

    @Test
    void noCommandSaysWhereHelpIs() {
        assertThat(run()).isEqualTo(2);
        assertThat(err).hasToString(String.format("postern: No command is given.%nSee `postern --help`.%n"));
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void mistakesOfTheConfigurationAreOneLineEachAndExitWithTwo() {
        assertThat(run("serve", "--set", "turn.relm=x", "--set", "stun.listen=y"))
                .isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("postern: ") && (line.endsWith(".") || line.endsWith("?")));
    }

    @Test
    void serverWithNothingToListenOnSaysSoInOneSentence() {
        assertThat(run("serve")).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly("postern: serve has nothing to listen on: set signaling.listen, stun.listen or"
                        + " turn.listen, or add --dev to try it on this machine.");
    }

    @Test
    void credentialIsWhatTheRelayAcceptsUntilItExpires() {
        assertThat(run("credentials", "--set", "turn.shared-secret=" + SECRET, "--user", "ann", "--ttl", "1h"))
                .isZero();
        Map<String, String> printed = printed();
        assertThat(printed).containsOnlyKeys("username", "password", "expires");
        assertThat(printed)
                .containsEntry("username", "1800003600:ann")
                .containsEntry("expires", "2027-01-15T09:00:00Z");
        SharedSecretCredentials relay = new SharedSecretCredentials("postern", List.of(SECRET));
        LongTermKey ours = LongTermKey.of(
                PasswordAlgorithm.MD5, "1800003600:ann", "postern", String.valueOf(printed.get("password")));
        assertThat(relay.find("1800003600:ann", PasswordAlgorithm.MD5, 1_800_003_599L))
                .isEqualTo(new Lookup.Known("ann", List.of(ours), 1_800_003_600L));
        assertThat(relay.find("1800003600:ann", PasswordAlgorithm.MD5, 1_800_003_600L))
                .isEqualTo(Lookup.UNKNOWN);
    }

    @Test
    void credentialAsJsonFitsIntoIceServers() throws Exception {
        assertThat(run(
                        "credentials",
                        "--json",
                        "--set",
                        "turn.shared-secret=" + SECRET,
                        "--set",
                        "turn.listen=udp://0.0.0.0:3478,tcp://127.0.0.1:3478"))
                .isZero();
        JsonNode json = new ObjectMapper().readTree(out.toByteArray());
        assertThat(json.get("urls"))
                .extracting(JsonNode::asText)
                .containsExactly("turn:192.0.2.7:3478?transport=udp", "turn:127.0.0.1:3478?transport=tcp");
        assertThat(json.get("username").asText()).isEqualTo("1800043200");
        assertThat(json.get("credential").asText()).isEqualTo(SharedSecretCredentials.password(SECRET, "1800043200"));
        assertThat(json.get("expires").asText()).isEqualTo("2027-01-15T20:00:00Z");
    }

    @Test
    void tokenIsOneLineThatTheSignalingServerTakes() throws Exception {
        String secret = "0123456789abcdef0123456789abcdef";
        assertThat(run(
                        "credentials",
                        "token",
                        "--key=web",
                        "--user=ann",
                        "--room=kitchen",
                        "--room=team-*",
                        "--role=moderator",
                        "--ttl=1h",
                        "--set=signaling.api-keys.web=" + secret))
                .as(err.toString())
                .isZero();
        String[] parts = out.toString(StandardCharsets.UTF_8).strip().split("\\.");
        assertThat(parts).hasSize(3);
        JsonNode claims =
                new ObjectMapper().readTree(java.util.Base64.getUrlDecoder().decode(parts[1]));
        assertThat(claims.get("sub").asText()).isEqualTo("ann");
        assertThat(claims.get("aud").asText()).isEqualTo("postern");
        assertThat(claims.get("exp").asLong()).isEqualTo(1_800_003_600L);
        assertThat(claims.at("/rooms/1/room").asText()).isEqualTo("team-*");
        assertThat(claims.at("/rooms/1/role").asText()).isEqualTo("moderator");
    }

    @Test
    void tokenOfAKeyThatIsNotSetIsOneSentence() {
        assertThat(run("credentials", "token", "--key=web", "--user=ann", "--room=kitchen"))
                .isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly("postern: signaling.api-keys.web is not set, and tokens are signed with it: give it in"
                        + " --config FILE or the environment.");
        assertThat(run("credentials", "token", "--key=web", "--user=ann", "--room=r", "--role=king"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("\"king\" is no role; write peer or moderator");
    }

    @Test
    void hashPrintsTheKeysThatTheRelayTakesInPlaceOfThePassword() {
        typed = "fixed password";
        assertThat(run("credentials", "hash", "ann", "--realm", "example.org")).isZero();
        String printed = out.toString(StandardCharsets.UTF_8).strip();
        assertThat(printed).matches("md5:[0-9a-f]{32},sha256:[0-9a-f]{64}").doesNotContain("password");
        assertThat(StoredKeys.parse(printed)).isEqualTo(StoredKeys.of("ann", "example.org", "fixed password"));
    }

    @Test
    void hashTakesTheRealmOfTheConfigurationAndNoEmptyPassword() {
        typed = "p";
        assertThat(run("credentials", "hash", "ann", "--set", "turn.realm=example.net"))
                .isZero();
        assertThat(StoredKeys.parse(out.toString(StandardCharsets.UTF_8).strip()))
                .isEqualTo(StoredKeys.of("ann", "example.net", "p"));
        typed = "";
        assertThat(run("credentials", "hash", "ann")).isEqualTo(2);
        typed = null;
        assertThat(run("credentials", "hash", "ann")).isEqualTo(2);
        assertThat(err.toString()).contains("no password came");
    }

    @Test
    void firstOfSeveralSecretsMakesTheCredential() {
        assertThat(run("credentials", "--set", "turn.shared-secret=" + SECRET + ",older one", "--ttl", "1h"))
                .isZero();
        assertThat(printed()).containsEntry("password", SharedSecretCredentials.password(SECRET, "1800003600"));
    }

    @Test
    void revokeSaysWhenNoServerIsNamedOrReached() {
        assertThat(run("credentials", "revoke", "ann")).isEqualTo(2);
        assertThat(err.toString()).contains("give --admin http://127.0.0.1:9091");
        assertThat(run("credentials", "revoke", "ann", "--admin", "http://127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("http://127.0.0.1:1 cannot be reached");
    }

    @Test
    void drainSaysWhenNoServerIsReachedOrTheTimeIsNone() {
        assertThat(run("drain", "--admin", "http://127.0.0.1:1")).isEqualTo(1);
        assertThat(err.toString()).contains("http://127.0.0.1:1 cannot be reached");
        assertThat(run("drain", "--within", "soon")).isEqualTo(2);
        assertThat(err.toString()).contains("--within").contains("is not a duration");
    }

    @Test
    void credentialWithoutASecretSaysWhereItComesFrom() {
        assertThat(run("credentials")).isEqualTo(2);
        assertThat(err)
                .hasToString(String.format("postern: turn.shared-secret is not set, and credentials are made from it:"
                        + " give it in --config FILE or the environment variable POSTERN_TURN_SHARED_SECRET.%n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65", "-3"})
    void matrixRunsAtLeastOnePairAndNotTooManyAtOnce(String parallel) {
        assertThat(run("lab", "matrix", "--parallel=" + parallel)).isEqualTo(2);
        assertThat(err.toString()).contains("--parallel is " + parallel + ", but must be 1 to 64.");
    }

    @Test
    void randomTopologiesEndAsPredictedAndAreReplayedFromALine() {
        assertThat(run("lab", "explore", "--topologies", "20", "--seed", "5")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("20 topologies: ")
                .contains("20 are as the oracle says");
        out.reset();
        assertThat(run("lab", "explore", "--replay", "A APDM/APDF; B EIM/APDF; turn none"))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("DROPPED B's router", "the oracle says none, the agents none");
        assertThat(run("lab", "explore", "--replay", "A APDM")).isEqualTo(2);
        assertThat(err.toString()).contains("--replay: 'APDM' does not begin as EIM/APDF or fw/APDF do");
        assertThat(run("lab", "explore", "--topologies", "0")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1w", "366d", "soon", ""})
    void ttlThatIsNoDurationIsRefused(String ttl) {
        assertThat(run("credentials", "--set", "turn.shared-secret=x", "--ttl=" + ttl))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--ttl").contains("is not a duration; write seconds, or such as 30m");
    }

    private int run(String... arguments) {
        Surroundings surroundings = new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                Map.of(),
                new FixedHost("127.0.0.1", "192.0.2.7"),
                new Random(1),
                () -> NOW,
                prompt -> typed);
        CommandLine line = CommandTree.of(surroundings);
        line.setOut(new PrintWriter(help, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    private Map<String, String> printed() {
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(" +", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    }
}
