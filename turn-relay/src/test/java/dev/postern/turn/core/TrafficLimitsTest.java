package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.AttributeType;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TrafficLimits;
import dev.postern.turn.TrafficLimits.Rate;
import dev.postern.turn.TurnCounter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rates per user, per source and in total, what a new peer is, and quotas per source. S22 and S25. */
class TrafficLimitsTest {

    private static final Rate FREE = Rate.UNLIMITED;
    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");

    @Test
    void packetsOverTheRateAreDroppedInBothDirectionsAndPassAgainWithTime() {
        VirtualServer server = server(new TrafficLimits(0, new Rate(0, 10, 0), FREE, FREE, 1));
        VirtualClient client = server.client(1);
        TransportAddress relayed = client.allocated();
        client.bind(0x4000, PEER);

        for (int i = 0; i < 30; i++) {
            client.channelData(0x4000, new byte[] {1});
            server.peerSends(PEER, relayed, new byte[] {2});
        }
        assertThat(server.takeToPeers().size() + client.received().size()).isEqualTo(10);
        assertThat(server.count(TurnCounter.LIMITED_USER_PACKETS)).isEqualTo(50);

        server.advance(Duration.ofMillis(500));
        for (int i = 0; i < 30; i++) {
            client.channelData(0x4000, new byte[] {1});
        }
        assertThat(server.takeToPeers()).hasSize(5);
    }

    @Test
    void bytesInAnyStretchAreRateTimesTimeAndOneBurstAtMost() {
        VirtualServer server = server(new TrafficLimits(0, new Rate(10_000, 0, 0), FREE, FREE, 2));
        VirtualClient client = server.client(1);
        client.allocated();
        client.bind(0x4000, PEER);

        long bytes = 0;
        for (int tenths = 0; tenths < 100; tenths++) {
            for (int i = 0; i < 5; i++) {
                client.channelData(0x4000, new byte[1000]);
            }
            bytes += server.takeToPeers().size() * 1000L;
            server.advance(Duration.ofMillis(100));
        }

        assertThat(bytes).isBetween(10_000L * 10 - 1000, 10_000L * 12 + 1000);
        assertThat(server.count(TurnCounter.LIMITED_USER_BYTES)).isPositive();
    }

    @Test
    void packetLargerThanTheBurstPassesWhenTheBucketIsFull() {
        VirtualServer server = server(new TrafficLimits(0, new Rate(100, 0, 0), FREE, FREE, 1));
        VirtualClient client = server.client(1);
        client.allocated();
        client.bind(0x4000, PEER);

        client.channelData(0x4000, new byte[1000]);
        client.channelData(0x4000, new byte[1]);
        assertThat(server.takeToPeers()).hasSize(1);
        server.advance(Duration.ofSeconds(10));
        client.channelData(0x4000, new byte[1]);
        assertThat(server.takeToPeers()).hasSize(1);
    }

    @Test
    void userSharesOneBucketAmongItsAllocationsAndAnotherUserHasItsOwn() {
        VirtualServer server = server(new TrafficLimits(0, new Rate(0, 10, 0), FREE, FREE, 1));
        VirtualClient[] clients = {
            server.client(1), server.client(2), server.client(3).as("bob")
        };
        for (VirtualClient client : clients) {
            client.allocated();
            client.bind(0x4000, PEER);
            for (int i = 0; i < 20; i++) {
                client.channelData(0x4000, new byte[] {1});
            }
        }

        assertThat(server.takeToPeers()).as("ten for alice, ten for bob").hasSize(20);
    }

    @ParameterizedTest
    @CsvSource({"203.0.113.7, 203.0.113.8, 20", "2001:db8::1, 2001:db8::2, 10", "2001:db8::1, 2001:db8:0:1::1, 20"})
    void sourceIsAnIpv4AddressOrAnIpv6Prefix(String first, String second, int packets) {
        VirtualServer server = server(new TrafficLimits(0, FREE, new Rate(0, 10, 0), FREE, 1));
        for (String address : new String[] {first, second}) {
            VirtualClient client =
                    new VirtualClient(server, TransportAddress.of(IpAddress.parse(address), 1)).as("alice");
            client.allocated();
            client.bind(0x4000, PEER);
            for (int i = 0; i < 20; i++) {
                client.channelData(0x4000, new byte[] {1});
            }
        }

        assertThat(server.takeToPeers()).hasSize(packets);
        assertThat(server.count(TurnCounter.LIMITED_SOURCE_PACKETS)).isEqualTo(40 - packets);
    }

