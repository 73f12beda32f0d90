package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.turn.TurnCounter;
import dev.postern.turn.TurnLimits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Security cases S22, S23, S25 and S27: what is held is bounded, and given back on every way out. */
class ResourcesTest {

    private static final int EVEN_AND_NEXT = 0x80;

    @Test
    void s22_quotaIsFreedOnEveryWayAnAllocationEnds() {
        VirtualServer server =
                new VirtualServer(VirtualServer.config().userQuota(1).relayPorts("50000-50001"));

        server.client(1).allocated();
        assertThat(server.client(2).allocate().code()).isEqualTo(486);
        server.client(1).refresh(0);
        server.assertNothingIsHeld();

        server.client(2).allocated();
        server.advance(Duration.ofMinutes(10));
        server.assertNothingIsHeld();

        VirtualClient stream = stream(server, 3);
        stream.allocated();
        server.engine.onStreamClosed(server.now, stream.path);
        server.engine.onStreamClosed(server.now, stream.path);
        server.assertNothingIsHeld();
        assertThat(server.count(TurnCounter.ALLOCATIONS_ENDED_STREAM)).isEqualTo(1);

        server.portsInUse.add(50_000);
        server.portsInUse.add(50_001);
        assertThat(server.client(4).allocate().code()).isEqualTo(508);
        server.portsInUse.clear();
        server.assertNothingIsHeld();

        server.client(5).allocated();
        server.engine.stop();
        server.assertNothingIsHeld();
        assertThat(server.count(TurnCounter.ALLOCATIONS_OPENED)).isEqualTo(4);
    }

    @Test
    void s22_streamThatClosesWhileItsRelayOpensLeavesNothing() {
        VirtualServer server = new VirtualServer();
        for (boolean opens : new boolean[] {true, false}) {
            VirtualClient stream = stream(server, opens ? 1 : 2);
            server.holdOpens = true;
            stream.push(stream.signed(
                    Method.ALLOCATE,
                    TurnRequest.newId(),
                    encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP)
                            .u8(AttributeType.EVEN_PORT, EVEN_AND_NEXT)));
            server.engine.onStreamClosed(server.now, stream.path);
            if (!opens) {
                server.portsInUse.add(server.output.opens.element().bind().port());
            }
            server.holdOpens = false;
            server.settle();
            assertThat(stream.received()).isEmpty();
            server.assertNothingIsHeld();
        }
        assertThat(server.output.opened).isEqualTo(2);
    }

    @Test
    void s22_reservedPortDoesNotBypassTheQuota() {
        VirtualServer server = new VirtualServer(VirtualServer.config().userQuota(1));
        long token = pair(server.client(1)).u64(AttributeType.RESERVATION_TOKEN);

        VirtualClient second = server.client(2);
        assertThat(second.allocate(encoder -> encoder.u64(AttributeType.RESERVATION_TOKEN, token))
                        .code())
                .isEqualTo(486);
        server.client(1).refresh(0);
        assertThat(second.allocate(encoder -> encoder.u64(AttributeType.RESERVATION_TOKEN, token))
                        .code())
                .as("the refusal did not use the token up")
                .isZero();
    }

    /** 4adbd82e of another server: ports leaked until none was left. */
    @Test
    void s23_evenPortChurnLeavesThePoolFull() {
        VirtualServer server = new VirtualServer(VirtualServer.config().relayPorts("50000-50063"));
        VirtualClient client = server.client(1);
        for (int i = 0; i < 100_000; i++) {
            int value = i % 2 == 0 ? 0 : EVEN_AND_NEXT;
            if (i % 1000 == 0) {
                client.challenged();
            }
            assertThat(client.allocate(encoder -> encoder.u8(AttributeType.EVEN_PORT, value))
                            .code())
                    .isZero();
            client.refresh(0);
            server.advance(Duration.ofSeconds(1));
            server.output.changes.clear();
        }
        server.advance(Duration.ofSeconds(30));
        server.assertNothingIsHeld();
    }

    @Test
    void s25_reservationsOfOneUserAreBounded() {
        VirtualServer server = new VirtualServer(VirtualServer.config().limits(new TurnLimits(100, 100, 8, 8, 3, 100)));
        for (int i = 1; i <= 3; i++) {
            assertThat(pair(server.client(i)).code()).isZero();
        }

        assertThat(pair(server.client(4)).code()).isEqualTo(508);
        assertThat(pair(server.client(5).as("bob")).code()).isZero();
        server.advance(Duration.ofSeconds(30));
        assertThat(pair(server.client(4)).code()).isZero();
    }

    /** Answers and messages are written into buffers that were used before; nothing of that may show. */
    @Test
    void s27_paddingIsZeroAndOfNothingElse() {
        VirtualServer server = new VirtualServer();
        VirtualClient client = server.client(1);
        TransportAddress relayed = client.allocated();
        TransportAddress peer = TransportAddress.parse("20.0.0.1:7000");
        client.permit(peer);
        byte[] earlier = new byte[400];
        Arrays.fill(earlier, (byte) 0xEE);
        server.peerSends(peer, relayed, earlier);
        client.received();

        server.peerSends(peer, relayed, new byte[] {1});
        ByteBuffer indication = client.received().get(0);
        assertThat(indication.getInt(indication.limit() - 4)).isEqualTo(0x01000000);

        Reply unknown = client.request(Method.REFRESH, encoder -> encoder.flag(0x7F01));
        assertThat(unknown.code()).isEqualTo(420);
        int value = unknown.message.valueOffset(unknown.message.indexOf(AttributeType.UNKNOWN_ATTRIBUTES));
        assertThat(unknown.message.buffer().getInt(value)).isEqualTo(0x7F010000);
    }

    private static VirtualClient stream(VirtualServer server, int port) {
        return new VirtualClient(
                server,
                new FiveTuple(
                        TransportProtocol.TCP, TransportAddress.parse("203.0.113.8:" + port), VirtualServer.LISTENER));
    }

    private static Reply pair(VirtualClient client) {
        return client.allocate(encoder -> encoder.u8(AttributeType.EVEN_PORT, EVEN_AND_NEXT));
    }
}
