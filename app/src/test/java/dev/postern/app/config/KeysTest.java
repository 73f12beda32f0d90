package dev.postern.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of keys: what the documentation says of it, and where its defaults come from. */
class KeysTest {

    private static final Path DOCUMENT = Path.of(System.getProperty("postern.root"), "docs", "configuration.md");

    @Test
    void documentationHasTheTableAsItIs() throws IOException {
        List<String> rows = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(
                        Keys.ALL.stream().map(Key::markdownRow).toList());
    }

    @Test
    void namesAreTheOnesThatAreFixed() {
        List<String> bounds = SignalingBounds.ALL.stream().map(Key::name).toList();
        assertThat(bounds).hasSize(SignalingLimit.values().length + SignalingTime.values().length);
        assertThat(Keys.names().subList(4, 4 + bounds.size())).isEqualTo(bounds);
        List<String> others = new ArrayList<>(Keys.names());
        others.removeAll(bounds);
        assertThat(others)
                .containsExactly(
                        "signaling.listen",
                        "signaling.allowed-origins",
                        "signaling.allow-no-origin",
                        "signaling.turn-websocket",
                        "signaling.proxy-protocol-from",
                        "signaling.forwarded-from",
                        "signaling.hsts",
                        "signaling.auth",
                        "signaling.api-keys.NAME",
                        "signaling.jwt.jwks-url",
                        "signaling.jwt.jwks-file",
                        "signaling.jwt.issuer",
                        "signaling.jwt.audience",
                        "signaling.jwt.algorithms",
                        "signaling.jwt.leeway",
                        "signaling.jwt.user-claim",
                        "signaling.jwt.name-claim",
                        "signaling.jwt.rooms-claim",
                        "signaling.jwt.default-rooms",
                        "signaling.cluster.redis",
                        "signaling.cluster.redis-ca",
                        "signaling.cluster.secret",
                        "signaling.cluster.url",
                        "signaling.cluster.prefix",
                        "signaling.webhook.url",
                        "signaling.webhook.secret",
                        "signaling.webhook.allow-addresses",
                        "signaling.webhook.timeout",
                        "stun.listen",
                        "stun.nat-discovery",
                        "stun.nat-discovery-external",
                        "turn.listen",
                        "turn.tls-host",
                        "turn.proxy-protocol-from",
                        "turn.realm",
                        "turn.users.NAME",
                        "turn.shared-secret",
                        "turn.relay-address",
                        "turn.external-address",
                        "turn.relay-ports",
                        "turn.relay-mode",
                        "turn.shared-ports",
                        "turn.peers",
                        "turn.peers-dry-run",
                        "turn.allow-peers",
                        "turn.deny-peers",
                        "turn.deny-peer-ports",
                        "turn.user-quota",
                        "turn.total-quota",
                        "turn.max-permissions",
                        "turn.max-channels",
                        "turn.source-quota",
                        "turn.user-bytes-per-second",
                        "turn.user-packets-per-second",
                        "turn.user-peers-per-second",
                        "turn.source-bytes-per-second",
                        "turn.source-packets-per-second",
                        "turn.source-peers-per-second",
                        "turn.total-bytes-per-second",
                        "turn.total-packets-per-second",
                        "turn.total-peers-per-second",
                        "turn.rate-burst",
                        "turn.alternate-server",
                        "turn.alternate-domain",
                        "turn.redirect-above",
                        "turn.tcp-relay",
                        "turn.tcp-connections",
                        "turn.tcp-pending-connections",
                        "turn.tcp-total-connections",
                        "turn.rfc5766-channels",
                        "turn.software",
                        "turn.mobility",
                        "turn.mobility-users",
                        "turn.warm-up",
                        "turn.room-credentials",
                        "turn.strict-expiry",
                        "turn.clock-tolerance",
                        "turn.revocation-memory",
                        "turn.webhook.url",
                        "turn.webhook.token",
                        "turn.webhook.timeout",
                        "turn.webhook.cache",
                        "turn.webhook.negative-cache",
                        "turn.webhook.stale",
                        "turn.jwt.jwks-url",
                        "turn.jwt.jwks-file",
                        "turn.jwt.issuer",
                        "turn.jwt.audience",
                        "turn.jwt.user-claim",
                        "turn.jwt.room-claim",
                        "turn.jwt.ttl",
                        "net.driver",
                        "net.coalesce-max",
                        "net.listener-buffer-bytes",
                        "tls.certificate",
                        "tls.key",
                        "tls.self-signed",
                        "metrics.listen",
                        "metrics.token",
                        "admin.listen",
                        "admin.token");
    }

    @Test
    void environmentNamesAreUpperCaseWithUnderscores() {
        assertThat(Keys.TURN_RELAY_PORTS.environmentName()).isEqualTo("POSTERN_TURN_RELAY_PORTS");
        assertThat(Keys.environmentNames()).doesNotHaveDuplicates();
    }

    @Test
    void everySentenceIsOne() {
        assertThat(Keys.ALL).allSatisfy(key -> assertThat(key.sentence()).matches("[A-Z].*\\."));
    }
}
