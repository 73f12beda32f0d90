package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.net.InetSocketAddress;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AddressCacheTest {

    private static final TransportAddress SERVER = TransportAddress.parse("192.0.2.1:3478");

    private final AddressCache addresses = new AddressCache();
    private final FlowCache flows = new FlowCache(SERVER, addresses);

    private static TransportAddress address(int number) {
        return TransportAddress.of(IpAddress.ofIpv4(0x0A000000 + number / 7), 1024 + number % 7);
    }

    @Test
    void anAddressIsFoundAgainInBothDirections() {
        InetSocketAddress socket = new InetSocketAddress("192.0.2.7", 40_000);

        TransportAddress first = addresses.address(socket);

        assertThat(first).isEqualTo(TransportAddress.parse("192.0.2.7:40000"));
        assertThat(addresses.address(new InetSocketAddress("192.0.2.7", 40_000)))
                .isSameAs(first);
        assertThat(addresses.socket(TransportAddress.parse("192.0.2.7:40000"))).isSameAs(socket);
    }

    @Test
    void moreAddressesThanSlotsAreAllAnsweredRight() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 5 * AddressCache.SLOTS; i++) {
                TransportAddress expected = address(i);
                InetSocketAddress socket = expected.toSocketAddress();

                assertThat(addresses.address(socket)).isEqualTo(expected);
                assertThat(addresses.socket(expected)).isEqualTo(socket);
                assertThat(flows.path(socket)).isEqualTo(new FiveTuple(TransportProtocol.UDP, expected, SERVER));
            }
        }
    }

    @Test
    void neighboursOfOneNetworkSpreadOverTheSlots() {
        long slots = IntStream.range(0, 1000)
                .map(i -> AddressCache.slot(address(i).toSocketAddress()))
                .distinct()
                .count();

        assertThat(slots).isGreaterThan(800);
    }

    @Test
    void oneClientHasOneFiveTuple() {
        FiveTuple first = flows.path(new InetSocketAddress("192.0.2.7", 40_000));

        assertThat(flows.path(new InetSocketAddress("192.0.2.7", 40_000))).isSameAs(first);
        assertThat(flows.path(new InetSocketAddress("192.0.2.7", 40_001))).isNotEqualTo(first);
    }
}
