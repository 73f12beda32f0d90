package dev.postern.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the cells: in each, every server has its turn in every repeat, in an order that turns round from one repeat to the next, so that whatever
 * else the machine does meets all of them alike. Servers for packets live through the whole run and are warmed up before each cell.
 */
final class InterleavedRun implements AutoCloseable {

    private static final String WARM_UP_SECONDS = "3";
    private static final int COLD_ALLOCATIONS = 500;
    private static final int WARM_UP_ROUNDS = 5;
    private static final int WARM_UP_ALLOCATIONS = 1000;
    private static final int HELD_ALLOCATIONS = 10_000;
    private static final int HOLD_SECONDS = 2;

    private final BenchOptions options;
    private final Network network;
    private final LoadTools tools;
    private final Path raw;
    private final PrintStream progress;
    private final List<Variant> variants = new ArrayList<>();
    private final List<ServerProcess> running = Collections.synchronizedList(new ArrayList<>());
    private final List<Sample> samples = new ArrayList<>();

    /** @param raw gets a line of JSON for each result as soon as it is there */
    InterleavedRun(BenchOptions options, Network network, LoadTools tools, Path raw, PrintStream progress) {
        this.options = options;
        this.network = network;
        this.tools = tools;
        this.raw = raw;
        this.progress = progress;
    }

    List<Sample> run() throws IOException, InterruptedException {
        for (Variant variant : options.variants()) {
            variants.add(variant.copiedTo(tools.folder()));
        }
        for (Cell cell : options.cells()) {
            if (cell.kind() == Cell.Kind.ALLOCATIONS) {
                stopServers();
                runAllocations();
            } else {
                runOnWarmServers(cell);
            }
        }
        return List.copyOf(samples);
    }

    private void runOnWarmServers(Cell cell) throws IOException, InterruptedException {
        if (running.isEmpty()) {
            for (String name : options.servers()) {
                start(name);
            }
        }
        for (ServerProcess server : List.copyOf(running)) {
            load(cell, server, WARM_UP_SECONDS, "0");
        }
        for (int repeat = 0; repeat < options.repeats(); repeat++) {
            for (ServerProcess server : inTurn(List.copyOf(running), repeat)) {
                String json = load(cell, server, Integer.toString(options.seconds()), "1");
                add(cell.rows().get(0), server, repeat, json);
            }
        }
    }

    private String load(Cell cell, ServerProcess server, String seconds, String warmUp)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(cell.options());
        words.addAll(List.of("--seconds", seconds, "--warmup", warmUp));
        return cell.kind() == Cell.Kind.BINDING ? tools.binding(server, words) : tools.relay(server, words);
    }

    /** A server that has only just started, then the same one warm: each repeat has a new process. */
    private void runAllocations() throws IOException, InterruptedException {
        for (int repeat = 0; repeat < options.repeats(); repeat++) {
            for (String name : inTurn(options.servers(), repeat)) {
                ServerProcess server = start(name);
                add(Cell.COLD, server, repeat, hold(server, COLD_ALLOCATIONS, 0));
                for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                    hold(server, WARM_UP_ALLOCATIONS, 0);
                }
                String held = hold(server, HELD_ALLOCATIONS, HOLD_SECONDS);
                add(Cell.WARM, server, repeat, held);
                add(Cell.MEMORY, server, repeat, held);
                stopServers();
            }
        }
    }

    private String hold(ServerProcess server, int allocations, int seconds) throws IOException, InterruptedException {
        return tools.relay(
                server, List.of("--allocations", Integer.toString(allocations), "--hold", Integer.toString(seconds)));
    }

    /** The list as it is, or turned round in every second repeat. */
    static <T> List<T> inTurn(List<T> all, int repeat) {
        List<T> order = new ArrayList<>(all);
        if (repeat % 2 == 1) {
            Collections.reverse(order);
        }
        return order;
    }

    private ServerProcess start(String name) throws IOException, InterruptedException {
        ServerProcess server = ServerProcess.start(options, network, tools.folder(), name, variant(name));
        running.add(server);
        server.awaitReady(tools);
        return server;
    }

    private @Nullable Variant variant(String name) {
        return variants.stream()
                .filter(variant -> variant.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private void add(Row row, ServerProcess server, int repeat, String json) throws IOException {
        Sample sample = Sample.parse(row.name(), server.name(), repeat, json);
        samples.add(sample);
        Files.writeString(raw, sample.raw() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        progress.printf(
                "%-13s %d/%d  %-12s %9.2f %s  %s%n",
                row.name(),
                repeat + 1,
                options.repeats(),
                server.name(),
                sample.number(row.metric()),
                row.unit(),
                sample.flaw());
    }

    private void stopServers() {
        List.copyOf(running).forEach(ServerProcess::close);
        running.clear();
    }

    /** Stops what runs; any thread. */
    @Override
    public void close() {
        stopServers();
    }
}
