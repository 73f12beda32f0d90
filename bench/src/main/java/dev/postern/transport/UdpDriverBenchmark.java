package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Datagrams from a client over loopback into a driver and back out of it. The client's own two system calls per datagram, on the same thread, are
 * part of the figure: it is for comparing drivers, and for the bytes that a driver allocates. The driver is the one that a server would choose on this JVM.
 */
@NullMarked
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class UdpDriverBenchmark {

    private static final int BATCH = 16;
    private static final int BYTES = 176;
    private static final TransportAddress ANY_PORT = TransportAddress.parse("127.0.0.1:0");

    private final ByteBuffer data = ByteBuffer.allocateDirect(BYTES);
    private final Echo echo = new Echo();
    private final UdpDriver driver;
    private final DatagramChannel client;

    public UdpDriverBenchmark() {
        try {
            ShardsConfig config = ShardsConfig.builder()
                    .listen(ListenAddress.parse("udp://" + ANY_PORT))
                    .build();
            driver = UdpDrivers.choose(config).open(new Counters<>(TransportCounter.class));
            client = DatagramChannel.open();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Setup
    public void connect() throws IOException {
        TransportAddress listener = driver.listen(ANY_PORT, UdpDriver.Sharing.ALONE);
        client.connect(listener.toSocketAddress());
    }

    @TearDown
    public void close() throws IOException {
        client.close();
        driver.close();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int sixteenThereAndBack() throws IOException {
        return thereAndBack(BATCH);
    }

    @Benchmark
    public int oneThereAndBack() throws IOException {
        return thereAndBack(1);
    }

    private int thereAndBack(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            client.write(data.clear());
        }
        echo.received = 0;
        while (echo.received < count) {
            driver.poll(UdpDriver.FOREVER, echo);
        }
        driver.flush();
        for (int i = 0; i < count; i++) {
            client.read(data.clear());
        }
        return echo.received;
    }

    private final class Echo implements UdpDriver.Receiver {
        private int received;

        @Override
        public void onBatch() {}

        @Override
        public void onDatagram(FiveTuple path, ByteBuffer datagram) {
            received++;
            driver.toClient(path, datagram);
        }

        @Override
        public void onRelayDatagram(Relay relay, TransportAddress peer, ByteBuffer datagram) {
            throw new IllegalStateException("no relay is open");
        }
    }
}
