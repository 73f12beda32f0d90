package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.ConfigSources;
import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import java.io.IOException;
import java.net.BindException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An address that cannot be listened on names its key and what to type instead. */
class BindSentenceTest {

    @Test
    void sharedPortThatCannotBeBoundNamesTheKeysThatPickedIt() {
        assertThat(sentence.ofSharedPort("udp://127.0.0.1:49152", new BindException("Address already in use")))
                .isEqualTo(
                        "turn.shared-ports takes the lowest of turn.relay-ports, and udp://127.0.0.1:49152 cannot be bound"
                                + " (Address already in use): change turn.relay-ports.");
    }

    private BindSentence sentence;

    @BeforeEach
    void settings() throws ConfigException {
        Settings settings = ConfigSources.of(
                        null,
                        Map.of("POSTERN_METRICS_LISTEN", "127.0.0.1:80"),
                        List.of("turn.listen=udp://127.0.0.1:3478,tcp://127.0.0.1:3478,udp://127.0.0.1:5000"))
                .withPresets(Map.of(Keys.SIGNALING_LISTEN, "127.0.0.1:65535"), "--dev")
                .read();
        sentence = new BindSentence(settings, new FixedHost("127.0.0.1", "192.0.2.7"));
    }

    @Test
    void portInUseNamesTheKeyAndTheWholeValueToSet() {
        assertThat(sentence.of(
                        Keys.TURN_LISTEN, "udp://127.0.0.1:3478", 3478, new BindException("Address already in use")))
                .isEqualTo(
                        "turn.listen names udp://127.0.0.1:3478 (--set), and that port is in use: stop the program that holds"
                                + " it, or use another port: --set"
                                + " turn.listen=udp://127.0.0.1:3479,tcp://127.0.0.1:3479,udp://127.0.0.1:5000");
    }

    @Test
    void presetInUseNamesTheKeyToo() {
        IOException wrapped = new IOException("cannot start", new BindException("Address already in use"));
        assertThat(sentence.of(Keys.SIGNALING_LISTEN, "127.0.0.1:65535", 65535, wrapped))
                .isEqualTo(
                        "signaling.listen names 127.0.0.1:65535 (--dev), and that port is in use: stop the program that holds"
                                + " it, or use another port: --set signaling.listen=127.0.0.1:65534");
    }

    @Test
    void addressOfAnotherHostListsTheOwnOnes() {
        assertThat(sentence.of(
                        Keys.TURN_LISTEN,
                        "udp://198.51.100.1:3478",
                        3478,
                        new BindException("Cannot assign requested address")))
                .isEqualTo("turn.listen names udp://198.51.100.1:3478 (--set), and this host has no such address:"
                        + " use one of 127.0.0.1, 192.0.2.7.");
    }

    @Test
    void lowPortWithoutPrivilegeGivesAHighOne() {
        assertThat(sentence.of(Keys.METRICS_LISTEN, "127.0.0.1:80", 80, new BindException("Permission denied")))
                .isEqualTo(
                        "metrics.listen names 127.0.0.1:80 (environment variable POSTERN_METRICS_LISTEN), and a port below"
                                + " 1024 takes a privilege that this process does not have: use another port:"
                                + " --set metrics.listen=127.0.0.1:8080");
    }

    @Test
    void otherReasonsAreSaidAsTheyAre() {
        assertThat(sentence.of(Keys.TURN_LISTEN, "tcp://127.0.0.1:3478", 3478, new IOException()))
                .isEqualTo("turn.listen names tcp://127.0.0.1:3478 (--set), and it cannot be listened on (IOException):"
                        + " change turn.listen.");
    }
}
