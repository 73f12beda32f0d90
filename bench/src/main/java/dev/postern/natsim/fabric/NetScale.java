package dev.postern.natsim.fabric;

import com.sun.management.ThreadMXBean;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBoxBenchmark;
import dev.postern.natsim.NatPreset;
import dev.postern.natsim.Verdict;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/**
 * Says what networks of 10 to 10,000 hosts take, two hosts behind each NAT: heap per host before and after it has talked, CPU
 * time of the one thread and garbage per packet. Run it with {@code java -Xmx2g -XX:+UseSerialGC -cp bench/target/benchmarks.jar
 * dev.postern.natsim.fabric.NetScale}; it prints tables.
 *
 * <p>Each host asks one mirror on the internet who it is, round after round, as keep-alives do; a packet is a datagram on its
 * whole way, through two lines and the NAT.
 */
@NullMarked
public final class NetScale {

    private static final int[] HOSTS = {10, 100, 1000, 10_000};
    private static final int PACKETS = 400_000;
    private static final int HOSTS_PER_NAT = 2;
    private static final int WARM_UP_ROUNDS = 4;
    private static final int GC_ROUNDS = 4;
    private static final long MILLI = 1_000_000;
    private static final NatBehaviour NAT = NatBehaviour.portRestricted();
    private static final Link HOME = Link.latency(Duration.ofMillis(10));

    private final VirtualNet net = new VirtualNet(1, 0);
    private final TransportAddress mirror = TransportAddress.parse("198.51.100.1:3478");
    private final ByteBuffer payload = ByteBuffer.allocate(100);
    private final List<UdpPort> ports = new ArrayList<>();
    private long answers;

    private NetScale(int hosts) {
        UdpPort[] self = new UdpPort[1];
        self[0] = net.host("mirror", net.internet(), mirror.ip(), Link.PERFECT)
                .open(mirror.port(), (now, from, data) -> self[0].send(from, data));
        for (int home = 0; home < hosts / HOSTS_PER_NAT; home++) {
            Zone zone = net.zone("home " + home);
            IpAddress external = IpAddress.ofIpv4(0x0B000000 + home);
            net.nat("nat " + home, zone, net.internet(), NAT, external, HOME);
            for (int i = 0; i < HOSTS_PER_NAT; i++) {
                Host host = net.host("host " + home + "." + i, zone, IpAddress.ofIpv4(0x0A000002 + i), Link.PERFECT);
                ports.add(host.open(5000 + i, (now, from, data) -> answers++));
            }
        }
    }

    /** Each host sends once and is answered; in one millisecond of virtual time all of them do. */
    private void round() {
        long start = net.nowNanos();
        for (int i = 0; i < ports.size(); i++) {
            UdpPort port = ports.get(i);
            net.at(start + i * MILLI / ports.size(), () -> port.send(mirror, payload));
        }
        net.runUntil(start + 50 * MILLI);
    }

    public static void main(String[] arguments) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        engine(threads, thread);
        warmUp();
        System.out.println("hosts    NATs   B/host idle   B/host talking   packets   CPU ns/packet   B/packet");
        for (int hosts : HOSTS) {
            row(hosts, threads, thread);
        }
    }

    /** In a method of its own, so that nothing holds the network of the row before. */
    private static void row(int hosts, ThreadMXBean threads, long thread) {
        long empty = usedBytes();
        NetScale scale = new NetScale(hosts);
        long idle = usedBytes();
        scale.round();
        long talking = usedBytes();
        int rounds = PACKETS / 2 / hosts;
        long allocated = threads.getThreadAllocatedBytes(thread);
        long started = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < rounds; i++) {
            scale.round();
        }
        long nanos = threads.getCurrentThreadCpuTime() - started;
        allocated = threads.getThreadAllocatedBytes(thread) - allocated;
        long packets = 2L * rounds * hosts;
        if (scale.answers != (rounds + 1L) * hosts) {
            throw new IllegalStateException(scale.answers + " answers of " + (rounds + 1L) * hosts);
        }
        System.out.printf(
                "%-8d %-6d %-13d %-16d %-9d %-15d %d%n",
                hosts,
                hosts / HOSTS_PER_NAT,
                (idle - empty) / hosts,
                (talking - empty) / hosts,
                packets,
                nanos / packets,
                allocated / packets);
    }

    /** One packet from inside through a NAT alone, which knows 1,000 flows. */
    private static void engine(ThreadMXBean threads, long thread) {
        System.out.println("NAT alone         CPU ns/packet   B/packet");
        for (NatPreset preset : List.of(NatPreset.FULL_CONE, NatPreset.PORT_RESTRICTED, NatPreset.SYMMETRIC)) {
            NatBoxBenchmark nat = new NatBoxBenchmark();
            nat.preset = preset.name();
            nat.openFlows();
            for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                packets(nat);
            }
            long allocated = threads.getThreadAllocatedBytes(thread);
            long started = threads.getCurrentThreadCpuTime();
            packets(nat);
            long nanos = threads.getCurrentThreadCpuTime() - started;
            allocated = threads.getThreadAllocatedBytes(thread) - allocated;
            System.out.printf("%-17s %-15d %d%n", preset.label(), nanos / PACKETS, allocated / PACKETS);
        }
    }

    private static void packets(NatBoxBenchmark nat) {
        for (int i = 0; i < PACKETS; i++) {
            if (nat.outbound() instanceof Verdict.Drop drop) {
                throw new IllegalStateException(drop.sentence());
            }
        }
    }

    private static void warmUp() {
        NetScale scale = new NetScale(100);
        for (int i = 0; i < 2000; i++) {
            scale.round();
        }
    }

    /** The heap in use once what nobody needs is gone. */
    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < GC_ROUNDS; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
