package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "udp://127.0.0.1:3478",
                "tcp://[2001:db8::1]:443",
                "udp://0.0.0.0:0",
                "tls://[::1]:5349",
                "tcp+tls://127.0.0.1:443",
                "dtls://[2001:db8::1]:5349"
            })
    void isReadAndWrittenInOneForm(String text) {
        assertThat(ListenAddress.parse(text)).hasToString(text);
    }

    @Test
    void hasItsProtocolAndAddress() {
        ListenAddress address = ListenAddress.parse("tcp://127.0.0.1:3478");

        assertThat(address.protocols()).containsExactly(TransportProtocol.TCP);
        assertThat(address.address()).isEqualTo(TransportAddress.parse("127.0.0.1:3478"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.0.0.1:3478",
                "sctp://127.0.0.1:3478",
                "udp://127.0.0.1",
                "udp://localhost:1",
                "udp://1.2.3.4:65536"
            })
    void anythingElseIsRefusedWithTheTextAndAnExample(String text) {
        assertThatThrownBy(() -> ListenAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("udp://127.0.0.1:3478");
    }
}
