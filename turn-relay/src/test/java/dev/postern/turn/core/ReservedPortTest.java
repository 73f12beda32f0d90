package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The socket of a port that EVEN-PORT reserves (RFC 8656 section 7.2): bound from the start, and on the shard that bound it. */
class ReservedPortTest {

    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");
    private static final byte[] HELLO = {1, 2, 3, 4};

    private final VirtualServer server = VirtualServer.ofShards(2, VirtualServer.config());
    private final VirtualClient first = server.client(1);

    @Test
    void rfc8656_056_reservedPortIsBoundBeforeItsTokenIsKnown() {
        server.holdOpens = true;
        first.push(pairRequest(first));
        server.settleNext();
        assertThat(first.received()).isEmpty();
        server.settleNext();

        int even = VirtualClient.only(first.received()).relayed().port();
        assertThat(boundPorts(server)).containsExactlyInAnyOrder(even, even + 1);
    }

    @Test
    void rfc8656_062_tokenTakesTheSocketThatIsBound() {
        Reply pair = reserve(first);
        int opened = server.output.opened;
        VirtualClient second = server.client(2);

        TransportAddress relayed = redeem(second, pair).relayed();

        assertThat(relayed.port()).isEqualTo(pair.relayed().port() + 1);
        assertThat(server.output.opened).isEqualTo(opened);
        assertTalks(second, relayed);
        second.refresh(0);
        first.refresh(0);
        server.assertNothingIsHeld();
    }

    @Test
    void rfc8656_062_portIsClosedWhenNobodyBringsItsToken() {
        Reply pair = reserve(first);
        first.refresh(0);
        server.advance(Duration.ofSeconds(30).minusNanos(1));
        assertThat(boundPorts(server)).containsExactly(pair.relayed().port() + 1);

        server.advance(Duration.ofNanos(1));

        server.assertNothingIsHeld();
    }

    @Test
    void rfc8656_082_nothingIsRelayedThatCameBeforeThePermission() {
        Reply pair = reserve(first);
        TransportAddress above =
                TransportAddress.of(pair.relayed().ip(), pair.relayed().port() + 1);
        server.peerSends(PEER, above, HELLO);
        VirtualClient second = server.client(2);
        redeem(second, pair);
        server.peerSends(PEER, above, HELLO);
        second.permit(PEER);

        assertThat(second.received()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_FROM_PEER_NO_PERMISSION)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {50_000, 50_001})
    void rfc8656_056_pairOfWhichOnePortIsInUseGivesWayToAnother(int inUse) {
        VirtualServer busy = new VirtualServer(VirtualServer.config().relayPorts("50000-50003"));
        busy.portsInUse.add(inUse);
        for (int i = 1; i <= 20; i++) {
            VirtualClient client = busy.client(i);
            assertThat(reserve(client).relayed().port()).isEqualTo(50_002);
            assertThat(boundPorts(busy)).containsExactlyInAnyOrder(50_002, 50_003);
            client.refresh(0);
            busy.advance(Duration.ofSeconds(30));
            busy.assertNothingIsHeld();
        }
        assertThat(busy.count(TurnCounter.RELAY_OPEN_RETRIES)).isPositive();
    }

    @Test
    void rfc8656_057_pairIsGivenUpWith508AfterABoundedNumberOfTries() {
        VirtualServer busy = new VirtualServer(VirtualServer.config().relayPorts("50000-50999"));
        for (int port = 50_001; port < 51_000; port += 2) {
            busy.portsInUse.add(port);
        }

        assertThat(VirtualClient.only(busy.client(1).exchange(pairRequest(busy.client(1))))
                        .code())
                .isEqualTo(508);

        assertThat(busy.output.opened).isEqualTo(AllocateProcedure.MAX_OPEN_ATTEMPTS);
        busy.assertNothingIsHeld();
    }

