package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class AddressLimitsTest {

    private final AddressLimits limits = new AddressLimits(2);

    @Test
    void anAddressHasSoManyAndAnotherHasItsOwn() throws Exception {
        assertThat(limits.take(at("192.0.2.1", 1))).isTrue();
        assertThat(limits.take(at("192.0.2.1", 2))).isTrue();
        assertThat(limits.take(at("192.0.2.1", 3))).isFalse();
        assertThat(limits.isFull(at("192.0.2.1", 4))).isTrue();
        assertThat(limits.take(at("192.0.2.2", 1))).isTrue();
        limits.giveBack(at("192.0.2.1", 1));
        assertThat(limits.take(at("192.0.2.1", 3))).isTrue();
    }

    @Test
    void aPrefixOfSixtyFourBitsIsOneAddress() throws Exception {
        assertThat(limits.take(at("2001:db8:0:1::1", 1))).isTrue();
        assertThat(limits.take(at("2001:db8:0:1:ffff::2", 1))).isTrue();
        assertThat(limits.take(at("2001:db8:0:1::3", 1))).isFalse();
        assertThat(limits.take(at("2001:db8:0:2::1", 1))).isTrue();
    }

    /** Security case 28. */
    @Test
    void aMappedAddressIsTheAddressThatItMaps() throws Exception {
        limits.take(at("192.0.2.1", 1));
        limits.take(at("::ffff:192.0.2.1", 1));
        assertThat(limits.isFull(at("192.0.2.1", 1))).isTrue();
    }

    @Test
    void nothingIsKeptOfAnAddressThatHasNothing() throws Exception {
        for (int i = 0; i < 250; i++) {
            limits.take(at("192.0.2." + i, 1));
        }
        assertThat(limits.size()).isEqualTo(250);
        for (int i = 0; i < 250; i++) {
            limits.giveBack(at("192.0.2." + i, 1));
            limits.giveBack(at("192.0.2." + i, 1));
        }
        assertThat(limits.size()).isZero();
        limits.takeAnyway(at("192.0.2.1", 1));
        limits.takeAnyway(at("192.0.2.1", 1));
        limits.takeAnyway(at("192.0.2.1", 1));
        assertThat(limits.isFull(at("192.0.2.1", 1))).isTrue();
    }

    private static InetSocketAddress at(String literal, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(literal), port);
    }
}
