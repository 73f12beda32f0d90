package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.turn.PortRange;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelayPortsTest {

    private final Random random = new Random(7);

    @ParameterizedTest
    @CsvSource({"50000-50000", "50000-50006", "50001-50007", "49152-65535"})
    void eachPortOfTheRangeIsHandedOutOnceAndThenNone(String range) {
        PortRange all = PortRange.parse(range);
        RelayPorts ports = new RelayPorts(all, 0, random);
        Set<Integer> taken = new HashSet<>();

        for (int i = 0; i < all.size(); i++) {
            int port = ports.takeAny();
            assertThat(all.contains(port)).isTrue();
            taken.add(port);
        }

        assertThat(taken).hasSize(all.size());
        assertThat(ports.free()).isZero();
        assertThat(ports.takeAny()).isEqualTo(RelayPorts.NONE);
        taken.forEach(ports::giveBack);
        assertThat(ports.free()).isEqualTo(all.size());
    }

    @ParameterizedTest
    @CsvSource({"50000-50007, 4, 4", "50001-50007, 3, 3", "50000-50006, 4, 3", "50001-50001, 0, 0", "50000-50000, 1, 0"
    })
    void evenPortsAndPairsAreAsManyAsTheRangeHolds(String range, int evens, int pairs) {
        RelayPorts ports = new RelayPorts(PortRange.parse(range), 0, random);
        for (int i = 0; i < evens; i++) {
            assertThat(ports.takeEven()).isEven();
        }
        assertThat(ports.takeEven()).isEqualTo(RelayPorts.NONE);

        RelayPorts others = new RelayPorts(PortRange.parse(range), 0, random);
        for (int i = 0; i < pairs; i++) {
            int even = others.takePair();
            assertThat(even).isEven();
        }
        assertThat(others.takePair()).isEqualTo(RelayPorts.NONE);
        assertThat(others.free()).isEqualTo(PortRange.parse(range).size() - 2 * pairs);
    }

    @Test
    void pairThatIsHalfTakenIsNoPair() {
        RelayPorts ports = new RelayPorts(new PortRange(50_000, 50_001), 0, random);
        int one = ports.takeAny();

        assertThat(ports.takePair()).isEqualTo(RelayPorts.NONE);
        assertThat(ports.free()).isEqualTo(1);
        ports.giveBack(one);
        assertThat(ports.takePair()).isEqualTo(50_000);
    }

    @Test
    void portThatIsGivenBackTwiceIsADefect() {
        RelayPorts ports = new RelayPorts(PortRange.DYNAMIC, 0, random);
        int port = ports.takeAny();
        ports.giveBack(port);

        assertThatThrownBy(() -> ports.giveBack(port)).isInstanceOf(IllegalStateException.class);
        assertThat(ports.free()).isEqualTo(PortRange.DYNAMIC.size());
    }

    /** S23: 64 bins over 10,000 picks; 63 degrees of freedom exceed 110 once in 5,000 runs, and the seed is fixed. */
    @Test
    void portsAreSpreadEvenlyAndDoNotFollowEachOther() {
        RelayPorts ports = new RelayPorts(PortRange.DYNAMIC, 0, random);
        int[] bins = new int[64];
        int neighbours = 0;
        int last = 0;
        for (int i = 0; i < 10_000; i++) {
            int port = ports.takeAny();
            bins[(port - PortRange.DYNAMIC.first()) * 64 / PortRange.DYNAMIC.size()]++;
            neighbours += Math.abs(port - last) == 1 ? 1 : 0;
            last = port;
            ports.giveBack(port);
        }
        double chiSquare = 0;
        for (int bin : bins) {
            chiSquare += Math.pow(bin - 10_000 / 64.0, 2) / (10_000 / 64.0);
        }
        assertThat(chiSquare).isBetween(30.0, 110.0);
        assertThat(neighbours).isLessThan(10);
    }
}
