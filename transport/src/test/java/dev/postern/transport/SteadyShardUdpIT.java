package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Garbage on the whole path of a shard: its driver, its loop and a handler that sends everything back. */
@ExtendWith({NoLeaks.class, RunningDriver.class})
class SteadyShardUdpIT {

    private static final int WINDOW = 2_000;

    private static final class Echo extends ToyHandler {
        Echo(Shard shard) {
            super(shard);
        }

        @Override
        public void onDatagram(long nowNanos, FiveTuple path, ByteBuffer data) {
            shard.toClient(path, data);
        }
    }

    /** The JDK's channel makes an address object whenever the source is another one than last time; the linux driver does not. */
    @Test
    void flowsOfSeveralClientsThroughAShardMakeNoGarbage() throws Exception {
        int clients = RunningDriver.NAME.equals("linux") ? 8 : 1;
        ShardsConfig config = ShardsConfig.builder()
                .name("postern-garbage")
                .listen(ListenAddress.parse("udp://127.0.0.1:0"))
                .shards(1)
                .build();
        List<DatagramChannel> channels = new ArrayList<>();
        try (Shards shards = Shards.start(config, Echo::new)) {
            TransportAddress server = shards.addresses().get(0).address();
            for (int i = 0; i < clients; i++) {
                channels.add(DatagramChannel.open().connect(server.toSocketAddress()));
            }
            long thread = shardThread();
            double bytesEach = Double.MAX_VALUE;
            for (int window = 0; window < 60 && bytesEach >= 1; window++) {
                bytesEach = bytesAllocatedPerDatagram(thread, channels);
            }

            assertThat(bytesEach).as("bytes per datagram").isLessThan(1);
        } finally {
            for (DatagramChannel channel : channels) {
                channel.close();
            }
        }
    }

    private static long shardThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("postern-garbage-shard-0"))
                .findFirst()
                .orElseThrow()
                .getId();
    }

    private static double bytesAllocatedPerDatagram(long thread, List<DatagramChannel> channels) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteBuffer data = ByteBuffer.allocateDirect(172);
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < WINDOW; i++) {
            DatagramChannel channel = channels.get(i % channels.size());
            channel.write(data.clear());
            channel.read(data.clear());
        }
        return (double) (threads.getThreadAllocatedBytes(thread) - before) / WINDOW;
    }
}
