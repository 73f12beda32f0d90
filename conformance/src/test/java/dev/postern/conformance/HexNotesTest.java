package dev.postern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.postern.conformance.HexNotes.Line;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HexNotesTest {

    @Test
    void headerAndEachAttributeHaveLinesOfTheirOwn() {
        assertThat(HexNotes.of(Client.hex(
                        "0101 0014 2112A442 B7E7A701BC34D686FA87DFAE 0020 0008 0001 A147 E112A643 8022 0001 41000000")))
                .containsExactly(
                        new Line("01 01 00 14", "Binding success response, length 20"),
                        new Line("21 12 a4 42", "magic cookie"),
                        new Line("b7 e7 a7 01 bc 34 d6 86 fa 87 df ae", "transaction id"),
                        new Line("00 20 00 08 00 01 a1 47 e1 12 a6 43", "XOR-MAPPED-ADDRESS, 8 bytes: 192.0.2.1:32853"),
                        new Line("80 22 00 01 41 00 00 00", "SOFTWARE, 1 byte: 'A'"));
    }

    @Test
    void brokenMessageIsShownAsFarAsItGoes() {
        assertThat(HexNotes.of(Client.hex("0001 0008 2112A443 B7E7A701BC34D686FA87DFAE 8022 FFFF 41")))
                .extracting(Line::words)
                .containsExactly(
                        "Binding request, length 8", "no magic cookie", "transaction id", "SOFTWARE, 65535 bytes");
    }

    @Test
    void channelDataHasItsNumberAndItsPadding() {
        assertThat(HexNotes.of(Client.hex("4001 0002 6162 0000")))
                .containsExactly(
                        new Line("40 01 00 02", "ChannelData 0x4001, length 2"),
                        new Line("61 62", "data"),
                        new Line("00 00", "behind the data"));
    }

    @Test
    void anyBytesCanBeShown() {
        Random random = new Random(1);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] &= 0x41;
            }
            assertThatCode(() -> HexNotes.of(ByteBuffer.wrap(bytes))).doesNotThrowAnyException();
        }
    }
}
