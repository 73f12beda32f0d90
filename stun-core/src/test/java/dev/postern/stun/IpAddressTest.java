package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "255.255.255.255, 255.255.255.255",
        "::, ::",
        "::1, ::1",
        "2001:DB8::1, 2001:db8::1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "fe80::, fe80::",
        "::ffff:127.0.0.1, ::ffff:127.0.0.1",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    })
    void literalIsReadAndWrittenInItsCanonicalForm(String literal, String canonical) throws Exception {
        IpAddress address = IpAddress.parse(literal);

        assertThat(address).hasToString(canonical);
        assertThat(IpAddress.parse(address.toString())).isEqualTo(address).hasSameHashCodeAs(address);
        if (!literal.startsWith("::ffff")) { // the JDK turns mapped addresses into IPv4
            assertThat(IpAddress.of(InetAddress.getByName(literal))).isEqualTo(address);
            assertThat(address.toInetAddress()).isEqualTo(InetAddress.getByName(literal));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "01.2.3.4",
                "1.2.3.-4",
                " 1.2.3.4",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "12345::",
                "g::",
                ":1",
                "1:",
                "::1.2.3",
                "fe80::1%eth0"
            })
    void whatIsNoLiteralIsRefusedAndNeverLookedUp(String text) {
        assertThatThrownBy(() -> IpAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0, 10.255.255.255, 9.255.255.255, 11.0.0.0",
        "0.0.0.0/0, 0.0.0.0, 255.255.255.255, ::, ::1",
        "192.0.2.7/32, 192.0.2.7, 192.0.2.7, 192.0.2.6, 192.0.2.8",
        "fe80::/10, fe80::, febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff, fe7f:ffff::, fec0::",
        "::ffff:0:0/96, ::ffff:0.0.0.0, ::ffff:255.255.255.255, ::fffe:ffff:ffff, ::1:0:0:0",
        "2001:db8::/64, 2001:db8::, 2001:db8::ffff:ffff:ffff:ffff, 2001:db7:ffff:ffff::, 2001:db8:0:1::",
    })
    void prefixHoldsItsFirstAndLastAddressAndNotTheirNeighbours(
            String prefix, String first, String last, String before, String after) {
        IpPrefix block = IpPrefix.parse(prefix);

        assertThat(block.contains(IpAddress.parse(first))).isTrue();
        assertThat(block.contains(IpAddress.parse(last))).isTrue();
        assertThat(block.contains(IpAddress.parse(before))).isFalse();
        assertThat(block.contains(IpAddress.parse(after))).isFalse();
    }

    @Test
    void prefixWithBitsPastItsLengthIsRefusedWithTheRightOneInTheSentence() {
        assertThatThrownBy(() -> IpPrefix.parse("10.1.2.3/8")).hasMessageContaining("10.0.0.0/8");
        assertThatThrownBy(() -> IpPrefix.parse("10.0.0.0/33")).hasMessageContaining("0 to 32");
        assertThatThrownBy(() -> IpPrefix.parse("10.0.0.0/x")).hasMessageContaining("CIDR");
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "2001:db8:0:1:2:3:4:5, 2001:db8:0:1::",
        "2001:db8:0:1::, 2001:db8:0:1::",
    })
    void sourceIsAnIpv4AddressOrTheNetworkOfAnIpv6One(String address, String source) {
        assertThat(IpAddress.parse(address).source()).isEqualTo(IpAddress.parse(source));
    }

    @Test
    void transportAddressIsReadAndWritten() {
        assertThat(TransportAddress.parse("[2001:db8::1]:3478")).hasToString("[2001:db8::1]:3478");
        assertThat(TransportAddress.parse("192.0.2.1:0").port()).isZero();
        assertThatThrownBy(() -> TransportAddress.parse("2001:db8::1:3478")).hasMessageContaining("address:port");
        assertThatThrownBy(() -> TransportAddress.parse("192.0.2.1:65536")).hasMessageContaining("65535");
        assertThatThrownBy(() -> TransportAddress.parse("192.0.2.1")).isInstanceOf(IllegalArgumentException.class);
    }
}