    /** At any of the two sockets, which open or not. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void s22_streamThatClosesWhileThePairOpensLeavesNothing(int how) {
        VirtualClient stream = server.streamClient(1);
        server.holdOpens = true;
        stream.push(pairRequest(stream));
        if (how >= 2) {
            server.settleNext();
        }
        stream.closeStream();
        if (how % 2 == 1) {
            server.portsInUse.add(server.output.opens.element().bind().port());
        }
        server.holdOpens = false;
        server.settle();

        assertThat(stream.received()).isEmpty();
        server.assertNothingIsHeld();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void stoppingServerClosesThePort(int opened) {
        server.holdOpens = true;
        first.push(pairRequest(first));
        for (int i = 0; i < opened; i++) {
            server.settleNext();
        }
        server.holdOpens = false;

        server.stop();

        server.assertNothingIsHeld();
        server.advance(Duration.ofSeconds(31));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UDP", "TCP"})
    void rfc8656_062_tokenHeardByAnotherShardTakesTheSocketWhereItIs(TransportProtocol protocol) {
        Reply pair = reserve(first);
        int opened = server.output.opened;
        VirtualClient second = protocol == TransportProtocol.UDP ? server.client(2) : server.streamClient(2);
        second.at(1);

        TransportAddress relayed = redeem(second, pair).relayed();

        assertThat(relayed.port()).isEqualTo(pair.relayed().port() + 1);
        assertThat(server.output.opened).isEqualTo(opened);
        assertTalks(second, relayed);
        assertThat(server.engines.get(1).count(TurnCounter.REQUESTS))
                .as("all but the first challenge is answered where the socket is")
                .isEqualTo(1);
        if (protocol == TransportProtocol.UDP) {
            second.refresh(0);
        } else {
            second.closeStream();
        }
        first.refresh(0);
        server.assertNothingIsHeld();
    }

    @Test
    void rfc8656_053_tokenHeardByAnotherShardIsRefusedAsAnywhere() {
        Reply pair = reserve(first);
        VirtualClient other = server.client(2).at(1).as("bob");
        assertThat(withToken(other, token(pair)).code()).isEqualTo(508);
        VirtualClient late = server.client(3).at(1);
        redeem(late, pair);
        assertThat(withToken(server.client(4).at(1), token(pair)).code()).isEqualTo(508);
        late.refresh(0);
        first.refresh(0);
        server.assertNothingIsHeld();
    }

    @Test
    void rfc8656_049_tokenOnAPathThatHasAnAllocationElsewhereIsAnswered437AndStaysGood() {
        Reply pair = reserve(first);
        VirtualClient second = server.client(2).at(1);
        second.allocated();

        assertThat(withToken(second, token(pair)).code()).isEqualTo(437);

        redeem(server.client(3), pair);
    }

    @Test
    void retransmittedTokenGetsTheSameAnswerFromTheOtherShard() {
        Reply pair = reserve(first);
        VirtualClient second = server.client(2).at(1).challenged();
        ByteBuffer request = second.signed(
                Method.ALLOCATE,
                TurnRequest.newId(),
                encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP)
                        .u64(AttributeType.RESERVATION_TOKEN, token(pair)));

        List<ByteBuffer> answers = second.exchange(request);

        assertThat(second.exchange(request)).isEqualTo(answers);
        assertThat(server.count(TurnCounter.ALLOCATIONS_OPENED)).isEqualTo(2);
    }

    @Test
    void s06_reservedPortIsNoPeerBeforeItIsSomebodys() {
        Reply pair = reserve(first);
        TransportAddress above =
                TransportAddress.of(pair.relayed().ip(), pair.relayed().port() + 1);
        assertThat(first.bind(0x4000, above).code()).isEqualTo(403);

        VirtualClient second = server.client(2);
        redeem(second, pair);

        assertThat(first.bind(0x4000, above).code()).isZero();
        second.permit(pair.relayed());
        first.channelData(0x4000, HELLO);
        assertThat(second.dataIndication().bytes(AttributeType.DATA)).isEqualTo(HELLO);
    }

    private void assertTalks(VirtualClient client, TransportAddress relayed) {
        assertThat(client.permit(PEER).code()).isZero();
        server.takeToPeers();
        client.indicate(PEER, HELLO);
        assertThat(server.takeToPeers())
                .singleElement()
                .satisfies(sent -> assertThat(sent.socket().relayed()).isEqualTo(relayed));
        server.peerSends(PEER, relayed, HELLO);
        assertThat(client.dataIndication().bytes(AttributeType.DATA)).isEqualTo(HELLO);
    }

    private static List<Integer> boundPorts(VirtualServer of) {
        return of.output.open.stream().map(socket -> socket.bound().port()).toList();
    }

    private static ByteBuffer pairRequest(VirtualClient client) {
        return client.signed(
                Method.ALLOCATE,
                TurnRequest.newId(),
                encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP)
                        .u8(AttributeType.EVEN_PORT, 0x80));
    }

    private static Reply reserve(VirtualClient client) {
        Reply pair = VirtualClient.only(client.exchange(pairRequest(client)));
        assertThat(pair.code()).isZero();
        return pair;
    }

    private static Reply redeem(VirtualClient client, Reply pair) {
        Reply reply = withToken(client, token(pair));
        assertThat(reply.code()).isZero();
        return reply;
    }

    private static long token(Reply pair) {
        return pair.u64(AttributeType.RESERVATION_TOKEN);
    }

    private static Reply withToken(VirtualClient client, long token) {
        return client.allocate(encoder -> encoder.u64(AttributeType.RESERVATION_TOKEN, token));
    }
}
