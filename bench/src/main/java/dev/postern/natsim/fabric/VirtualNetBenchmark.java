package dev.postern.natsim.fabric;

import dev.postern.natsim.NatPreset;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One datagram from a host through its NAT to a host on the internet: sent, carried over four lines, judged, heard. */
@NullMarked
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class VirtualNetBenchmark {

    private static final TransportAddress SERVER = TransportAddress.parse("198.51.100.1:3478");

    /** What the line between the NAT and the internet does. */
    public enum Access {
        PERFECT,
        ROUGH;

        private LinkConditions conditions() {
            return switch (this) {
                case PERFECT -> LinkConditions.PERFECT;
                case ROUGH ->
                    LinkConditions.builder()
                            .latency(Duration.ofMillis(10))
                            .jitter(Duration.ofMillis(5))
                            .loss(0.01)
                            .bursts(Bursts.of(0.01, 5))
                            .bitsPerSecond(1_000_000_000)
                            .build();
            };
        }
    }

    @Param({"FULL_CONE", "PORT_RESTRICTED", "SYMMETRIC"})
    public String preset = "FULL_CONE";

    @Param({"PERFECT", "ROUGH"})
    public Access access = Access.PERFECT;

    @Param({"0", "10000"})
    public int traceEvents;

    private VirtualNet net = new VirtualNet(1, 0);
    private UdpPort client = port(net);
    private final ByteBuffer payload = ByteBuffer.allocate(172);
    private long heard;

    @Setup
    public void connect() {
        net = new VirtualNet(1, traceEvents);
        Zone home = net.zone("home");
        net.nat(
                "nat",
                home,
                net.internet(),
                NatPreset.valueOf(preset).behaviour(),
                IpAddress.parse("203.0.113.1"),
                Link.both(access.conditions()));
        client = net.host("client", home, IpAddress.parse("10.0.0.2"), Link.PERFECT)
                .open(5000, (now, from, data) -> {});
        net.host("server", net.internet(), SERVER.ip(), Link.PERFECT).open(SERVER.port(), (now, from, data) -> heard++);
    }

    private static UdpPort port(VirtualNet net) {
        return net.host("unused", net.internet(), SERVER.ip(), Link.PERFECT).open(1, (now, from, data) -> {});
    }

    @Benchmark
    public long datagram() {
        client.send(SERVER, payload);
        net.runUntil(net.nowNanos() + 20_000_000);
        return heard;
    }
}
