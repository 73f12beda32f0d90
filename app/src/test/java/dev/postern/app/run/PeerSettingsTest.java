package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.ConfigSources;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.PeerProfile;
import dev.postern.turn.PeerRules;
import dev.postern.turn.TurnConfig;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the relay is told of peers. */
class PeerSettingsTest {

    private static final Host HOST = new FixedHost("127.0.0.1", "192.0.2.7", "198.51.100.1");

    private static TurnConfig relay(String... sets) throws ConfigException {
        List<String> all = Stream.concat(
                        Stream.of(
                                "turn.listen=udp://192.0.2.7:3478",
                                "turn.shared-secret=0123456789abcdef0123456789abcdef"),
                        Stream.of(sets))
                .toList();
        Plan plan = Plan.of(ConfigSources.of(null, Map.of(), all).read(), EnumSet.allOf(Part.class), "serve", HOST);
        return RelayConfig.of(plan, null, null, null);
    }

    @Test
    void peersArePublicAndAllOfThemAreJudgedUnlessSaidOtherwise() throws ConfigException {
        PeerRules rules = relay().peers();

        assertThat(rules.profile()).isEqualTo(PeerProfile.PUBLIC);
        assertThat(rules.dryRun()).isFalse();
        assertThat(rules.allow()).isEmpty();
        assertThat(rules.deniedPorts()).isEmpty();
    }

    @Test
    void profileDryRunAndPortsAreAsSet() throws ConfigException {
        PeerRules rules = relay("turn.peers=private", "turn.peers-dry-run=true", "turn.deny-peer-ports=25,53,135-137")
                .peers();

        assertThat(rules.profile()).isEqualTo(PeerProfile.PRIVATE);
        assertThat(rules.dryRun()).isTrue();
        assertThat(rules.deniedPorts()).containsExactlyInAnyOrder(25, 53, 135, 136, 137);
    }

    @Test
    void portsAreSharedWhereTheModeSaysSoAlone() throws ConfigException {
        assertThat(relay("turn.shared-ports=80").relay().sharedPorts()).isZero();
        assertThat(relay("turn.relay-mode=shared").relay().sharedPorts()).isEqualTo(64);
        assertThat(relay("turn.relay-mode=shared", "turn.shared-ports=80")
                        .relay()
                        .sharedPorts())
                .isEqualTo(80);
        ConfigException refused = catchThrowableOfType(
                ConfigException.class, () -> relay("turn.relay-mode=shared", "turn.relay-ports=50000-50009"));
        assertThat(refused.sentences())
                .containsExactly("turn.shared-ports is 64, but must be 1 to 10, as turn.relay-ports is '50000-50009'.");
    }

    @Test
    void s06_allOfThisProgramsSocketsAreProtectedByAddressAndPort() throws ConfigException {
        TurnConfig config = relay(
                "signaling.listen=0.0.0.0:8080",
                "signaling.auth=anonymous",
                "metrics.listen=127.0.0.1:9090",
                "stun.listen=udp://192.0.2.7:5000",
                "stun.nat-discovery=192.0.2.7:6000,198.51.100.1:6001",
                "stun.nat-discovery-external=20.0.0.1,20.0.0.2");

        assertThat(config.peers().protectedEndpoints())
                .contains(
                        TransportAddress.parse("0.0.0.0:8080"),
                        TransportAddress.parse("127.0.0.1:9090"),
                        TransportAddress.parse("192.0.2.7:5000"),
                        TransportAddress.parse("198.51.100.1:6000"),
                        TransportAddress.parse("20.0.0.2:6001"));
    }

    /** What nodes have in common stood open to whoever may reach private peers. */
    @Test
    void s06_whatThisProgramSpeaksToIsProtectedByAddressAndPort() throws ConfigException {
        TurnConfig config = relay(
                "turn.peers=private",
                "signaling.listen=127.0.0.1:8080",
                "signaling.cluster.redis=rediss://10.0.0.5",
                "signaling.cluster.secret=0123456789abcdef",
                "signaling.webhook.url=https://10.0.0.6:8443/hook",
                "signaling.webhook.secret=0123456789abcdef0123456789abcdef",
                "turn.webhook.url=https://10.0.0.7/turn");

        assertThat(config.peers().protectedEndpoints())
                .contains(
                        TransportAddress.parse("10.0.0.5:6379"),
                        TransportAddress.parse("10.0.0.6:8443"),
                        TransportAddress.parse("10.0.0.7:443"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "turn.allow-peers=10.0.0.1/8",
                "turn.allow-peers=10.0.0.0/33",
                "turn.deny-peers=10.0.0/8",
                "turn.deny-peers=fc00::/129",
                "turn.deny-peers=everything",
                "turn.deny-peer-ports=0",
                "turn.peers=everybody",
                "turn.peers=sfu",
                "turn.peers-dry-run=maybe",
                "turn.deny-peer=10.0.0.0/8",
                "turn.allowed-peers=10.0.0.0/8"
            })
    void s09_malformedBlocksAndUnknownKeysKeepTheRelayFromStarting(String set) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, () -> relay(set));
        assertThat(refused.sentences()).singleElement().asString().startsWith("turn.");
    }
}
