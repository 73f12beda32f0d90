package dev.postern.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.TransportAddress;
import dev.postern.transport.TransportCounter;
import dev.postern.turn.core.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How the two connections of TCP relaying (RFC 6062) end, over loopback sockets: together, whoever begins. */
class TcpRelayClosingIT extends TcpRelayFixture {

    @Test
    void rfc6062_109_peerThatClosesClosesTheClientsConnection() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            allocated(control);
            try (Pair pair = joined(control, data)) {
                pair.peer().getOutputStream().write(1);
                pair.peer().close();
                assertThat(pair.client().getInputStream().read()).isEqualTo(1);
                assertEnds(pair.client());
                pair.client().close();
                await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_ACTIVE) == 0);
            }
            connected(control); // the peer may be connected to again
        }
    }

    @Test
    void rfc6062_109_clientThatClosesClosesThePeersConnection() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            allocated(control);
            try (Pair pair = joined(control, data)) {
                pair.client().getOutputStream().write(1);
                pair.client().close();
                assertThat(pair.peer().getInputStream().read()).isEqualTo(1);
                assertEnds(pair.peer());
                pair.peer().close();
                await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_ACTIVE) == 0);
            }
        }
    }

    @Test
    void resetOnOneSideEndsTheOther() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            allocated(control);
            try (Pair pair = joined(control, data)) {
                pair.peer().setSoLinger(true, 0);
                pair.peer().close();
                assertEnds(pair.client());
                await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_ACTIVE) == 0);
            }
        }
    }

    @Test
    void rfc6062_109_controlConnectionTakesAllWithIt() throws Exception {
        try (TinyClient data = client()) {
            TinyClient control = client();
            TransportAddress relayed = allocated(control);
            Pair pair = joined(control, data);
            try (Socket waiting = peerOf(control, relayed)) {
                control.close();

                assertEnds(pair.client());
                assertEnds(pair.peer());
                assertEnds(waiting);
            }
            pair.close();
            await(() -> relay.count(TurnCounter.ALLOCATIONS_ENDED_STREAM) == 1);
            await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_ACTIVE) == 0);
            await(() -> relay.count(TransportCounter.RELAYS_CLOSED) == 1);
        }
    }

    /** The quota is free at once; sockets and memory follow within the grace, though nobody takes what waits. */
    @Test
    void peerThatReadsNothingDoesNotOutliveTheAllocationForLong() throws Exception {
        try (TinyClient data = client()) {
            peers.setReceiveBufferSize(1 << 16);
            TinyClient control = client();
            allocated(control);
            try (Pair pair = joined(control, data)) {
                flood(pair.client());
                awaitStuck();
                control.close();
                await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_ACTIVE) == 0);
                await(() -> relay.count(TransportCounter.PEER_STREAMS_CLOSED) == 1);
                assertThat(relay.count(TransportCounter.PEER_STREAMS_RESET)).isEqualTo(1);
                await(() -> relay.count(TransportCounter.STREAMS_CLOSED) == 2);
            }
        }
    }

    /** Writes until the connection ends. */
    private void flood(Socket to) {
        writers.execute(() -> {
            byte[] bytes = new byte[1 << 16];
            try {
                while (!to.isClosed()) {
                    to.getOutputStream().write(bytes);
                }
            } catch (IOException e) {
                // it has ended
            }
        });
    }

    /**
     * The kernel is full and the relay waits: for half a second it has passed nothing on, however often one looked. Where the looks are few,
     * it is the machine that has stood still.
     */
    private void awaitStuck() {
        AtomicLong before = new AtomicLong();
        AtomicLong sinceNanos = new AtomicLong(System.nanoTime());
        AtomicInteger looks = new AtomicInteger();
        await(() -> {
            long now = relay.count(TransportCounter.PEER_STREAM_BYTES_SENT);
            if (before.getAndSet(now) != now || now == 0) {
                sinceNanos.set(System.nanoTime());
                looks.set(0);
            }
            return looks.incrementAndGet() > 100
                    && System.nanoTime() - sinceNanos.get() > TimeUnit.MILLISECONDS.toNanos(500);
        });
    }

    private static Socket peerOf(TinyClient control, TransportAddress relayed) throws IOException {
        assertThat(control.permit(relayed).code()).isZero();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), relayed.port());
        socket.setSoTimeout(TinyClient.WAIT_MILLIS);
        new Reply(control.receive());
        return socket;
    }

    @Test
    void halfClosedConnectionStillCarriesTheAnswer() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            allocated(control);
            try (Pair pair = joined(control, data)) {
                pair.client().getOutputStream().write(1);
                pair.client().shutdownOutput();
                InputStream in = pair.peer().getInputStream();
                assertThat(in.read()).isEqualTo(1);
                assertThat(in.read()).isEqualTo(END);
                byte[] answer = noise(6);
                Future<?> written = write(pair.peer(), answer);
                assertReads(pair.client(), answer);
                written.get();
                assertEnds(pair.client());
            }
            await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_ACTIVE) == 0);
        }
    }
}