    @Test
    void totalIsForAllUsers() {
        VirtualServer server = server(new TrafficLimits(0, FREE, FREE, new Rate(0, 10, 0), 1));
        for (String user : new String[] {"alice", "bob"}) {
            VirtualClient client = server.client(user.length()).as(user);
            client.allocated();
            client.bind(0x4000, PEER);
            for (int i = 0; i < 20; i++) {
                client.channelData(0x4000, new byte[] {1});
            }
        }

        assertThat(server.takeToPeers()).hasSize(10);
        assertThat(server.count(TurnCounter.LIMITED_TOTAL_PACKETS)).isEqualTo(30);
    }

    @Test
    void newAllocationBringsNoFullBucketAndRestedMetersAreForgotten() {
        VirtualServer server = server(new TrafficLimits(0, new Rate(0, 10, 0), FREE, FREE, 1));
        for (int round = 0; round < 3; round++) {
            VirtualClient client = server.client(1);
            client.challenged().allocated();
            client.bind(0x4000, PEER);
            for (int i = 0; i < 20; i++) {
                client.channelData(0x4000, new byte[] {1});
            }
            client.refresh(0);
        }

        assertThat(server.takeToPeers()).hasSize(10);
        assertThat(server.shared.meters().size()).isEqualTo(1);
        server.advance(Duration.ofSeconds(1));
        assertThat(server.shared.meters().size()).isZero();
    }

    /** Many ports of one permitted address: each Send to another one is a probe. */
    @Test
    void s25_portScanThroughOnePermissionIsSlowedDownToTheRateOfNewPeers() {
        VirtualServer server = server(new TrafficLimits(0, new Rate(0, 0, 5), FREE, FREE, 1));
        VirtualClient client = server.client(1);
        client.allocated();
        client.permit(PEER);

        for (int port = 1; port <= 1000; port++) {
            client.indicate(TransportAddress.of(PEER.ip(), port), new byte[] {1});
        }
        assertThat(server.takeToPeers()).as("the burst is ten seconds' worth").hasSize(50);
        assertThat(server.count(TurnCounter.LIMITED_USER_PEERS)).isEqualTo(950);
        server.advance(Duration.ofSeconds(2));
        for (int port = 2001; port <= 3000; port++) {
            client.indicate(TransportAddress.of(PEER.ip(), port), new byte[] {1});
        }
        assertThat(server.takeToPeers()).hasSize(10);
        assertThat(client.bind(0x4000, PEER).code()).isEqualTo(508);
    }

    @Test
    void peersThatWereTalkedToOfLateAreNotNew() {
        VirtualServer server = server(new TrafficLimits(0, new Rate(0, 0, 1), FREE, FREE, 1));
        VirtualClient client = server.client(1);
        client.allocated();
        client.permit(PEER);
        for (int round = 0; round < 100; round++) {
            for (int port = 7000; port < 7010; port++) {
                client.indicate(TransportAddress.of(PEER.ip(), port), new byte[] {1});
            }
        }

        assertThat(server.takeToPeers()).hasSize(1000);
        assertThat(client.bind(0x4000, PEER).code()).as("known from its data").isZero();
        assertThat(client.bind(0x4001, TransportAddress.of(PEER.ip(), 9)).code())
                .isEqualTo(508);
        assertThat(client.bind(0x4000, PEER).code()).as("a refresh").isZero();
    }

