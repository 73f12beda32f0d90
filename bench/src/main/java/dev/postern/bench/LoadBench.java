package dev.postern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The program behind {@code ./dev bench turn|stun|signaling}; it is started in the folder of the project. */
public final class LoadBench {

    private LoadBench() {}

    /** Exit code 0 when every cell was run, 2 when something is missing or wrong, with one sentence. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (List.of(args).contains("--help")) {
            System.out.print(BenchOptions.USAGE);
            return;
        }
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        try {
            List<Reference> installed =
                    Stream.of(Reference.values()).filter(Reference::isInstalled).toList();
            measure(BenchOptions.parse(Path.of("").toAbsolutePath(), java, installed, List.of(args)));
        } catch (BenchRefused refused) {
            System.err.println("bench: " + refused.getMessage());
            System.exit(2);
        }
    }

    private static void measure(BenchOptions options) throws IOException, InterruptedException {
        Machine.require("taskset", "util-linux");
        Machine.require("setsid", "util-linux");
        Path results = Files.createDirectories(options.root().resolve("bench/target/results"));
        String stamp = LocalDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
        Reference.prepare(options.root(), options.references());
        Path raw = results.resolve(options.program() + "-" + stamp + ".jsonl");
        Network network = options.veth() ? Network.veth(options.servers().size()) : Network.loopback();
        try (network) {
            LoadTools tools = LoadTools.compile(options, network);
            InterleavedRun run = new InterleavedRun(options, network, tools, raw, System.out);
            Thread cleaning = new Thread(() -> {
                run.close();
                network.close();
            });
            Runtime.getRuntime().addShutdownHook(cleaning); // Ctrl-C; the servers are in sessions of their own
            try (run) {
                print(options, network, run.run(), raw);
            }
            Runtime.getRuntime().removeShutdownHook(cleaning);
        }
    }

    private static void print(BenchOptions options, Network network, List<Sample> samples, Path raw)
            throws IOException, InterruptedException {
        System.out.println();
        for (String line : conditions(options, network)) {
            System.out.println("- " + line);
        }
        System.out.println();
        List<Row> rows = options.cells().stream()
                .filter(Cell::isInResultTable)
                .flatMap(cell -> cell.rows().stream())
                .toList();
        List<String> servers = options.servers();
        if (!rows.isEmpty()) {
            System.out.println(new ResultTable(samples, servers, servers.get(0)).markdown(rows));
        }
        System.out.print(Overload.markdown(samples, servers));
        System.out.print(HalfLoad.markdown(samples, servers));
        System.out.println("raw results: " + options.root().relativize(raw));
    }

    /** What the figures depend on. */
    private static List<String> conditions(BenchOptions options, Network network)
            throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        lines.add(Runtime.getRuntime().availableProcessors() + " CPUs, Linux " + System.getProperty("os.version") + ", "
                + network + "; server on CPU " + options.serverCpu() + ", load on CPU " + options.loadCpu()
                + priority(options));
        lines.add(options.repeats() + " repeats of " + options.seconds()
                + " s, interleaved; CPU time is the server's, user and system, per packet, answer or message");
        for (Reference reference : options.references()) {
            lines.add(reference.title() + ": " + reference.version(options.root()));
        }
        for (Variant variant : options.variants()) {
            lines.add(variant.name() + ": "
                    + Machine.run(List.of(variant.java().toString(), "-version"))
                            .lines()
                            .findFirst()
                            .orElse("")
                    + (variant.jvm().isEmpty() ? "" : ", " + String.join(" ", variant.jvm()))
                    + (variant.aot() ? ", with an AOT cache" : "")
                    + (variant.settings().isEmpty() ? "" : ", " + variant.settings()));
        }
        return lines;
    }

    private static String priority(BenchOptions options) {
        if (!options.raised()) {
            return ", both at normal priority";
        }
        return Machine.isRoot() ? ", both at raised priority" : ", no priority raised: not root";
    }
}
