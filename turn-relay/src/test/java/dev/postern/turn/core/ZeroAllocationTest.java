package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.postern.stun.ChannelData;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TrafficLimits;
import dev.postern.turn.TrafficLimits.Rate;
import dev.postern.turn.TurnCounter;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packet path makes no garbage, with every limit on: the bytes that this thread allocates while the engine relays, as the JVM counts them. */
class ZeroAllocationTest {

    private static final int PACKETS = 100_000;
    private static final int PAYLOAD_BYTES = 1200;
    private static final Rate PLENTY = new Rate(1_000_000_000_000L, 1_000_000_000_000L, 1_000_000);
    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** With ports of their own, and with shared ones. */
    private static Stream<VirtualServer> servers() {
        return Stream.of(VirtualServer.config(), VirtualServer.sharing(2))
                .map(config -> new VirtualServer(config.traffic(new TrafficLimits(10, PLENTY, PLENTY, PLENTY, 60))));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void channelDataFromClientToPeerAllocatesNothing(VirtualServer server) {
        VirtualClient client = server.client(1);
        client.allocated();
        client.bind(0x4000, PEER);
        ByteBuffer packet = ByteBuffer.allocateDirect(ChannelData.HEADER_BYTES + PAYLOAD_BYTES);
        ChannelData.putHeader(packet, 0, 0x4000, PAYLOAD_BYTES);

        assertAllocatesNothing(
                server,
                () -> server.engine.onClientData(server.now, client.path, packet),
                TurnCounter.PACKETS_TO_PEERS);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void datagramFromPeerToClientsChannelAllocatesNothing(VirtualServer server) {
        VirtualClient client = server.client(1);
        RelaySocket socket = server.socketOf(client.allocated());
        client.bind(0x4000, PEER);
        ByteBuffer buffer = ByteBuffer.allocateDirect(64 + PAYLOAD_BYTES).position(64);

        assertAllocatesNothing(
                server,
                () -> server.engine.onRelayData(server.now, socket, PEER, buffer),
                TurnCounter.PACKETS_TO_CLIENTS);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void channelDataFromAllocationToAllocationAllocatesNothing(VirtualServer server) {
        VirtualClient client = server.client(1);
        VirtualClient other = server.client(2);
        TransportAddress here = client.allocated();
        TransportAddress there = other.allocated();
        client.bind(0x4000, there);
        other.bind(0x4001, here);
        ByteBuffer packet = ByteBuffer.allocateDirect(ChannelData.HEADER_BYTES + PAYLOAD_BYTES);

        assertAllocatesNothing(
                server,
                () -> {
                    ChannelData.putHeader(packet, 0, 0x4000, PAYLOAD_BYTES); // the engine wrote the other's over it
                    server.engine.onClientData(server.now, client.path, packet);
                },
                TurnCounter.PACKETS_BETWEEN_RELAYS);
    }

    /** Once the code is compiled; where the compiler was still at work, a later round is clean. */
    private void assertAllocatesNothing(VirtualServer server, Runnable packet, TurnCounter relayed) {
        server.output.discardsData = true;
        long leastBytes = Long.MAX_VALUE;
        for (int round = 0; round < 10 && leastBytes > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < PACKETS; i++) {
                packet.run();
            }
            leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(leastBytes).as("bytes for %d packets", PACKETS).isZero();
        assertThat(server.count(relayed)).isGreaterThanOrEqualTo(PACKETS);
    }
}