    @Test
    void s22_sourceQuotaIsFreedOnEveryEndAndNotBypassedByAnotherUserOrAReservation() {
        VirtualServer server = server(new TrafficLimits(2, FREE, FREE, FREE, 1));
        long token = server.client(1)
                .allocate(encoder -> encoder.u8(AttributeType.EVEN_PORT, 0x80))
                .u64(AttributeType.RESERVATION_TOKEN);
        server.client(2).allocated();

        assertThat(server.client(3).as("bob").allocate().code()).isEqualTo(486);
        assertThat(server.client(4)
                        .allocate(encoder -> encoder.u64(AttributeType.RESERVATION_TOKEN, token))
                        .code())
                .isEqualTo(486);
        assertThat(server.count(TurnCounter.LIMITED_SOURCE_ALLOCATIONS)).isEqualTo(2);
        server.client(2).refresh(0);
        VirtualClient bob = server.client(5).as("bob");
        assertThat(bob.allocate().code()).isZero();
        server.advance(Duration.ofMinutes(10));
        server.assertNothingIsHeld();
        server.client(6).allocated();
        server.client(7).allocated();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 1_000_000, Long.MIN_VALUE + 5})
    void bucketIsRightWhereverTheClockStands(long start) {
        RateBucket bucket = new RateBucket(10, 1, start);
        int taken = 0;
        for (int i = 0; i < 20; i++) {
            taken += bucket.take(start, 1) ? 1 : 0;
        }
        assertThat(taken).isEqualTo(10);
        assertThat(bucket.take(start + 99_999_999, 1)).isFalse();
        assertThat(bucket.take(start + 100_000_000, 1)).isTrue();
    }

    @Test
    void bucketGrantsExactlyWhatItHoldsToShardsThatAskAtTheSameTime() throws Exception {
        RateBucket bucket = new RateBucket(100_000, 1, 0);
        AtomicInteger taken = new AtomicInteger();
        Thread[] shards = new Thread[4];
        for (int i = 0; i < shards.length; i++) {
            shards[i] = new Thread(() -> {
                for (int n = 0; n < 50_000; n++) {
                    if (bucket.take(0, 1)) {
                        taken.incrementAndGet();
                    }
                }
            });
            shards[i].start();
        }
        for (Thread shard : shards) {
            shard.join();
        }
        assertThat(taken).hasValue(100_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 1_000_000, Long.MIN_VALUE + 5})
    void chargeBeyondTheBurstIsToBeWaitedForAndNothingIsGrantedMeanwhile(long start) {
        RateBucket bucket = new RateBucket(10, 1, start);
        assertThat(bucket.charge(start, 10)).as("the burst").isZero();
        assertThat(bucket.charge(start, 5)).isEqualTo(500_000_000);
        assertThat(bucket.charge(start + 100_000_000, 5)).as("debts add up").isEqualTo(900_000_000);
        assertThat(bucket.take(start + 900_000_000, 1)).isFalse();
        assertThat(bucket.charge(start + 1_000_000_000, 0)).isZero();
        assertThat(bucket.take(start + 1_100_000_000, 1)).isTrue();
    }

    @Test
    void debtIsAnHourAtMostHoweverMuchIsCharged() {
        long hourNanos = Duration.ofHours(1).toNanos();
        RateBucket bucket = new RateBucket(1, 600, Long.MAX_VALUE);
        for (int i = 0; i < 10; i++) {
            assertThat(bucket.charge(Long.MAX_VALUE, Integer.MAX_VALUE)).isEqualTo(hourNanos);
        }
        RateBucket ahead = new RateBucket(1, 1, 0);
        assertThat(ahead.take(0, 65_535)).as("larger than the burst").isTrue();
        assertThat(ahead.charge(0, 1)).isEqualTo(hourNanos);
        assertThat(ahead.fullAgainNanos()).as("nothing is forgiven").isEqualTo(65_535_000_000_000L);
    }

    @Test
    void wrongRatesAreRefusedInOneSentence() {
        assertThatThrownBy(() -> new TrafficLimits(0, new Rate(-1, 0, 0), FREE, FREE, 1))
                .hasMessageContaining("turn.user-bytes-per-second is -1");
        assertThatThrownBy(() -> new TrafficLimits(0, FREE, new Rate(0, -1, 0), FREE, 1))
                .hasMessageContaining("turn.source-packets-per-second is -1");
        assertThatThrownBy(() -> new TrafficLimits(0, FREE, FREE, new Rate(0, 0, -1), 1))
                .hasMessageContaining("turn.total-peers-per-second is -1");
        assertThatThrownBy(() -> new TrafficLimits(0, FREE, FREE, FREE, 0))
                .hasMessageContaining("turn.rate-burst is 0");
        assertThatThrownBy(() -> new TrafficLimits(-1, FREE, FREE, FREE, 1))
                .hasMessageContaining("turn.source-quota is -1");
    }

    private static VirtualServer server(TrafficLimits limits) {
        return new VirtualServer(VirtualServer.config().traffic(limits));
    }
}
