package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentPeersTest {

    private final RecentPeers recent = new RecentPeers();

    /** It grows while peers come, and forgets none on the way. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 5, 9, 16})
    void remembersFewPeersWhateverTheirOrder(int peers) {
        for (int i = 0; i < peers; i++) {
            assertThat(recent.touch(peer(i))).isFalse();
            recent.add(peer(i));
            for (int known = 0; known <= i; known++) {
                assertThat(recent.touch(peer(known))).as("%d of %d", known, i).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 10_000})
    void forgetsTheOldestOfManyAndKeepsTheLast(int peers) {
        for (int i = 0; i < peers; i++) {
            recent.add(peer(i));
            assertThat(recent.touch(peer(i))).isTrue();
        }
        int remembered = 0;
        for (int i = 0; i < peers; i++) {
            remembered += recent.touch(peer(i)) ? 1 : 0;
        }
        assertThat(remembered).isBetween(40, 64);
    }

    private static TransportAddress peer(int number) {
        return TransportAddress.of(IpAddress.ofIpv4(0x14000000 + number / 7), 1000 + number);
    }
}
