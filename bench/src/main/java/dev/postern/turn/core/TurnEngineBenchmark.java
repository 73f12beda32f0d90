package dev.postern.turn.core;

import dev.postern.stun.ChannelData;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One voice packet through a channel of the relay's engine, either way, without sockets. */
@NullMarked
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TurnEngineBenchmark {

    private static final int PAYLOAD_BYTES = 172;
    private static final int HEADROOM = 64;

    private final OneChannel channel = new OneChannel();
    private final ByteBuffer fromClient = ByteBuffer.allocateDirect(ChannelData.HEADER_BYTES + PAYLOAD_BYTES);
    private final ByteBuffer fromPeer = ByteBuffer.allocateDirect(HEADROOM + PAYLOAD_BYTES);

    @Setup
    public void relayOneEachWay() {
        ChannelData.putHeader(fromClient, 0, OneChannel.NUMBER, PAYLOAD_BYTES);
        clientToPeer();
        peerToClient();
        if (channel.engine.count(TurnCounter.PACKETS_TO_PEERS) != 1
                || channel.engine.count(TurnCounter.PACKETS_TO_CLIENTS) != 1) {
            throw new IllegalStateException("packets do not pass, so their cost would be another one");
        }
    }

    @Benchmark
    public @Nullable Object clientToPeer() {
        channel.engine.onClientData(0, channel.path, fromClient.clear());
        return channel.last;
    }

    @Benchmark
    public @Nullable Object peerToClient() {
        fromPeer.clear().position(HEADROOM);
        channel.engine.onRelayData(0, channel.socket(), OneChannel.PEER, fromPeer);
        return channel.last;
    }
}
