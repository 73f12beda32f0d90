package dev.postern.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import dev.postern.transport.ListenAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which source wins, and how values are read. */
class ConfigSourcesTest {

    @TempDir
    Path folder;

    @Test
    void nothingSetGivesTheDefaults() throws Exception {
        Settings settings = read(null, Map.of());
        assertThat(settings.get(Keys.TURN_REALM)).isEqualTo("postern");
        assertThat(settings.get(Keys.SIGNALING_ALLOW_NO_ORIGIN)).isFalse();
        assertThat(settings.find(Keys.SIGNALING_LISTEN)).isNull();
        assertThat(settings.find(Keys.TURN_LISTEN)).isNull();
        assertThat(settings.users()).isEmpty();
        assertThat(settings.origin(Keys.TURN_REALM)).isNull();
    }

    @Test
    void laterSourceWins() throws Exception {
        String yaml = "turn: {realm: file, user-quota: 3, total-quota: 30}";
        Map<String, String> environment = Map.of("POSTERN_TURN_REALM", "environment", "POSTERN_TURN_USER_QUOTA", "4");
        Settings settings = read(yaml, environment, "turn.realm=first", "turn.realm=flag");
        assertThat(settings.get(Keys.TURN_REALM)).isEqualTo("flag");
        assertThat(settings.get(Keys.TURN_USER_QUOTA)).isEqualTo(4);
        assertThat(settings.get(Keys.TURN_TOTAL_QUOTA)).isEqualTo(30);
        assertThat(settings.origin(Keys.TURN_REALM)).isEqualTo("--set");
        assertThat(settings.origin(Keys.TURN_USER_QUOTA)).isEqualTo("environment variable POSTERN_TURN_USER_QUOTA");
        assertThat(settings.origin(Keys.TURN_TOTAL_QUOTA)).isEqualTo(folder.resolve("postern.yaml") + ":1");
    }

    @Test
    void badValueThatALaterSourceReplacesDoesNotMatter() throws Exception {
        assertThat(read("turn.user-quota: many", Map.of(), "turn.user-quota=5").get(Keys.TURN_USER_QUOTA))
                .isEqualTo(5);
    }

    @Test
    void presetsLoseToEverySource() throws Exception {
        Map<Key<?>, String> presets = Map.of(Keys.TURN_REALM, "preset", Keys.STUN_LISTEN, "udp://127.0.0.1:3478");
        ConfigSources sources =
                new ConfigSources(presets, "--dev", null, Map.of("POSTERN_TURN_REALM", "mine"), List.of());
        Settings settings = sources.read();
        assertThat(settings.get(Keys.TURN_REALM)).isEqualTo("mine");
        assertThat(settings.get(Keys.STUN_LISTEN)).containsExactly(ListenAddress.parse("udp://127.0.0.1:3478"));
        assertThat(settings.origin(Keys.STUN_LISTEN)).isEqualTo("--dev");
    }

    @Test
    void emptySetTakesBackWhatWasSaid() throws Exception {
        Settings settings = read(
                "signaling.listen: 127.0.0.1:1\nstun.listen: ['udp://127.0.0.1:2']",
                Map.of(),
                "signaling.listen=",
                "stun.listen=");
        assertThat(settings.find(Keys.SIGNALING_LISTEN)).isNull();
        assertThat(settings.find(Keys.STUN_LISTEN)).isNull();
    }

    @Test
    void emptyVariableIsNotSet() throws Exception {
        assertThat(read("turn.realm: file", Map.of("POSTERN_TURN_REALM", "")).get(Keys.TURN_REALM))
                .isEqualTo("file");
    }

