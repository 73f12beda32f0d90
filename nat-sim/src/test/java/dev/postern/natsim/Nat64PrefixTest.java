package dev.postern.natsim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.IpAddress;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where IPv4 addresses stand behind a prefix (RFC 6052). */
class Nat64PrefixTest {

    /** The table of RFC 6052 section 2.4. */
    @ParameterizedTest
    @CsvSource({
        "2001:db8::/32, 2001:db8:c000:221::",
        "2001:db8:100::/40, 2001:db8:1c0:2:21::",
        "2001:db8:122::/48, 2001:db8:122:c000:2:2100::",
        "2001:db8:122:300::/56, 2001:db8:122:3c0:0:221::",
        "2001:db8:122:344::/64, 2001:db8:122:344:c0:2:2100::",
        "2001:db8:122:344::/96, 2001:db8:122:344::c000:221",
        "64:ff9b::/96, 64:ff9b::c000:221"
    })
    void addressStandsWhereTheRfcHasIt(String prefix, String address) {
        Nat64Prefix nat64 = Nat64Prefix.parse(prefix);
        IpAddress ipv4 = IpAddress.parse("192.0.2.33");
        assertThat(nat64.embed(ipv4)).isEqualTo(IpAddress.parse(address));
        assertThat(nat64.extract(IpAddress.parse(address))).isEqualTo(ipv4);
        assertThat(nat64.extract(IpAddress.parse("2001:db9::1"))).isNull();
        assertThat(nat64.extract(ipv4)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 40, 48, 56, 64, 96})
    void everyAddressComesBack(int length) {
        Nat64Prefix prefix =
                Objects.requireNonNull(Nat64Prefix.of(IpAddress.parse("2001:db8:aaaa:bbbb:cc:dddd:eeee:ffff"), length));
        Random random = new Random(length);
        for (int i = 0; i < 1000; i++) {
            IpAddress ipv4 = IpAddress.ofIpv4(random.nextInt());
            assertThat(prefix.extract(prefix.embed(ipv4))).isEqualTo(ipv4);
        }
    }

    @Test
    void whatIsNoPrefixIsRefused() {
        assertThatThrownBy(() -> Nat64Prefix.parse("2001:db8::/33"))
                .hasMessage("2001:db8::/33 is no NAT64 prefix: it must be IPv6 and 32, 40, 48, 56, 64 or 96 bits long");
        assertThatThrownBy(() -> Nat64Prefix.parse("10.0.0.0/32")).hasMessageContaining("must be IPv6");
        assertThatThrownBy(() -> Nat64Prefix.parse("2001:db8:0:0:100::/96"))
                .hasMessageEndingWith("its bits 64 to 71 must be zero");
        assertThat(Nat64Prefix.of(IpAddress.parse("2001:db8:0:0:100::1"), 96)).isNull();
        assertThatThrownBy(() -> Nat64Prefix.WELL_KNOWN.embed(IpAddress.parse("::1")))
                .hasMessage("::1 is no IPv4 address");
    }

    /** RFC 6052 section 3.1. */
    @Test
    void wellKnownPrefixStandsBeforeTheInternetAlone() {
        IpAddress home = IpAddress.parse("192.168.1.1");
        assertThat(Nat64Prefix.WELL_KNOWN.mayCarry(home)).isFalse();
        assertThat(Nat64Prefix.WELL_KNOWN.mayCarry(IpAddress.parse("203.0.113.1")))
                .isTrue();
        assertThat(Nat64Prefix.parse("2001:db8:64::/96").mayCarry(home)).isTrue();
    }
}
