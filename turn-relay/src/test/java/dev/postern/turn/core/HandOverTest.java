package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Two engines of one server: what one of them hears for an allocation of the other. */
class HandOverTest {

    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");
    private static final byte[] HELLO = {1, 2, 3, 4};

    private final VirtualServer server = VirtualServer.ofShards(2, VirtualServer.config());

    /** The same client's 5-tuple, its messages heard by the other shard from now on. */
    private VirtualClient strayed(VirtualClient client) {
        server.shared.movedPaths().claim(client.path, 0);
        return new VirtualClient(server, client.path).at(1);
    }

    @Test
    void requestHeardElsewhereIsAnsweredByTheShardThatHasTheAllocation() {
        VirtualClient client = server.client(1);
        TransportAddress relayed = client.allocated();
        VirtualClient stray = strayed(client);

        assertThat(stray.permit(PEER).code()).isZero();
        stray.indicate(PEER, HELLO);

        assertThat(server.takeToPeers())
                .singleElement()
                .satisfies(sent -> assertThat(sent.socket().relayed()).isEqualTo(relayed));
        assertThat(server.engines.get(1).count(TurnCounter.REQUESTS)).isZero();
    }

    @Test
    void channelDataHeardElsewhereReachesThePeer() {
        VirtualClient client = server.client(1);
        client.allocated();
        client.bind(0x4000, PEER);

        strayed(client).channelData(0x4000, HELLO);

        assertThat(server.takeToPeers())
                .singleElement()
                .satisfies(sent -> assertThat(sent.payload()).isEqualTo(ByteBuffer.wrap(HELLO)));
    }

    @Test
    void endOfAStreamHeardElsewhereEndsItsAllocation() {
        FiveTuple stream =
                new FiveTuple(TransportProtocol.TCP, TransportAddress.parse("203.0.113.7:1"), VirtualServer.LISTENER);
        VirtualClient client = new VirtualClient(server, stream);
        client.allocated();
        VirtualClient stray = strayed(client);

        stray.closeStream();

        assertThat(server.count(TurnCounter.ALLOCATIONS_ENDED_STREAM)).isOne();
        server.shared.movedPaths().release(stream, 0);
        server.assertNothingIsHeld();
    }

    @Test
    void ownAllocationIsNeverHandedOver() {
        VirtualClient client = server.client(1);
        client.allocated();
        server.shared.movedPaths().claim(client.path, 1);

        assertThat(client.permit(PEER).code()).isZero();

        assertThat(server.engines.get(1).count(TurnCounter.REQUESTS)).isZero();
    }

    @Test
    void messageForAShardThatHasNothingOfItEndsThere() {
        VirtualClient stray = strayed(server.client(1));

        assertThat(stray.request(Method.REFRESH, encoder -> {}).code()).isEqualTo(437);
        stray.channelData(0x4000, HELLO);

        assertThat(server.count(TurnCounter.DROPPED_NO_ALLOCATION)).isOne();
    }

    @Test
    void pathBelongsToTheShardThatClaimedItFirst() {
        MovedPaths moved = server.shared.movedPaths();
        FiveTuple path = server.client(1).path;

        assertThat(moved.claim(path, 0)).isTrue();
        assertThat(moved.claim(path, 0)).isTrue();
        assertThat(moved.claim(path, 1)).isFalse();
        moved.release(path, 1);
        assertThat(moved.shardOf(path)).isZero();
        moved.release(path, 0);
        assertThat(moved.shardOf(path)).isEqualTo(MovedPaths.NOWHERE);
    }
}
