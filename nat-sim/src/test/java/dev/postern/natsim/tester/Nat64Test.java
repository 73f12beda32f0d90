package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.Nat64Prefix;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A NAT64's prefix in the addresses that its network makes (RFC 7050, RFC 6052). */
class Nat64Test {

    /** The lengths of RFC 6052 section 2.4, with 192.0.0.170 for its example. */
    @ParameterizedTest
    @CsvSource({
        "2001:db8:c000:aa::, 2001:db8::/32",
        "2001:db8:1c0:0:aa::, 2001:db8:100::/40",
        "2001:db8:122:c000:0:aa00::, 2001:db8:122::/48",
        "2001:db8:122:3c0:0:aa::, 2001:db8:122:300::/56",
        "2001:db8:122:344:c0:0:aa00::, 2001:db8:122:344::/64",
        "2001:db8:122:344::c000:aa, 2001:db8:122:344::/96",
        "64:ff9b::c000:ab, 64:ff9b::/96"
    })
    void prefixEndsWhereTheKnownAddressBegins(String address, String prefix) {
        assertThat(Nat64.prefixOf(IpAddress.parse(address))).isEqualTo(Nat64Prefix.parse(prefix));
    }

    @Test
    void otherAddressesHaveNone() {
        assertThat(Nat64.prefixOf(IpAddress.parse("2001:db8::1"))).isNull();
        assertThat(Nat64.prefixOf(IpAddress.parse("192.0.0.170"))).isNull();
    }

    private static Finding<Boolean> found(String server, @Nullable List<IpAddress> addresses) {
        ProbeNet net = new ProbeNet() {
            @Override
            public int hosts() {
                return 1;
            }

            @Override
            public @Nullable ProbeSocket open(int host, int port) {
                return null;
            }

            @Override
            public @Nullable List<IpAddress> addressesOf(String name) {
                return name.equals("ipv4only.arpa") ? addresses : List.of();
            }
        };
        TesterConfig config = TesterConfig.of(TransportAddress.parse(server));
        Facts facts = new Facts(config.server());
        new Nat64Stage(new Probes(new Bench(net, new Random(1), 16), facts, config)).run(() -> {});
        return facts.find(Topic.NAT64);
    }

    @Test
    void networkIsSaidToHaveOneIfItMakesAddresses() {
        String server = "[2001:db8::1]:3478";
        List<IpAddress> plain =
                Stream.of("192.0.0.170", "192.0.0.171").map(IpAddress::parse).toList();
        assertThat(found(server, plain).is(false)).isTrue();
        List<IpAddress> made = Stream.of("192.0.0.170", "64:ff9b::c000:aa", "64:ff9b::c000:ab")
                .map(IpAddress::parse)
                .toList();
        assertThat(found(server, made).is(true)).isTrue();
        assertThat(found(server, made).reason()).isEqualTo("prefix [64:ff9b::/96]");
        assertThat(found(server, List.of()).status()).isEqualTo(Finding.Status.INCONCLUSIVE);
        assertThat(found(server, null).status()).isEqualTo(Finding.Status.NOT_MEASURABLE);
        assertThat(found("192.0.2.1:3478", made).status()).isEqualTo(Finding.Status.NOT_MEASURABLE);
    }
}