    @Test
    void yamlNestsOrWritesDots() throws Exception {
        Settings settings = read("""
                # a comment
                signaling:
                  listen: localhost:8080
                  allowed-origins: [https://a.example, "http://[::1]:9"]
                  allow-no-origin: true
                turn.listen:
                  - udp://0.0.0.0:3478
                  - "tcp://[::]:3478"
                turn:
                  users:
                    ann: 0123
                    bob.smith: "true"
                  relay-ports: 50000-50010
                  relay-address: 192.0.2.1
                  allow-peers: 10.0.0.0/8, fc00::/7
                  deny-peers:
                """.replace("  deny-peers:\n", ""), Map.of());
        assertThat(settings.get(Keys.SIGNALING_LISTEN))
                .isEqualTo(new WebListen(false, TransportAddress.parse("127.0.0.1:8080")));
        assertThat(settings.get(Keys.SIGNALING_ALLOWED_ORIGINS)).containsExactly("https://a.example", "http://[::1]:9");
        assertThat(settings.get(Keys.SIGNALING_ALLOW_NO_ORIGIN)).isTrue();
        assertThat(settings.get(Keys.TURN_LISTEN))
                .containsExactly(ListenAddress.parse("udp://0.0.0.0:3478"), ListenAddress.parse("tcp://[::]:3478"));
        assertThat(settings.users()).isEqualTo(Map.of("ann", "0123", "bob.smith", "true"));
        assertThat(settings.get(Keys.TURN_RELAY_PORTS)).hasToString("50000-50010");
        assertThat(settings.get(Keys.TURN_RELAY_ADDRESS)).containsExactly(IpAddress.parse("192.0.2.1"));
        assertThat(settings.get(Keys.TURN_ALLOW_PEERS))
                .containsExactly(IpPrefix.parse("10.0.0.0/8"), IpPrefix.parse("fc00::/7"));
    }

    @Test
    void sectionWithoutKeysIsNothing() throws Exception {
        assertThat(read("turn:\n#  realm: x\nstun:\n", Map.of()).find(Keys.TURN_LISTEN))
                .isNull();
        assertThat(read("# nothing but a comment\n", Map.of()).find(Keys.TURN_LISTEN))
                .isNull();
    }

    @Test
    void valueMayHoldEqualsSignsAndCommas() throws Exception {
        Settings settings = read(null, Map.of(), "turn.shared-secret=a=b,c", "turn.users.x.Y-z=p,q=");
        assertThat(settings.get(Keys.TURN_SHARED_SECRET)).containsExactly("a=b", "c");
        assertThat(settings.users()).isEqualTo(Map.of("x.Y-z", "p,q="));
    }

    @Test
    void userOfTheEnvironmentIsLowerCase() throws Exception {
        assertThat(read(null, Map.of("POSTERN_TURN_USERS_ANN", "p")).users()).isEqualTo(Map.of("ann", "p"));
    }

    @Test
    void userOfTheEnvironmentIsTheOneThatTheFileSpellsSo() throws Exception {
        assertThat(read("turn.users: {Ann-Lee: old}", Map.of("POSTERN_TURN_USERS_ANN_LEE", "new"))
                        .users())
                .isEqualTo(Map.of("Ann-Lee", "new"));
    }

    @Test
    void apiKeysAreNamedAsUsersAre() throws Exception {
        String secret = "0123456789abcdef0123456789abcdef";
        Settings settings = read(
                "signaling.api-keys: {Web-App: " + secret + "x}",
                Map.of("POSTERN_SIGNALING_API_KEYS_WEB_APP", secret, "POSTERN_SIGNALING_API_KEYS_CRON", secret));
        assertThat(settings.apiKeys()).isEqualTo(Map.of("Web-App", secret, "cron", secret));
        assertThat(settings.users()).isEmpty();
        assertThat(settings.shown())
                .filteredOn(shown -> shown.name().startsWith("signaling.api-keys."))
                .hasSize(2)
                .allSatisfy(shown -> assertThat(shown.toString()).doesNotContain(secret));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POSTERN_REQUIRE",
                "POSTERN_CHROMIUM",
                "POSTERN_JDK22_HOME",
                "POSTERN_SERVICE_HOST",
                "POSTERN_TURN_SERVICE_HOST",
                "POSTERN_TURN_SERVICE_PORT",
                "POSTERN_TURN_SERVICE_PORT_UDP",
                "POSTERN_TURN_PORT",
                "POSTERN_TURN_PORT_3478_UDP",
                "POSTERN_TURN_PORT_3478_UDP_ADDR",
                "OTHER_TURN_REALM"
            })
    void variablesOfOthersAreLeftAlone(String name) throws Exception {
        assertThat(read(null, Map.of(name, "anything")).get(Keys.TURN_REALM)).isEqualTo("postern");
    }

    @ParameterizedTest
    @ValueSource(strings = {"turn.relm", "Turn.Realm", "turn.rael", "turnrealm", "stun.realm"})
    void nearestKeyIsTheOneThatWasMeant(String typed) {
        assertThat(NearestName.of(typed, Keys.names())).isEqualTo("turn.realm");
    }

    private Settings read(@Nullable String yaml, Map<String, String> environment, String... sets)
            throws IOException, ConfigException {
        Path file = yaml == null ? null : Files.writeString(folder.resolve("postern.yaml"), yaml);
        return ConfigSources.of(file, environment, List.of(sets)).read();
    }
}
