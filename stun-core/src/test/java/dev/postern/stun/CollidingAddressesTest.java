package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Addresses that a stranger has chosen so that their hashes are the same. A hash table keeps such keys in a tree where they can be
 * compared; where they cannot, each look goes through all of them: 90 us for 12,800.
 */
class CollidingAddressesTest {

    private static final int MANY = 100_000;

    private static IpAddress colliding(int number) {
        long high = 0x2600_0000_0000_0000L + number * 0x1_0000L;
        return IpAddress.ofIpv6(high, -31 * high);
    }

    private static TransportAddress collidingAddress(int number) {
        return TransportAddress.of(colliding(number), 7000);
    }

    private static FiveTuple collidingPath(int number) {
        TransportAddress server = TransportAddress.parse("198.51.100.1:3478");
        return new FiveTuple(TransportProtocol.UDP, collidingAddress(number), server);
    }

    /** Keys that cannot be compared take longer than is given here. */
    @Test
    @Timeout(60)
    void manyOfThemDoNotSlowAHashTableDown() {
        assertAllAreFound(CollidingAddressesTest::colliding);
        assertAllAreFound(CollidingAddressesTest::collidingAddress);
        assertAllAreFound(CollidingAddressesTest::collidingPath);
    }

    private static <K> void assertAllAreFound(Function<Integer, K> key) {
        assertThat(key.apply(1)).hasSameHashCodeAs(key.apply(2));
        Map<K, Integer> table = new HashMap<>();
        for (int i = 0; i < MANY; i++) {
            table.put(key.apply(i), i);
        }
        for (int i = 0; i < MANY; i++) {
            assertThat(table.get(key.apply(i))).isEqualTo(i);
        }
        assertThat(table.get(key.apply(MANY))).isNull();
    }

    @Test
    void theirOrderAgreesWithWhetherTheyAreTheSame() {
        List<FiveTuple> paths = new ArrayList<>();
        for (String client :
                List.of("1.2.3.4:5", "1.2.3.4:6", "1.2.3.5:5", "[::102:304]:5", "[2001:db8::1]:5", "[ff02::1]:5")) {
            for (String server : List.of("198.51.100.1:3478", "198.51.100.1:3479")) {
                for (TransportProtocol protocol : TransportProtocol.values()) {
                    paths.add(new FiveTuple(protocol, TransportAddress.parse(client), TransportAddress.parse(server)));
                }
            }
        }
        for (FiveTuple one : paths) {
            for (FiveTuple other : paths) {
                assertThat(one.compareTo(other) == 0).isEqualTo(one.equals(other));
                assertThat(Integer.signum(one.compareTo(other))).isEqualTo(-Integer.signum(other.compareTo(one)));
            }
        }
        List<FiveTuple> sorted = new ArrayList<>(paths);
        Collections.shuffle(sorted, new java.util.Random(1));
        Collections.sort(sorted);
        for (int i = 0; i < sorted.size(); i++) {
            for (int j = i + 1; j < sorted.size(); j++) {
                assertThat(sorted.get(i)).isLessThan(sorted.get(j));
            }
        }
    }
}
