package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.app.config.ClusterKeys;
import dev.postern.app.config.ConfigException;
import dev.postern.app.config.ConfigSources;
import dev.postern.app.config.Settings;
import dev.postern.signaling.SignalingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What has to be written down for several nodes, and what is refused. */
class ClusterSettingsTest {

    private static final Host HOST = new FixedHost("127.0.0.1");
    private static final String SECRET = "signaling.cluster.secret=0123456789abcdef";
    private static final String REDIS = "signaling.cluster.redis=redis://127.0.0.1:6379";
    private static final String TLS = "signaling.cluster.redis=rediss://127.0.0.1:6379";

    @Test
    void aClusterIsARedisAndASecret() throws ConfigException {
        Settings settings = plan(REDIS, SECRET, "signaling.cluster.url=wss://n1.example/signal/v1/ws")
                .settings();
        assertThat(settings.get(ClusterKeys.REDIS)).hasPort(6379);
        assertThat(settings.get(ClusterKeys.PREFIX)).isEqualTo("postern");
        assertThat(settings.find(ClusterKeys.URL)).hasHost("n1.example");
    }

    @Test
    void aRedisWithoutASecretIsRefused() {
        assertThat(refusals(REDIS))
                .containsExactly("signaling.cluster.redis is set, but signaling.cluster.secret is not, without which"
                        + " whoever reaches that Redis could speak as a node: set it to the same on every node, as"
                        + " `openssl rand -base64 32` makes it.");
    }

    @Test
    void aSecretOrAUrlWithoutARedisIsRefused() {
        assertThat(refusals(SECRET, "signaling.cluster.url=ws://127.0.0.1:8080/signal/v1/ws"))
                .hasSize(2)
                .allSatisfy(sentence -> assertThat(sentence)
                        .endsWith(" is set, but signaling.cluster.redis is not, and so there is no cluster: set that"
                                + " too, or leave it out."));
    }

    @Test
    void aShortSecretIsRefusedAndNotShown() {
        assertThat(refusals(REDIS, "signaling.cluster.secret=too-short-to-use"))
                .as("16 bytes are enough")
                .isEmpty();
        assertThat(refusals(REDIS, "signaling.cluster.secret=much-too-short"))
                .singleElement()
                .asString()
                .contains("signaling.cluster.secret", "write at least 16 characters")
                .doesNotContain("much-too-short");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://hunter2@127.0.0.1",
                "127.0.0.1:6379",
                "redis://:hunter2@127.0.0.1/one",
                "redis-sentinel://:hunter2@127.0.0.1",
                "redis:hunter2"
            })
    void whatIsNoRedisIsRefusedAndNotShown(String url) {
        assertThat(refusals("signaling.cluster.redis=" + url, SECRET))
                .singleElement()
                .asString()
                .contains("signaling.cluster.redis", "write redis://user:password@host:port/database")
                .doesNotContain("hunter2");
    }

    @Test
    void clientsAreSentToWebSocketsOnly() {
        assertThat(refusals(REDIS, SECRET, "signaling.cluster.url=https://n1.example/signal/v1/ws"))
                .singleElement()
                .asString()
                .contains("signaling.cluster.url", "write it as clients do");
    }

    @Test
    void certificatesWithoutTlsAreRefused() throws ConfigException {
        assertThat(refusals(REDIS, SECRET, "signaling.cluster.redis-ca=redis.crt"))
                .containsExactly(
                        "signaling.cluster.redis-ca is set, but signaling.cluster.redis is spoken to without TLS,"
                                + " where nobody would look at a certificate: write rediss://, or leave it out.");
        assertThat(refusals(TLS, SECRET, "signaling.cluster.redis-ca=redis.crt"))
                .isEmpty();
    }

    @Test
    void certificatesThatCannotBeReadKeepItFromStarting(@TempDir Path folder) throws IOException {
        Path none = folder.resolve("none.crt");
        assertThat(beginning(none))
                .isEqualTo("signaling.cluster.redis-ca: " + none
                        + " cannot be read (NoSuchFileException); name a PEM file that this user may read.");
        Path empty = Files.writeString(folder.resolve("empty.crt"), "no certificate");
        assertThat(beginning(empty))
                .isEqualTo("signaling.cluster.redis-ca: " + empty
                        + " holds no certificate; name a PEM file with BEGIN CERTIFICATE lines.");
    }

    private static String beginning(Path certificates) {
        ConfigException refusal = catchThrowableOfType(
                ConfigException.class,
                () -> ClusterPlan.apply(
                        plan(TLS, SECRET, "signaling.cluster.redis-ca=" + certificates)
                                .settings(),
                        SignalingConfig.builder()));
        return String.join(" ", refusal.sentences());
    }

    private static List<String> refusals(String... sets) {
        ConfigException refusal = catchThrowableOfType(ConfigException.class, () -> plan(sets));
        return refusal == null ? List.of() : refusal.sentences();
    }

    private static Plan plan(String... sets) throws ConfigException {
        List<String> all = new ArrayList<>(List.of(sets));
        all.add("signaling.listen=127.0.0.1:0");
        return Plan.of(ConfigSources.of(null, Map.of(), all).read(), Set.of(Part.SIGNALING), "signaling", HOST);
    }
}
