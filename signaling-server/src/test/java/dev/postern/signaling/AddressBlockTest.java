package dev.postern.signaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressBlockTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 9.255.255.255, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.128, true",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "192.0.2.1/32, ::ffff:192.0.2.1, true",
        "::ffff:192.0.2.1, 192.0.2.1, true",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "::/0, 2001:db8::1, true",
        "::/0, 192.0.2.1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
    })
    void blockHoldsItsAddressesFromTheFirstToTheLastAndNoOther(String block, String address, boolean held) {
        assertThat(AddressBlock.parse(block).contains(literal(address))).isEqualTo(held);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.1/8",
                "10.0.0.0/8/8",
                "10.0.0/8",
                "localhost",
                "proxy.example/8",
                "2001:db8::1/64",
                "2001:db8::/129",
                "fe80::1%eth0",
                "::ffff:10.0.0.0/104",
                "*",
                "10.0.0.0 /8"
            })
    void whatIsNoBlockIsRefusedWithOneSentence(String text) {
        assertThatThrownBy(() -> AddressBlock.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(".");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                ":",
                "1.2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "010.0.0.1",
                "1.2.3.4:80",
                "[::1]",
                "::1%1",
                "1::2::3",
                "12345::",
                ".:1",
                "example.org",
                "dead.beef",
                "cafe",
                "1.2.3.4 ",
                "0x7f.0.0.1",
                "2130706433"
            })
    void whatIsNoAddressIsNullAndNeverLookedUp(String text) {
        assertThat(AddressBlock.literal(text)).isNull();
    }

    @Test
    void mappedAddressIsTheAddressThatItMaps() {
        assertThat(AddressBlock.literal("::ffff:192.0.2.1")).isEqualTo(literal("192.0.2.1"));
        assertThat(AddressBlock.literal("::FFFF:c000:201")).isEqualTo(literal("192.0.2.1"));
    }

    private static InetAddress literal(String text) {
        return Objects.requireNonNull(AddressBlock.literal(text), text);
    }
}
