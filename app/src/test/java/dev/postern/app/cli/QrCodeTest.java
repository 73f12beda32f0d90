package dev.postern.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QrCodeTest {

    @ParameterizedTest
    @CsvSource({"1, 21", "17, 21", "18, 25", "32, 25", "33, 29", "53, 29", "54, 33", "78, 33", "79, 37", "106, 37"})
    void smallestVersionThatHoldsTheTextIsTaken(int characters, int modules) {
        List<String> lines =
                Objects.requireNonNull(QrCode.of("x".repeat(characters))).lines();
        assertThat(lines)
                .hasSize((modules + 8 + 1) / 2)
                .allSatisfy(line -> assertThat(line).hasSize(modules + 8));
    }

    @Test
    void longerTextsHaveNone() {
        assertThat(QrCode.of("x".repeat(107))).isNull();
    }

    /** Module by module what lean-qr 2.7.4, the page's encoder, gives for this text, level L and mask 2. */
    @Test
    void codeIsTheOneOfAnotherEncoder() {
        assertThat(Objects.requireNonNull(QrCode.of("https://192.168.1.5:8443/#room=try"))
                        .lines())
                .isEqualTo("""
                        █████████████████████████████████████
                        █████████████████████████████████████
                        ████ ▄▄▄▄▄ █▀█ █▄   ▀██▄██ ▄▄▄▄▄ ████
                        ████ █   █ █▀▀▀█ ▄▀ █▀ █ █ █   █ ████
                        ████ █▄▄▄█ █▀ █▀▀██▄▄▀▀▄██ █▄▄▄█ ████
                        ████▄▄▄▄▄▄▄█▄▀ ▀▄█ █ █▄█▄█▄▄▄▄▄▄▄████
                        ████  ▄▄▄▀▄  ▄▀▄▀▀▀▀█   ▄▄▀▄▀▄█▄▀████
                        █████▄ ▀█▀▄  █▄█▀ ▄ ▄▄█▀█▄█▀█▀█▀█████
                        ████▄▄ ▀█▀▄█  ▄█▄█▄█ ▄  ▄▄▀█▀▄▄█▀████
                        ████▄▄▀▄█ ▄▀█ ▄ ▄█▀▄█▄▄█ ▀▀█▀▄▄▀█████
                        ████ ▀ ▄ ▀▄▀▀ ▀▄▀▀▀▄ ▄█▀▄▄▀▄▀▄ █▀████
                        ████ █ ▄▀▄▄█▄███▀ ▄ ▀▄ ▀▀ ▄▄▄█▄▀█████
                        ████▄█▄█▄█▄█ █▄█▄█▄▄  ▀▄ ▄▄▄ ▀   ████
                        ████ ▄▄▄▄▄ █▄ ▄ ▄█▀  ▄█▄ █▄█ ▄▄▀▀████
                        ████ █   █ █ █▄▄▀▀▀█▄ ▀▀▄ ▄ ▄▀  ▀████
                        ████ █▄▄▄█ █ █▄█▀ ▄  ▄█▀▀▄ ▀ ▄▄ █████
                        ████▄▄▄▄▄▄▄█▄███▄█▄██▄███▄▄█▄▄▄██████
                        █████████████████████████████████████
                        ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
                        """.lines().toList());
    }
}
