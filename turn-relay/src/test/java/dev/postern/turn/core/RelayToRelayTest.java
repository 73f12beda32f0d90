package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Two clients of one server whose peers are each other's relayed address, with and without a 1:1 NAT in front. */
class RelayToRelayTest {

    private static final byte[] HELLO = {1, 2, 3, 4, 5};

    @Test
    void dataGoesFromAllocationToAllocationInsideTheEngine() {
        assertCallWorks(new VirtualServer());
    }

    @Test
    void dataGoesFromAllocationToAllocationByTheirExternalAddresses() {
        assertCallWorks(new VirtualServer(natted()));
    }

    @Test
    void allocationThatDoesNotPermitTheOtherHearsNothingOfIt() {
        VirtualServer server = new VirtualServer();
        VirtualClient a = server.client(1);
        VirtualClient b = server.client(2);
        a.allocated();
        TransportAddress relayB = b.allocated();
        a.permit(relayB);

        a.indicate(relayB, HELLO);

        assertThat(b.received()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_FROM_PEER_NO_PERMISSION)).isEqualTo(1);
    }

    @Test
    void clientMayCallItsOwnRelay() {
        VirtualServer server = new VirtualServer();
        VirtualClient a = server.client(1);
        TransportAddress relayed = a.allocated();
        a.bind(0x4000, relayed);

        a.channelData(0x4000, HELLO);

        assertThat(a.received()).containsExactly(channelData(0x4000));
    }

    /** Another shard's relay is reached through the sockets, by its bound address; its answers come from there too. */
    @Test
    void anotherShardsRelayIsReachedByItsBoundAddressAndKnownByItsExternalOne() {
        VirtualServer server = new VirtualServer(natted());
        RecordingOutput otherOutput = new RecordingOutput();
        TurnEngine otherShard = new TurnEngine(server.shared, otherOutput);
        VirtualClient a = server.client(1);
        TransportAddress relayA = a.allocated();
        TransportAddress relayB = allocateOn(otherShard, otherOutput, server);
        a.bind(0x4000, relayB);

        a.channelData(0x4000, HELLO);

        RelaySocket legB = otherOutput.open.get(0);
        assertThat(server.takeToPeers()).singleElement().satisfies(sent -> {
            assertThat(sent.peer()).isEqualTo(legB.bound());
            assertThat(sent.peer().ip()).hasToString("10.9.9.9");
        });
        server.peerSends(legB.bound(), relayA, HELLO);
        assertThat(a.received()).containsExactly(channelData(0x4000));
        assertThat(relayB.ip()).hasToString("192.0.2.99");
    }

    private static TransportAddress allocateOn(TurnEngine engine, RecordingOutput output, VirtualServer server) {
        VirtualClient b = server.client(2);
        ByteBuffer request = b.signed(
                Method.ALLOCATE,
                TurnRequest.newId(),
                encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP));
        engine.onClientData(server.now, b.path, request);
        RecordingOutput.Open asked = output.opens.remove();
        output.open.add(asked.socket());
        engine.onRelayOpened(server.now, asked.socket(), asked.bind());
        return new Reply(output.toClients.get(0).message()).relayed();
    }

    private static void assertCallWorks(VirtualServer server) {
        VirtualClient a = server.client(1);
        VirtualClient b = server.client(2);
        TransportAddress relayA = a.allocated();
        TransportAddress relayB = b.allocated();
        a.permit(relayB);
        b.bind(0x4001, relayA);

        a.indicate(relayB, HELLO);
        assertThat(b.received()).containsExactly(channelData(0x4001));
        b.channelData(0x4001, HELLO);
        Reply indication = a.dataIndication();
        assertThat(indication.address(AttributeType.XOR_PEER_ADDRESS)).isEqualTo(relayB);
        assertThat(indication.bytes(AttributeType.DATA)).isEqualTo(HELLO);
        a.bind(0x4002, relayB);
        b.channelData(0x4001, HELLO);
        assertThat(a.received()).containsExactly(channelData(0x4002));
        assertThat(server.takeToPeers()).as("no socket is needed").isEmpty();
        assertThat(server.count(TurnCounter.PACKETS_BETWEEN_RELAYS)).isEqualTo(3);
    }

    private static TurnConfig.Builder natted() {
        return VirtualServer.configWithoutRelay().relayAddress("10.9.9.9").externalAddress("192.0.2.99");
    }

    private static ByteBuffer channelData(int number) {
        ByteBuffer message = ByteBuffer.allocate(4 + HELLO.length);
        ChannelData.putHeader(message, 0, number, HELLO.length);
        return message.put(4, HELLO);
    }
}
