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
            switch (cell.kind()) {
                case ALLOCATIONS -> {
                    stopServers();
                    runAllocations();
                }
                case HALF_LOAD -> {
                    stopServers();
                    runHalfLoad(cell);
                }
                case BINDING, PACKETS, OVERLOAD -> runOnWarmServers(cell);
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
        List<String> time = List.of("--seconds", seconds, "--warmup", warmUp);
        return switch (cell.kind()) {
            case BINDING -> tools.binding(server, joined(cell.options(), time));
            case OVERLOAD -> overload(server, time);
            case HALF_LOAD -> halfLoad(server, time);
            case PACKETS, ALLOCATIONS -> tools.relay(server, joined(cell.options(), time));
        };
    }

    private String overload(ServerProcess server, List<String> time) throws IOException, InterruptedException {
        double most = most(server, time);
        return Overload.joined(tools.relay(server, joined(Overload.open(most), time)), most);
    }

    private String halfLoad(ServerProcess server, List<String> time) throws IOException, InterruptedException {
        double most = most(server, List.of("--seconds", WARM_UP_SECONDS, "--warmup", "1"));
        return HalfLoad.joined(tools.relay(server, joined(HalfLoad.open(most), time)), most);
    }

    /** Packets per second of a closed loop. */
    private double most(ServerProcess server, List<String> time) throws IOException, InterruptedException {
        String closed = tools.relay(server, joined(Overload.closed(), time));
        return Sample.parse(Overload.ROW.name(), server.name(), 0, closed).number("rate");
    }

    private static List<String> joined(List<String> words, List<String> more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(more);
        return all;
    }

    /** One server after the other, each new, and not told to collect garbage: what it does in that time is what it is. */
    private void runHalfLoad(Cell cell) throws IOException, InterruptedException {
        for (String name : options.servers()) {
            Path log = tools.folder().resolve(name + "-gc.log");
            Files.deleteIfExists(log);
            Variant variant = variant(name);
            ServerProcess server = start(name, variant == null ? null : variant.loggingGc(log));
            load(cell, server, WARM_UP_SECONDS, "0");
            int before = linesOf(log).size();
            String json = load(cell, server, Integer.toString(60 * options.minutes()), "1");
            List<String> lines = linesOf(log);
            boolean logs = variant != null;
            add(
                    HalfLoad.ROW,
                    server,
                    0,
                    logs ? HalfLoad.joined(json, GcPauses.of(lines.subList(before, lines.size()))) : json);
            stopServers();
        }
    }

    private static List<String> linesOf(Path log) throws IOException {
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
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
        return start(name, variant(name));
    }

    private ServerProcess start(String name, @Nullable Variant variant) throws IOException, InterruptedException {
        ServerProcess server = ServerProcess.start(options, network, tools.folder(), name, variant);
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
