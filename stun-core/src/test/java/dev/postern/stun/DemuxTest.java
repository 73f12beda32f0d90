package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemuxTest {

    @ParameterizedTest
    @CsvSource({
        "0, 3, STUN",
        "4, 15, UNKNOWN",
        "16, 19, ZRTP",
        "20, 63, DTLS",
        "64, 79, CHANNEL_DATA",
        "80, 127, UNKNOWN",
        "128, 191, RTP",
        "192, 255, UNKNOWN",
    })
    void rfc7983_firstByteTellsTheProtocol(int first, int last, Demux protocol) {
        for (int value = first; value <= last; value++) {
            assertThat(Demux.of((byte) value)).as("first byte %d", value).isEqualTo(protocol);
        }
    }
}
