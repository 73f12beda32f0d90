package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.TransportAddress;
import dev.postern.turn.TrafficLimits;
import dev.postern.turn.TrafficLimits.Rate;
import dev.postern.turn.TurnCounter;
import dev.postern.turn.TurnLimits;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How much a shared relay port remembers of whose peers were whose, and that nobody makes it forget another's. */
class SharedRelayMemoryTest {

    private static final byte[] HELLO = {1, 2, 3, 4, 5};
    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");
    private static final TransportAddress OTHER_PEER = TransportAddress.parse("20.0.0.2:7000");
    private static final TransportAddress SHARED = TransportAddress.parse("198.51.100.2:50000");

    /** S25: what one client can make the relay remember is bounded, and the bound costs no channel. */
    @Test
    void allocationOwnsNoMorePeersThanItMayHavePermissionsAndChannels() {
        TurnLimits all = TurnLimits.defaults();
        VirtualServer tight = new VirtualServer(VirtualServer.sharing(1)
                .limits(new TurnLimits(all.userQuota(), all.totalQuota(), 2, 2, 1, all.pendingOpens())));
        VirtualClient client = tight.client(1);
        client.allocated();
        client.bind(0x4000, PEER);
        client.bind(0x4001, OTHER_PEER);
        for (int port = 1024; port < 1064; port++) {
            client.indicate(TransportAddress.of(PEER.ip(), port), HELLO);
        }
        SharedPeers peers = ((SharedRelay) tight.socketOf(SHARED)).peers();

        assertThat(peers.size()).as("4 peers, 4 from before, 2 addresses").isEqualTo(10);
        tight.client(2).allocated();
        tight.client(2).permit(TransportAddress.of(PEER.ip(), 0), TransportAddress.of(OTHER_PEER.ip(), 0));
        tight.peerSends(PEER, SHARED, HELLO);
        tight.peerSends(OTHER_PEER, SHARED, HELLO);
        assertThat(client.received()).hasSize(2);
    }

    @Test
    void addressesOfAllocationsThatAreGoneAreRememberedUpToABound() {
        VirtualServer busy = withoutRates();
        for (int i = 0; i < FormerPeers.MOST / 100 + 10; i++) {
            VirtualClient client = busy.client(1024 + i);
            client.allocated();
            for (int port = 0; port < 100; port++) {
                client.permit(TransportAddress.of(PEER.ip(), 1024 + 100 * i + port));
            }
            client.refresh(0);
        }
        SharedPeers peers = ((SharedRelay) busy.socketOf(SHARED)).peers();

        assertThat(peers.size()).isZero();
        assertThat(peers.former().size()).isEqualTo(FormerPeers.MOST);
    }

    /**
     * A client that permits the peer's address named ever new ports of it, so that the relay forgot the other client's, and heard what
     * the peer still sent to that one. Here no rate holds him, and he is even the same user.
     */
    @Test
    void clientThatNamesEverNewPortsMakesTheRelayForgetNoOtherClientsPeer() {
        VirtualServer attacked = withoutRates();
        VirtualClient victim = attacked.client(1);
        VirtualClient attacker = attacked.client(2);
        victim.allocated();
        attacker.allocated();
        victim.bind(0x4000, PEER);
        victim.refresh(0);

        for (int port = 10_000; port < 10_000 + 2 * FormerPeers.MOST; port += 32) {
            assertThat(attacker.permit(portsOfPeer(port, 32)).code()).isZero();
        }
        attacked.peerSends(PEER, SHARED, HELLO);

        assertThat(attacker.received()).isEmpty();
        attacked.peerSends(TransportAddress.of(PEER.ip(), 9000), SHARED, HELLO);
        assertThat(attacker.received()).as("he does hear the address").hasSize(1);
    }

    /** The same with allocations that end, each of which leaves addresses behind. */
    @Test
    void userWhoseAllocationsEndMakesTheRelayForgetNoOtherUsersPeer() {
        VirtualServer attacked = withoutRates();
        VirtualClient victim = attacked.client(1);
        victim.allocated();
        victim.bind(0x4000, PEER);
        victim.refresh(0);

        for (int i = 0; i < FormerPeers.MOST / 256 + 10; i++) {
            VirtualClient attacker = attacked.client(100 + i).as("bob");
            attacker.allocated();
            for (int port = 0; port < 256; port += 32) {
                attacker.permit(portsOfPeer(10_000 + 256 * i + port, 32));
            }
            attacker.refresh(0);
        }
        VirtualClient last = attacked.client(2).as("bob");
        last.allocated();
        last.permit(TransportAddress.of(PEER.ip(), 0));
        attacked.peerSends(PEER, SHARED, HELLO);

        assertThat(last.received()).isEmpty();
        SharedPeers peers = ((SharedRelay) attacked.socketOf(SHARED)).peers();
        assertThat(peers.former().size()).isEqualTo(FormerPeers.MOST);
    }

    @Test
    void permissionIsGrantedButItsPortNotKnownToBeMeantOverTheRateOfNewPeers() {
        VirtualServer limited = new VirtualServer(VirtualServer.sharing(1)
                .traffic(new TrafficLimits(0, new Rate(0, 0, 1), Rate.UNLIMITED, Rate.UNLIMITED, 1)));
        VirtualClient client = limited.client(1);
        VirtualClient other = limited.client(2).as("bob");
        client.allocated();
        other.allocated();

        assertThat(client.permit(portsOfPeer(7000, 32)).code()).isZero();
        assertThat(limited.count(TurnCounter.LIMITED_USER_PEERS)).as("ten pass").isEqualTo(22);
        other.permit(TransportAddress.of(PEER.ip(), 0));
        limited.peerSends(TransportAddress.of(PEER.ip(), 7009), SHARED, HELLO);
        limited.peerSends(TransportAddress.of(PEER.ip(), 7010), SHARED, HELLO);

        assertThat(client.received()).hasSize(1);
        assertThat(limited.count(TurnCounter.DROPPED_FROM_PEER_AMBIGUOUS)).isEqualTo(1);
        assertThat(client.permit(portsOfPeer(7000, 10)).code()).isZero();
        assertThat(limited.count(TurnCounter.LIMITED_USER_PEERS))
                .as("its own cost nothing")
                .isEqualTo(22);
    }

    @Test
    void permissionsThatComeAndGoLeaveNoTrace() {
        TurnLimits all = TurnLimits.defaults();
        VirtualServer tight = new VirtualServer(VirtualServer.sharing(1)
                .limits(new TurnLimits(all.userQuota(), all.totalQuota(), 2, 2, 1, all.pendingOpens())));
        VirtualClient client = tight.client(1);
        client.allocated();
        SharedPeers peers = ((SharedRelay) tight.socketOf(SHARED)).peers();
        for (int i = 1; i <= 20; i++) {
            assertThat(client.permit("20.0.1." + i + ":0").code()).isZero();
            client.challenged().refresh(600);
            tight.advance(Duration.ofMinutes(5));
        }
        assertThat(peers.size()).isLessThanOrEqualTo(2);
    }

    private static TransportAddress[] portsOfPeer(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(port -> TransportAddress.of(PEER.ip(), port))
                .toArray(TransportAddress[]::new);
    }

    private static VirtualServer withoutRates() {
        return new VirtualServer(VirtualServer.sharing(1)
                .traffic(new TrafficLimits(0, Rate.UNLIMITED, Rate.UNLIMITED, Rate.UNLIMITED, 1)));
    }
}
