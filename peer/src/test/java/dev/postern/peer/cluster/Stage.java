package dev.postern.peer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.Backplane;
import dev.postern.signaling.ClusterState;
import dev.postern.signaling.InMemoryBackplane;
import dev.postern.signaling.SignalingCluster;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.Protocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Several servers in this JVM with real sockets, and a load balancer in front of them. */
final class Stage implements AutoCloseable {

    private static final String SECRET = "the tests' cluster has this secret";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(40);
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    final InMemoryBackplane.Memory memory = new InMemoryBackplane.Memory();
    final RoundRobin balancer = new RoundRobin();
    final List<Node> nodes = new ArrayList<>();
    private final boolean isBad;

    /** A server, and its door to the others. */
    record Node(SignalingServer server, Backplane backplane) {

        URI socket() {
            return server.socketUri();
        }

        ClusterState state() {
            return Objects.requireNonNull(server.clusterState());
        }
    }

    Stage(int count) {
        this(count, false);
    }

    /** Whether the backplane is a bad one. */
    Stage(int count, boolean isBad) {
        this.isBad = isBad;
        for (int i = 0; i < count; i++) {
            start();
        }
        awaitAll();
    }

    Node start() {
        return start(0, null);
    }

    /** A node that names its own address, so that others send their clients there when they stop. */
    Node startWithAddress() {
        int port = freePort();
        return start(port, URI.create("ws://127.0.0.1:" + port + Protocol.SOCKET_PATH));
    }

    /** Below the range that systems give to clients, so that no other test gets the port before it is used. */
    private static int freePort() {
        return IntStream.generate(() -> ThreadLocalRandom.current().nextInt(20_000, 32_000))
                .limit(200)
                .filter(Stage::isFree)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return free.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private Node start(int port, @Nullable URI address) {
        Backplane good = new InMemoryBackplane(memory);
        Backplane backplane = isBad ? new BadBackplane(good, nodes.size()) : good;
        SignalingConfig config = SignalingConfig.builder()
                .listen("127.0.0.1", port)
                .allowNoOrigin(true)
                .limit(SignalingLimit.MESSAGES_PER_SECOND, 100_000)
                .limit(SignalingLimit.MESSAGE_BURST, 100_000)
                .time(SignalingTime.NODE_LOST_AFTER, Duration.ofMillis(300))
                .time(SignalingTime.SETTLE, Duration.ofSeconds(2))
                .time(SignalingTime.DRAIN_DEADLINE, Duration.ofMinutes(1))
                .time(SignalingTime.STOP_DEADLINE, Duration.ofMillis(500))
                .cluster(new SignalingCluster(backplane, SECRET, address))
                .build();
        try {
            Node node = new Node(SignalingServer.start(config), backplane);
            nodes.add(node);
            use();
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void use() {
        balancer.use(nodes.stream().map(Node::socket).toList());
    }

    /** Waits until all nodes know each other. */
    void awaitAll() {
        await(
                "all nodes see each other",
                () -> nodes.stream()
                        .allMatch(node ->
                                node.state().isUp() && node.state().others().size() == nodes.size() - 1));
    }

    /** Drains a node as a rolling restart does, and ends it. */
    void drain(Node node) throws Exception {
        nodes.remove(node);
        use();
        node.server().drain().toCompletableFuture().get(80, TimeUnit.SECONDS);
        node.server().close();
    }

    /** Ends a node without a word to the others. */
    void kill(Node node) {
        nodes.remove(node);
        use();
        node.backplane().close();
        node.server().close();
    }

    static void await(String what, BooleanSupplier condition) {
        long startNanos = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - startNanos).as(what).isLessThan(PATIENCE_NANOS);
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    @Override
    public void close() throws IOException {
        nodes.forEach(node -> node.server().close());
        balancer.close();
    }
}
