package dev.postern.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Configuration errors stop the start with one sentence that names the key, the value and what is allowed. S9, S30. */
class TurnConfigTest {

    private record Case(String key, String value, UnaryOperator<TurnConfig.Builder> change) {
        @Override
        public String toString() {
            return key + " " + value;
        }
    }

    static Stream<Case> refused() {
        return Stream.of(
                new Case("turn.listen", "udp:/127.0.0.1", config -> config.listen("udp:/127.0.0.1")),
                new Case("turn.listen", "udp://localhost:1", config -> config.listen("udp://localhost:1")),
                new Case("turn.listen", "65536", config -> config.listen("udp://127.0.0.1:65536")),
                new Case("turn.realm", "''", config -> config.realm("")),
                new Case("turn.realm", "a?b", config -> config.realm("a\nb")),
                new Case("turn.realm", "127", config -> config.realm("r".repeat(128))),
                new Case("turn.users.eve", "empty", config -> config.user("eve", "")),
                new Case("turn.users.e?e", "control", config -> config.user("e\u0007e", "x")),
                new Case("turn.users.", "508", config -> config.user("u".repeat(509), "x")),
                new Case("turn.shared-secret", "empty", config -> config.sharedSecret("")),
                new Case("turn.relay-address", "0.0.0.0", config -> config.relayAddress("0.0.0.0")),
                new Case("turn.relay-address", "224.0.0.1", config -> config.relayAddress("224.0.0.1")),
                new Case("turn.relay-address", "::", config -> config.relayAddress("::")),
                new Case("turn.relay-address", "fe80::1", config -> config.relayAddress("fe80::1")),
                new Case("turn.relay-address", "ff02::1", config -> config.relayAddress("ff02::1")),
                new Case("turn.relay-address", "::ffff:", config -> config.relayAddress("::ffff:20.0.0.1")),
                new Case("turn.relay-address", "2600::2", config -> config.relayAddress("2600::1", "2600::2")),
                new Case("turn.external-address", "2600::1", config -> config.externalAddress("2600::1")),
                new Case("turn.relay-address", "relay.example", config -> config.relayAddress("relay.example")),
                new Case("turn.relay-address", "20.0.0.2", config -> config.relayAddress("20.0.0.1", "20.0.0.2")),
                new Case("turn.external-address", "0.0.0.0", config -> config.externalAddress("0.0.0.0")),
                new Case("turn.relay-ports", "49152", config -> config.relayPorts("49152")),
                new Case("turn.relay-ports", "1000-2000", config -> config.relayPorts("1000-2000")),
                new Case("turn.relay-ports", "50001-50000", config -> config.relayPorts("50001-50000")),
                new Case("turn.relay-ports", "50000-65536", config -> config.relayPorts("50000-65536")),
                new Case("turn.allow-peers", "10.0.0.0/33", config -> config.allowPeers("10.0.0.0/33")),
                new Case("turn.allow-peers", "10.1.2.3/8", config -> config.allowPeers("10.1.2.3/8")),
                new Case("turn.deny-peers", "10.0.0.0/x", config -> config.denyPeers("10.0.0.0/x")),
                new Case("turn.deny-peer-ports", "65536", config -> config.denyPeerPort(65536)),
                new Case("turn.user-quota", "0", config -> config.userQuota(0)),
                new Case("turn.total-quota", "-1", config -> config.totalQuota(-1)),
                new Case("turn.max-channels", "4097", config -> config.limits(new TurnLimits(1, 1, 1, 4097, 1, 1))),
                new Case("turn.shards", "0", config -> config.shards(0)),
                new Case("turn.software", "127", config -> config.software("s".repeat(128))),
                new Case("turn.close-timeout", "PT-1S", config -> config.closeTimeout(Duration.ofSeconds(-1))),
                new Case(
                        "turn.max-lifetime",
                        "7200",
                        config -> config.lifetimes(new Lifetimes(Duration.ofMinutes(10), Duration.ofHours(2)))),
                new Case(
                        "turn.default-lifetime",
                        "0 s",
                        config -> config.lifetimes(new Lifetimes(Duration.ZERO, Duration.ofHours(1)))));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void wrongValueIsRefusedInOneSentence(Case wrong) {
        assertThatThrownBy(() -> wrong.change().apply(minimal()).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(wrong.key())
                .hasMessageContaining(wrong.value())
                .message()
                .endsWith(".")
                .doesNotContain("\n");
    }

    @Test
    void s30_relayWithoutCredentialsIsRefusedAndThereIsNoDefaultOne() {
        assertThatThrownBy(
                        () -> TurnConfig.builder().listen("udp://127.0.0.1:0").build())
                .hasMessageContaining("turn.shared-secret")
                .hasMessageContaining("turn.users.NAME");
    }

    @Test
    void relayWithoutAnAddressToListenOnIsRefused() {
        assertThatThrownBy(() -> TurnConfig.builder()
                        .user("u", "p")
                        .relayAddress("127.0.0.1")
                        .build())
                .hasMessageContaining("turn.listen");
    }

    @Test
    void relayAddressIsTheOneThatIsListenedOnUnlessThereAreSeveral() {
        assertThat(relays(minimal())).containsExactly("127.0.0.1");
        assertThat(relays(minimal().listen("tcp://127.0.0.1:1"))).containsExactly("127.0.0.1");
        assertThat(relays(minimal().listen("udp://[::1]:1"))).containsExactly("127.0.0.1", "::1");
        assertThat(relays(minimal().listen("udp://[::1]:1", "udp://[2600::1]:1")))
                .containsExactly("127.0.0.1");
        assertThat(relays(minimal().listen("udp://[::]:1"))).containsExactly("127.0.0.1");
        assertThat(relays(minimal().relayAddress("2600::1"))).containsExactly("2600::1");
        assertThatThrownBy(() -> minimal().listen("udp://127.0.0.2:1").build())
                .hasMessageContaining("turn.relay-address");
        assertThatThrownBy(() -> TurnConfig.builder()
                        .listen("udp://0.0.0.0:3478")
                        .user("u", "p")
                        .build())
                .hasMessageContaining("turn.relay-address");
    }

    @Test
    void sharedPortsAreSomeOfTheRelayPortsAndOneForEachShardAtLeast() {
        assertThat(minimal().build().relay().shared()).isFalse();
        assertThat(minimal().sharedPorts(4).shards(4).build().relay().shared()).isTrue();
        assertThatThrownBy(() -> minimal().sharedPorts(4).shards(5).build())
                .hasMessage("turn.shared-ports is 4, but must be at least the number of shards, which is 5.");
        assertThatThrownBy(
                        () -> minimal().relayPorts("50000-50001").sharedPorts(3).build())
                .hasMessage("turn.shared-ports is 3, but must be 1 to 2, as turn.relay-ports is '50000-50001'.");
    }

    @Test
    void defaultsAreThoseOfTheRfcAndOfAClosedRelay() {
        TurnConfig config = minimal().build();

        assertThat(config.relay().ports()).hasToString("49152-65535");
        assertThat(config.relay().stream()).allMatch(relay -> relay.advertised().equals(relay.local()));
        assertThat(config.lifetimes()).isEqualTo(new Lifetimes(Duration.ofMinutes(10), Duration.ofHours(1)));
        assertThat(config.peers()).isEqualTo(PeerRules.NONE);
        assertThat(config.software()).isNull();
        assertThat(config.limits()).isEqualTo(TurnLimits.defaults());
    }

    @Test
    void s29_configurationShowsNoPasswordAndNoSecret() {
        String shown = minimal().sharedSecret("hush-hush").build().toString();

        assertThat(shown).doesNotContain("hush").doesNotContain("top secret").contains("users=1", "sharedSecrets=1");
    }

    private static Stream<String> relays(TurnConfig.Builder config) {
        return config.build().relay().stream().map(relay -> relay.local().toString());
    }

    private static TurnConfig.Builder minimal() {
        return TurnConfig.builder().listen("udp://127.0.0.1:0").user("u", "top secret");
    }
}
