package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelDataTest {

    @ParameterizedTest
    @CsvSource({
        "0x3FFF, false",
        "0x4000, true",
        "0x4001, true",
        "0x4FFF, true",
        "0x5000, false",
        "0x7FFF, false",
        "0x0000, false",
        "0xFFFF, false"
    })
    void numbersAreThoseOfRfc8656(String number, boolean valid) {
        assertThat(ChannelData.isValidNumber(Integer.decode(number))).isEqualTo(valid);
    }

    @Test
    void headerIsWrittenAndReadWhereverItLies() {
        ByteBuffer buffer = Wire.dirty(32);
        ChannelData.putHeader(buffer, 7, 0x4ABC, 5);
        buffer.position(7).limit(16);

        assertThat(buffer).isEqualTo(Wire.hex("4abc0005 aaaaaaaa aa"));
        assertThat(ChannelData.number(buffer)).isEqualTo(0x4ABC);
        assertThat(ChannelData.payloadLength(buffer)).isEqualTo(5);
        assertThat(ChannelData.isWellFormed(buffer)).isTrue();
        assertThat(buffer.position()).isEqualTo(7);
    }

    @Test
    void largestPayloadHasItsLength() {
        ByteBuffer buffer = ByteBuffer.allocate(ChannelData.HEADER_BYTES);
        ChannelData.putHeader(buffer, 0, ChannelData.MAX_NUMBER, ChannelData.MAX_PAYLOAD_BYTES);

        assertThat(ChannelData.payloadLength(buffer)).isEqualTo(65535);
        assertThat(ChannelData.number(buffer)).isEqualTo(0x4FFF);
    }

    @ParameterizedTest
    @CsvSource({
        "'', false",
        "'400000', false",
        "'40000000', true",
        "'40000001', false",
        "'4000000161', true",
        "'4000000161ffffff', true",
        "'5000000161', false",
        "'4000ffff61', false",
    })
    void messageIsWellFormedWhenAllDataIsThereAndMayHaveMoreBehind(String bytes, boolean wellFormed) {
        assertThat(ChannelData.isWellFormed(Wire.hex(bytes))).isEqualTo(wellFormed);
    }

    @ParameterizedTest
    @CsvSource({"0, 4", "1, 8", "4, 8", "5, 12", "65535, 65540"})
    void streamSizeIsPaddedToFour(int payloadBytes, int streamBytes) {
        assertThat(ChannelData.streamBytes(payloadBytes)).isEqualTo(streamBytes);
    }
}
