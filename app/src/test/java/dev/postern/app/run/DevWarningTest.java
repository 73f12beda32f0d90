package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.ConfigSources;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The one warning of {@code --dev} says what it loosened, and no more. */
class DevWarningTest {

    private static final Host HOST = new FixedHost("127.0.0.1", "192.0.2.7");

    @Test
    void bothLoosenedThingsAreOneSentence() throws ConfigException {
        assertThat(warning(EnumSet.allOf(Part.class)))
                .isEqualTo(
                        "--dev is for trying things on this machine, not for a server that others reach: turn.shared-secret is"
                                + " random and gone when it stops, and the relay reaches private and loopback peers and this host's own"
                                + " addresses.");
    }

    @Test
    void whatOtherMachinesReachIsNamed() throws ConfigException {
        assertThat(warning(
                        EnumSet.allOf(Part.class),
                        "signaling.listen=0.0.0.0:8080",
                        "turn.listen=udp://0.0.0.0:3478,tcp://127.0.0.1:3478"))
                .endsWith("own addresses; other machines reach it on udp://192.0.2.7:3478, http://0.0.0.0:8080.");
    }

    @Test
    void whatWasSetElsewhereIsNotDevsDoing() throws ConfigException {
        assertThat(warning(EnumSet.allOf(Part.class), "turn.allow-peers=10.0.0.0/8"))
                .contains("turn.shared-secret is random")
                .doesNotContain("peers");
        assertThat(warning(EnumSet.allOf(Part.class), "turn.allow-peers=10.0.0.0/8", "turn.shared-secret=mine"))
                .isNull();
    }

    @Test
    void withoutARelayNothingIsLoosened() throws ConfigException {
        assertThat(warning(EnumSet.of(Part.STUN))).isNull();
        assertThat(warning(EnumSet.allOf(Part.class), "turn.listen=")).isNull();
    }

    @Test
    void lanSaysWhoIsLetInAndWhatTheRelayReaches() throws ConfigException {
        Host host = new FixedHost("127.0.0.1", "192.168.1.5");
        Set<Part> parts = EnumSet.allOf(Part.class);
        ConfigSources sources = ConfigSources.of(null, Map.of(), List.of())
                .withPresets(DevPreset.lanSettings(parts, host, new Random(1)), DevPreset.LAN_ORIGIN);
        assertThat(DevWarning.of(Plan.of(sources.read(), parts, "serve", host)))
                .isEqualTo("--lan lets everyone on this network in, on udp://192.168.1.5:3478, tcp://192.168.1.5:3478,"
                        + " https://192.168.1.5:8443, and whoever opens a page gets the relay, which reaches the Internet"
                        + " and 192.168.1.0/24: it is for trying calls among your own devices, and its secrets are gone"
                        + " when it stops.");
    }

    private static @Nullable String warning(Set<Part> parts, String... sets) throws ConfigException {
        ConfigSources sources = ConfigSources.of(null, Map.of(), List.of(sets))
                .withPresets(DevPreset.settings(parts, HOST, new Random(1)), DevPreset.ORIGIN);
        return DevWarning.of(Plan.of(sources.read(), parts, "serve", HOST));
    }
}
