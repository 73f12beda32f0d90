package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.Random;
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

/** One packet through a NAT that knows 1,000 flows already. */
@NullMarked
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NatBoxBenchmark {

    private static final int FLOWS = 1000;

    @Param({"FULL_CONE", "PORT_RESTRICTED", "SYMMETRIC"})
    public String preset = "FULL_CONE";

    private NatBox nat = fresh(NatPreset.FULL_CONE);
    private final Packet[] packets = new Packet[FLOWS];
    private long now;
    private int next;

    @Setup
    public void openFlows() {
        nat = fresh(NatPreset.valueOf(preset));
        TransportAddress peer = TransportAddress.parse("198.51.100.7:4000");
        for (int i = 0; i < FLOWS; i++) {
            TransportAddress inside = TransportAddress.of(IpAddress.ofIpv4(0x0A000002), 10_000 + i);
            packets[i] = Packet.udp(inside, peer, ByteBuffer.allocate(172));
            nat.outbound(packets[i], 0);
        }
    }

    @Benchmark
    public Verdict outbound() {
        next = next + 1 == FLOWS ? 0 : next + 1;
        return nat.outbound(packets[next], now += 1000);
    }

    private static NatBox fresh(NatPreset preset) {
        return new NatBox(preset.behaviour(), IpAddress.ofIpv4(0x05050505), new Random(1));
    }
}
