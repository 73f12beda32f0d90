package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Shards of which the last one does all the work: what the others hear is handed over, over real sockets. */
@ExtendWith({NoLeaks.class, RunningDriver.class})
class HandOverIT {

    private static final int SHARDS = 3;
    private static final int WORKER = SHARDS - 1;
    private static final int CLIENTS = 16;

    private final List<ToyHandler> toys = new CopyOnWriteArrayList<>();

    /** Hands over what it hears, unless it is the worker; the worker echoes and closes a stream that says goodbye. */
    private ToyHandler idler(Shard shard) {
        ToyHandler toy = new ToyHandler(shard) {
            @Override
            public void onDatagram(long nowNanos, FiveTuple path, ByteBuffer data) {
                if (shard.index() == WORKER) {
                    super.onDatagram(nowNanos, path, data);
                } else {
                    shard.handOver(WORKER, path, data);
                }
            }

            @Override
            public void onFrame(long nowNanos, FiveTuple path, ByteBuffer frame) {
                if (shard.index() == WORKER) {
                    super.onFrame(nowNanos, path, frame);
                    shard.closeStream(path);
                } else {
                    shard.handOver(WORKER, path, frame);
                }
            }

            @Override
            public void onStreamClosed(long nowNanos, FiveTuple path) {
                if (shard.index() == WORKER) {
                    super.onStreamClosed(nowNanos, path);
                } else {
                    shard.handOverClose(WORKER, path);
                }
            }
        };
        toys.add(toy);
        return toy;
    }

    private Shards start(String address) {
        return Shards.start(
                ShardsConfig.builder()
                        .name("postern-test")
                        .listen(ListenAddress.parse(address))
                        .shards(SHARDS)
                        .build(),
                this::idler);
    }

    @Test
    void datagramsAreAnsweredByAnotherShardFromTheSameAddress() throws Exception {
        try (Shards shards = start("udp://127.0.0.1:0")) {
            TransportAddress server = shards.addresses().get(0).address();
            for (int i = 0; i < CLIENTS; i++) {
                try (Loopback client = new Loopback()) {
                    client.send(server, (byte) i);
                    assertThat(client.receive()).containsExactly(i);
                }
            }
            if (shards.size() == SHARDS) {
                assertThat(toys.get(WORKER).paths).hasSize(CLIENTS);
                Eventually.holds("handed over", () -> shards.count(TransportCounter.HANDED_OVER) > 0);
            }
        }
    }

    @Test
    void streamIsAnsweredClosedAndItsEndIsToldByAnotherShard() throws Exception {
        try (Shards shards = start("tcp://127.0.0.1:0")) {
            TransportAddress server = shards.addresses().get(0).address();
            List<StreamClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                StreamClient client = new StreamClient(server);
                clients.add(client);
                client.send(StreamClient.stun(i));
                assertThat(client.readFrame()).isEqualTo(StreamClient.stun(i));
                assertThat(client.readToEnd()).isZero();
            }
            Eventually.holds(
                    "every end is told to the worker",
                    () -> toys.get(WORKER).events.stream()
                                    .filter(event -> event.startsWith("closed"))
                                    .count()
                            == CLIENTS);
            assertThat(toys.get(WORKER).paths).hasSize(CLIENTS);
            for (StreamClient client : clients) {
                client.close();
            }
        }
    }
}
