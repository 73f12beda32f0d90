package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import org.junit.jupiter.api.Test;

/** Which addresses of allocations that are over a shared relay remembers when there are too many. */
class FormerPeersTest {

    private static final IpAddress PEER = IpAddress.parse("20.0.0.1");

    private final FormerPeers former = new FormerPeers();

    @Test
    void oldestOfTheUserWhoHasTheMostMakesRoom() {
        former.add("ann", peer(1));
        former.add("bob", peer(2));
        for (int port = 3; port <= FormerPeers.MOST + 10; port++) {
            former.add("eve", peer(port));
        }

        assertThat(former.size()).isEqualTo(FormerPeers.MOST);
        assertThat(former.contains(peer(1))).isTrue();
        assertThat(former.contains(peer(2))).isTrue();
        assertThat(former.contains(peer(12))).isFalse();
        assertThat(former.contains(peer(13))).isTrue();
        assertThat(former.contains(peer(FormerPeers.MOST + 10))).isTrue();
    }

    @Test
    void userWithAsManyAsTheOthersLosesNoneToOneWithMore() {
        for (int port = 1; port <= FormerPeers.MOST / 2; port++) {
            former.add("ann", peer(port));
            former.add("eve", peer(10_000 + port));
        }
        former.add("eve", peer(30_000));
        former.add("eve", peer(30_001));

        assertThat(former.size()).isEqualTo(FormerPeers.MOST);
        assertThat(former.contains(peer(1))).isTrue();
        assertThat(former.contains(peer(10_001))).isFalse();
        assertThat(former.contains(peer(10_002))).isFalse();
    }

    @Test
    void addressIsRememberedOnceForWhomeverHadItLast() {
        former.add("ann", peer(1));
        former.add("bob", peer(1));
        assertThat(former.size()).isEqualTo(1);

        former.remove(peer(1));
        former.remove(peer(1));
        assertThat(former.size()).isZero();
        assertThat(former.contains(peer(1))).isFalse();
    }

    private static TransportAddress peer(int port) {
        return TransportAddress.of(PEER, port);
    }
}
