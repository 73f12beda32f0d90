package dev.postern.signaling.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.Backplane.Presence;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresenceTextTest {

    @Test
    void whatIsPackedIsUnpacked() {
        List<Presence> presences = List.of(
                new Presence("e_1", null, false, 1),
                new Presence("e_2", URI.create("wss://n2.example:8443/ws?a=b"), true, 12, "c2VhbA"));
        assertThat(presences)
                .allSatisfy(presence -> assertThat(PresenceText.unpack(PresenceText.pack(presence)))
                        .isEqualTo(presence));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1 0 e_1",
                "1 0 e_1 -",
                "x 0 e_1 - -",
                "1 0  - -",
                "1 0 e_1 - - more",
                "12345678901 0 e_1 - -",
                "1 0 e_1 : -"
            })
    void whatNoNodeHasWrittenIsNobody(String text) {
        assertThat(PresenceText.unpack(text.getBytes(StandardCharsets.UTF_8))).isNull();
    }
}
