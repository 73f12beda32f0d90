package dev.postern.stunserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscoveryAddressesTest {

    private static DiscoveryAddresses of(String primary, String alternate, String... external) {
        return new DiscoveryAddresses(
                TransportAddress.parse(primary),
                TransportAddress.parse(alternate),
                Stream.of(external).map(IpAddress::parse).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:3478, 192.0.2.2:3479, 'name addresses and ports, no wildcard'",
        "192.0.2.1:3478, 192.0.2.2:0, 'name addresses and ports, no wildcard'",
        "[::]:3478, [2001:db8::2]:3479, 'name addresses and ports, no wildcard'",
        "192.0.2.1:3478, [2001:db8::2]:3479, be two addresses of the same family",
        "192.0.2.1:3478, 192.0.2.1:3479, be two different addresses",
        "192.0.2.1:3478, 192.0.2.2:3478, have two different ports"
    })
    void pairThatCannotServeIsRefusedInOneSentence(String primary, String alternate, String must) {
        assertThatThrownBy(() -> of(primary, alternate))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stun.nat-discovery is '" + primary + ", " + alternate + "', but must " + must
                        + ", such as 192.0.2.1:3478, 192.0.2.2:3479.");
    }

    @Test
    void externalAddressesAreTwoOfTheSameFamily() {
        for (String[] external :
                new String[][] {{"203.0.113.1"}, {"203.0.113.1", "203.0.113.1"}, {"203.0.113.1", "2001:db8::1"}}) {
            assertThatThrownBy(() -> of("192.0.2.1:3478", "192.0.2.2:3479", external))
                    .hasMessageStartingWith("stun.nat-discovery-external is '[203.0.113.1")
                    .hasMessageEndingWith(
                            "but must be two different addresses of the family of stun.nat-discovery, in the same order.");
        }
    }

    @Test
    void socketIsNotNamedTwice() {
        List<DiscoveryAddresses> all =
                List.of(of("192.0.2.1:3478", "192.0.2.2:3479"), of("192.0.2.2:3478", "192.0.2.3:9"));
        assertThatThrownBy(() -> DiscoveryAddresses.socketsOf(all))
                .hasMessageContaining("must not name a socket twice");
    }

    @Test
    void serverListensOnAllFourSocketsWhetherNamedOrNot() {
        StunServerConfig config = StunServerConfig.builder()
                .listen("udp://192.0.2.2:3479")
                .discovery(of("192.0.2.1:3478", "192.0.2.2:3479"))
                .build();
        assertThat(config.listen())
                .extracting(Object::toString)
                .containsExactly(
                        "udp://192.0.2.2:3479", "udp://192.0.2.1:3478", "udp://192.0.2.1:3479", "udp://192.0.2.2:3478");
    }
}
