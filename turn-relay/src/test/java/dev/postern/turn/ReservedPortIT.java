package dev.postern.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.transport.HandClockShard;
import dev.postern.transport.TransportCounter;
import dev.postern.turn.core.Reply;
import dev.postern.turn.core.SharedState;
import dev.postern.turn.net.TurnHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A port that EVEN-PORT reserves (RFC 8656 section 7.2), beside other programs that want it too. */
class ReservedPortIT {

    private static final int SHARDS = 4;
    private static final int ROUNDS = 16;
    private static final int CHANNEL = 0x4000;
    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};

    private static TurnConfig config(int shards) {
        return TurnConfig.builder()
                .listen("udp://127.0.0.1:0")
                .realm("postern")
                .user("u", "p")
                .allowPeers("127.0.0.0/8")
                .shards(shards)
                .build();
    }

    /** With four shards the token is mostly heard by another one than the one that has the socket. */
    @Test
    void rfc8656_062_tokenGetsThePortThatNoOtherProgramCouldHave() throws IOException {
        try (TurnRelay relay = TurnRelay.start(config(SHARDS));
                DatagramSocket peer = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            peer.setSoTimeout(TinyClient.WAIT_MILLIS);
            for (int round = 0; round < ROUNDS; round++) {
                try (TinyClient first = new TinyClient(relay.listenAddresses().get(0));
                        TinyClient second =
                                new TinyClient(relay.listenAddresses().get(0))) {
                    Reply pair = reserve(first);
                    TransportAddress above = above(pair);
                    assertThatNobodyElseCanBind(above);

                    assertThat(redeem(second, pair)).isEqualTo(above);

                    assertThatNobodyElseCanBind(above);
                    assertTalks(second, above, peer);
                    assertThat(second.refresh(0).code()).isZero();
                    assertThat(first.refresh(0).code()).isZero();
                }
            }
            if (System.getProperty("os.name").startsWith("Linux")) {
                assertThat(relay.count(TransportCounter.HANDED_OVER)).isPositive();
            }
            assertThat(relay.count(TransportCounter.RELAYS_OPENED)).isEqualTo(2 * ROUNDS);
            assertThat(relay.count(TransportCounter.HANDOVERS_DROPPED)).isZero();
            assertThat(relay.count(TransportCounter.HANDLER_FAILURES)).isZero();
        }
    }

    @Test
    void rfc8656_062_portIsAnybodysAgainAfterThirtySecondsWithoutItsToken() throws IOException {
        TurnConfig config = config(1);
        SharedState shared = new SharedState(config, List.of(), InstantSource.system(), new SecureRandom());
        try (HandClockShard shard = new HandClockShard(each -> new TurnHandler(each, shared, config));
                TinyClient client = new TinyClient(shard.listener())) {
            TransportAddress above = above(reserve(client));
            assertThat(client.refresh(0).code()).isZero();
            shard.advance(Duration.ofSeconds(29));
            assertThat(client.refresh(0).code())
                    .as("an answer at 29 s, so that the timer has run")
                    .isEqualTo(437);
            assertThatNobodyElseCanBind(above);

            shard.advance(Duration.ofSeconds(1));

            bindWithin(TinyClient.WAIT_MILLIS, above);
        }
    }

    @Test
    void serverThatEndsLeavesThePort() throws IOException {
        TransportAddress above;
        try (TurnRelay relay = TurnRelay.start(config(2));
                TinyClient client = new TinyClient(relay.listenAddresses().get(0))) {
            above = above(reserve(client));
            assertThatNobodyElseCanBind(above);
        }
        bindWithin(0, above);
    }

    private static Reply reserve(TinyClient client) throws IOException {
        Reply pair = client.request(
                Method.ALLOCATE,
                encoder ->
                        encoder.u32(AttributeType.REQUESTED_TRANSPORT, 17 << 24).u8(AttributeType.EVEN_PORT, 0x80));
        assertThat(pair.code()).isZero();
        return pair;
    }

    private static TransportAddress above(Reply pair) {
        return TransportAddress.of(pair.relayed().ip(), pair.relayed().port() + 1);
    }

    private static TransportAddress redeem(TinyClient client, Reply pair) throws IOException {
        Reply reply = client.request(
                Method.ALLOCATE,
                encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, 17 << 24)
                        .u64(AttributeType.RESERVATION_TOKEN, pair.u64(AttributeType.RESERVATION_TOKEN)));
        assertThat(reply.code()).isZero();
        return reply.relayed();
    }

    /** Neither as it is nor with a socket that would share the port. */
    private static void assertThatNobodyElseCanBind(TransportAddress address) throws IOException {
        SocketAddress wanted = address.toSocketAddress();
        assertThatThrownBy(() -> new DatagramSocket(wanted).close()).isInstanceOf(BindException.class);
        try (DatagramChannel sharing = DatagramChannel.open()) {
            sharing.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (sharing.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
                sharing.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            assertThatThrownBy(() -> sharing.bind(wanted)).isInstanceOf(BindException.class);
        }
    }

    private static void bindWithin(int millis, TransportAddress address) throws IOException {
        long deadline = System.nanoTime() + millis * 1_000_000L;
        while (true) {
            try (DatagramSocket free = new DatagramSocket((SocketAddress) address.toSocketAddress())) {
                assertThat(free.getLocalPort()).isEqualTo(address.port());
                return;
            } catch (BindException e) {
                assertThat(System.nanoTime() - deadline)
                        .as("still in use: " + address)
                        .isNegative();
                Thread.onSpinWait();
            }
        }
    }

    private static void assertTalks(TinyClient client, TransportAddress relayed, DatagramSocket peer)
            throws IOException {
        TransportAddress address = TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress());
        assertThat(client.bind(CHANNEL, address).code()).isZero();
        client.channelData(CHANNEL, HELLO);
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        peer.receive(packet);
        assertThat(packet.getSocketAddress()).isEqualTo(relayed.toSocketAddress());
        peer.send(packet);
        assertThat(client.receiveChannelData(CHANNEL)).isEqualTo(HELLO);
    }
}
