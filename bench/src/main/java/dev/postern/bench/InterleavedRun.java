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

    /** A warm-up is of rounds, each a second of load: so many, and more until the JVM's compilers are quiet. */
    private static final int LEAST_ROUNDS = 3;

    private static final int MOST_ROUNDS = 15;

    /** What they may take of the time of a round. */
    private static final double QUIET = 0.05;

    private static final List<String> ROUND_TIME = List.of("--seconds", "1", "--warmup", "0");
    private static final List<String> RAMP_TIME = List.of("--seconds", "1", "--warmup", "1");
    private static final List<String> CLOSED_TIME = List.of("--seconds", "3", "--warmup", "1");
    private static final List<String> SIGNALING_ROUND = List.of("--clients", "200", "--window", "8");
    private static final int COLD_ALLOCATIONS = 500;
    private static final int WARM_UP_HOLDS = 5;
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
            variants.add(withItsCache(variant.copiedTo(tools.folder())));
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
                case SESSIONS -> {
                    stopServers();
                    runSessions(cell);
                }
                case BINDING, PACKETS, OVERLOAD, MESSAGES -> runOnWarmServers(cell);
            }
        }
        return List.copyOf(samples);
    }

    /** Starts the variant and stops it again, which leaves the cache that it is measured with; the same where it wants none. */
    private Variant withItsCache(Variant variant) throws IOException, InterruptedException {
        if (!variant.aot()) {
            return variant;
        }
        Path cache = tools.folder().resolve(variant.name() + ".aot");
        Files.deleteIfExists(cache);
        start(variant.name(), variant.withOption("-XX:AOTCacheOutput=" + cache));
        stopServers();
        if (!Files.exists(cache)) {
            throw new BenchRefused("--variant " + variant.name() + " wants an AOT cache, and " + variant.java()
                    + " makes none; take a JDK 25 or newer.");
        }
        return variant.withOption("-XX:AOTCache=" + cache).withOption("-XX:AOTMode=on"); // or it would run without one
    }

    private void runOnWarmServers(Cell cell) throws IOException, InterruptedException {
        if (running.isEmpty()) {
            for (String name : options.servers()) {
                start(name);
            }
        }
        for (ServerProcess server : List.copyOf(running)) {
            warmUp(cell, server);
        }
        for (int repeat = 0; repeat < options.repeats(); repeat++) {
            for (ServerProcess server : inTurn(List.copyOf(running), repeat)) {
                String json = load(cell, server, repeat, options.seconds());
                add(cell.rows().get(0), server, repeat, json);
            }
        }
    }

    private void warmUp(Cell cell, ServerProcess server) throws IOException, InterruptedException {
        CompileThreads compilers = CompileThreads.of(server.pid());
        boolean quiet = false;
        for (int round = 0; round < LEAST_ROUNDS || (!quiet && round < MOST_ROUNDS); round++) {
            long began = System.nanoTime();
            warmUpRound(cell, server);
            quiet = compilers.nanosSince() < QUIET * (System.nanoTime() - began);
        }
    }

    private void warmUpRound(Cell cell, ServerProcess server) throws IOException, InterruptedException {
        switch (cell.kind()) {
            case BINDING -> tools.binding(server, joined(cell.options(), ROUND_TIME));
            case OVERLOAD -> tools.relay(server, joined(Overload.warmUp(), ROUND_TIME));
            case HALF_LOAD -> tools.relay(server, joined(HalfLoad.closed(), ROUND_TIME));
            case PACKETS, ALLOCATIONS -> tools.relay(server, joined(cell.options(), ROUND_TIME));
            case MESSAGES, SESSIONS -> tools.signaling(server, joined(SIGNALING_ROUND, ROUND_TIME));
        }
    }

    private String load(Cell cell, ServerProcess server, int repeat, int seconds)
            throws IOException, InterruptedException {
        List<String> time = List.of("--seconds", Integer.toString(seconds), "--warmup", "1");
        return switch (cell.kind()) {
            case BINDING -> tools.binding(server, joined(cell.options(), time));
            case OVERLOAD -> overload(server, repeat, time);
            case HALF_LOAD -> halfLoad(server, time);
            case PACKETS, ALLOCATIONS -> tools.relay(server, joined(cell.options(), time));
            case MESSAGES -> tools.signaling(server, joined(cell.options(), time));
            case SESSIONS -> tools.signaling(server, cell.options());
        };
    }

    private String overload(ServerProcess server, int repeat, List<String> time)
            throws IOException, InterruptedException {
        Competitors competitors = Competitors.start(options);
        try {
            Ramp ramp = new Ramp();
            while (!ramp.isOver()) {
                String step = tools.relay(server, joined(Overload.open(ramp.rate()), RAMP_TIME));
                ramp.add(add(Overload.RAMP, server, repeat, step));
            }
            return Overload.joined(tools.relay(server, joined(Overload.tooMuch(ramp.most()), time)), ramp.most());
        } finally {
            competitors.stop();
        }
    }

    private String halfLoad(ServerProcess server, List<String> time) throws IOException, InterruptedException {
        String closed = tools.relay(server, joined(HalfLoad.closed(), CLOSED_TIME));
        double most =
                Sample.parse(HalfLoad.ROW.name(), server.name(), 0, closed).number("rate");
        KernelCounts before = KernelCounts.read(ServerProcess.PORT);
        String open = tools.relay(server, joined(HalfLoad.open(most), time));
        return HalfLoad.joined(HalfLoad.joined(open, most), before.until(KernelCounts.read(ServerProcess.PORT)));
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
            warmUp(cell, server);
            int before = linesOf(log).size();
            String json = load(cell, server, 0, 60 * options.minutes());
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
                for (int round = 0; round < WARM_UP_HOLDS; round++) {
                    hold(server, WARM_UP_ALLOCATIONS, 0);
                }
                String held = hold(server, HELD_ALLOCATIONS, HOLD_SECONDS);
                add(Cell.WARM, server, repeat, held);
                add(Cell.MEMORY, server, repeat, held);
                stopServers();
            }
        }
    }

    /** A new server for each turn, warmed by messages: what its sessions take must not be what others have left. */
    private void runSessions(Cell cell) throws IOException, InterruptedException {
        for (int repeat = 0; repeat < options.repeats(); repeat++) {
            for (String name : inTurn(options.servers(), repeat)) {
                ServerProcess server = start(name);
                warmUp(cell, server);
                String json = load(cell, server, repeat, options.seconds());
                for (Row row : cell.rows()) {
                    add(row, server, repeat, json);
                }
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

    private Sample add(Row row, ServerProcess server, int repeat, String json) throws IOException {
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
        return sample;
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
