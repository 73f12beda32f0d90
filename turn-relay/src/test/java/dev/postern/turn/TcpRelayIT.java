package dev.postern.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.transport.TransportCounter;
import dev.postern.turn.core.Reply;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP relaying (RFC 6062) over loopback sockets: what a peer's socket and a client's see. */
class TcpRelayIT extends TcpRelayFixture {

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void rfc6062_108_fiveMegabytesEachWayArriveAsTheyAre(int shards) throws Exception {
        relay.close();
        relay = TurnRelay.start(config(shards).build());
        for (int round = 0; round < shards; round++) {
            try (TinyClient control = client();
                    TinyClient data = client()) {
                TransportAddress relayed = allocated(control);
                try (Pair pair = joined(control, data)) {
                    assertThat(pair.peer().getPort()).as("case 103").isEqualTo(relayed.port());
                    byte[] up = noise(1);
                    byte[] down = noise(2);
                    Future<?> upWritten = write(pair.client(), up);
                    Future<?> downWritten = write(pair.peer(), down);
                    Future<?> upRead = writers.submit(() -> {
                        assertReads(pair.peer(), up);
                        return null;
                    });
                    assertReads(pair.client(), down);
                    upRead.get();
                    upWritten.get();
                    downWritten.get();
                    assertEnds(pair.peer());
                    assertEnds(pair.client());
                }
            }
        }
        await(() -> relay.count(TurnCounter.BYTES_TO_PEERS) == (long) shards * MANY_BYTES);
        await(() -> relay.count(TurnCounter.BYTES_TO_CLIENTS) == (long) shards * MANY_BYTES);
        await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_ACTIVE) == 0);
    }

    @Test
    void slowReaderGetsAllAndHoldsUpItsWriterOnly() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            allocated(control);
            try (Pair slow = joined(control, data)) {
                byte[] down = noise(3);
                byte[] more = noise(4);
                Future<?> written = writers.submit(() -> {
                    for (int i = 0; i < 4; i++) {
                        slow.peer().getOutputStream().write(down);
                    }
                    slow.peer().getOutputStream().write(more);
                    slow.peer().shutdownOutput();
                    return null;
                });
                await(() -> relay.count(TransportCounter.PEER_STREAM_BYTES_RECEIVED) > 0);
                assertThat(control.refresh(600).code()).as("others are served").isZero();
                assertThat(written.isDone()).as("more than the way can hold").isFalse();

                for (int i = 0; i < 4; i++) {
                    assertReads(slow.client(), down);
                }
                assertReads(slow.client(), more);
                written.get();
                assertEnds(slow.client());
            }
        }
    }

    @Test
    void rfc6062_108_bytesFromBeforeTheBindComeFirst() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            allocated(control);
            long id = connected(control);
            Socket peer = peers.accept();
            byte[] early = noise(5);
            Future<?> written = write(peer, early);
            assertThat(bind(data, id).code()).isZero();
            try (Pair pair = pairOf(data, peer)) {
                assertReads(pair.client(), early);
                written.get();
                assertEnds(pair.client());
            }
        }
    }

    @Test
    void bytesBehindTheConnectionBindAreThePeers() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            allocated(control);
            long id = connected(control);
            byte[] hasty = {(byte) 0xFF, 0, 1, 2};
            assertThat(data.request(
                                    Method.CONNECTION_BIND,
                                    encoder -> encoder.u32(AttributeType.CONNECTION_ID, id),
                                    hasty)
                            .code())
                    .isZero();
            try (Pair pair = pairOf(data, peers.accept())) {
                assertReads(pair.peer(), hasty);
            }
        }
    }

    @Test
    void framesBehindARefusedConnectionBindAreAnswered() throws Exception {
        try (TinyClient data = client()) {
            assertThat(bind(data, 1).code()).isEqualTo(400);
            assertThat(data.allocate().code()).isZero();
        }
    }

    @Test
    void rfc6062_102_refusedPeerIs447() throws Exception {
        try (TinyClient control = client()) {
            allocated(control);
            int nobody;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                nobody = socket.getLocalPort();
            }
            TransportAddress address = TransportAddress.of(peerAddress().ip(), nobody);
            Reply reply = control.request(
                    Method.CONNECT, encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, address));
            assertThat(reply.code()).isEqualTo(447);
        }
    }

    @Test
    void rfc6062_106_peerThatConnectsIsAnnouncedAndBound() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            TransportAddress relayed = allocated(control);
            assertThat(control.permit(peerAddress()).code()).isZero();
            try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), relayed.port())) {
                Reply attempt = new Reply(control.receive());
                assertThat(attempt.address(AttributeType.XOR_PEER_ADDRESS).port())
                        .isEqualTo(peer.getLocalPort());
                assertThat(bind(data, attempt.u32(AttributeType.CONNECTION_ID)).code())
                        .isZero();
                Pair pair = pairOf(data, peer);
                pair.client().getOutputStream().write(7);
                assertThat(peer.getInputStream().read()).isEqualTo(7);
                peer.getOutputStream().write(9);
                assertThat(pair.client().getInputStream().read()).isEqualTo(9);
            }
        }
    }

    @Test
    void rfc6062_105_peerWithoutPermissionIsClosedAtOnce() throws Exception {
        try (TinyClient control = client()) {
            TransportAddress relayed = allocated(control);
            try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), relayed.port())) {
                peer.setSoTimeout(TinyClient.WAIT_MILLIS);
                assertEnds(peer);
            }
            await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_REFUSED) == 1);
            assertThat(control.refresh(600).code()).as("and nothing was told").isZero();
        }
    }

    @Test
    void clientsReachEachOtherThroughTheirRelays() throws Exception {
        relay.close();
        relay = TurnRelay.start(config(4).build());
        for (int i = 0; i < 4; i++) {
            try (TinyClient a = client();
                    TinyClient b = client();
                    TinyClient dataA = client();
                    TinyClient dataB = client()) {
                TransportAddress relayA = allocated(a);
                TransportAddress relayB = allocated(b);
                assertThat(b.permit(relayA).code()).isZero();
                Reply connected = a.request(
                        Method.CONNECT, encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, relayB));
                Reply attempt = new Reply(b.receive());
                assertThat(attempt.address(AttributeType.XOR_PEER_ADDRESS)).isEqualTo(relayA);
                assertThat(bind(dataA, connected.u32(AttributeType.CONNECTION_ID))
                                .code())
                        .isZero();
                assertThat(bind(dataB, attempt.u32(AttributeType.CONNECTION_ID)).code())
                        .isZero();
                dataA.socket().getOutputStream().write(5);
                dataB.socket().setSoTimeout(TinyClient.WAIT_MILLIS);
                assertThat(dataB.socket().getInputStream().read()).isEqualTo(5);
            }
        }
    }
}
