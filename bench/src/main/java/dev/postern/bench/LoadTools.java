package dev.postern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The load generators: compiled from {@code bench/load} and run on their CPU against a server. */
final class LoadTools {

    private static final String AWAIT_SECONDS = "30";

    /** Addresses that clients of allocations come from: what a server answers to strangers is bounded per address. */
    private static final String CLIENT_ADDRESSES = "64";

    /** Names a program in each line, and the files that it is made of. */
    private static final String PROGRAMS = "programs";

    private final BenchOptions options;
    private final Network network;
    private final Path folder;

    private LoadTools(BenchOptions options, Network network, Path folder) {
        this.options = options;
        this.network = network;
        this.folder = folder;
    }

    /** Compiles them into the module's target folder. */
    static LoadTools compile(BenchOptions options, Network network) throws IOException, InterruptedException {
        String compiler = Stream.of("cc", "gcc", "clang")
                .filter(Machine::has)
                .findFirst()
                .orElseThrow(() -> new BenchRefused(
                        "bench needs a C compiler for its load generators (Debian: apt-get install gcc)."));
        Path sources = options.root().resolve("bench/load");
        Path folder = Files.createDirectories(options.root().resolve("bench/target/load"));
        for (String line : Files.readAllLines(sources.resolve(PROGRAMS))) {
            List<String> words = List.of(line.split(" ", -1));
            List<String> command = new ArrayList<>(List.of(compiler, "-O2", "-std=gnu11", "-o"));
            command.add(folder.resolve(words.get(0)).toString());
            words.stream()
                    .skip(1)
                    .forEach(file -> command.add(sources.resolve(file).toString()));
            Machine.run(command);
        }
        return new LoadTools(options, network, folder);
    }

    /** Where the programs are, and the servers' logs go. */
    Path folder() {
        return folder;
    }

    void awaitAnswer(ServerProcess server) throws IOException, InterruptedException {
        String tool = options.program().equals(BenchOptions.SIGNALING) ? "wsload" : "stunload";
        run(tool, server, List.of("--await", AWAIT_SECONDS));
    }

    /** One line of JSON. */
    String binding(ServerProcess server, List<String> more) throws IOException, InterruptedException {
        return run("stunload", server, more);
    }

    /** One line of JSON. */
    String relay(ServerProcess server, List<String> more) throws IOException, InterruptedException {
        List<String> words =
                new ArrayList<>(List.of("--user", ServerProcess.USER, "--password", ServerProcess.PASSWORD));
        words.addAll(List.of("--peer-ip", network.peer()));
        words.addAll(List.of("--sources", CLIENT_ADDRESSES));
        words.addAll(more);
        return run("turnload", server, words);
    }

    /** One line of JSON. */
    String signaling(ServerProcess server, List<String> more) throws IOException, InterruptedException {
        Reference reference = Reference.named(server.name());
        List<String> words = new ArrayList<>(List.of("--dialect", reference == null ? "postern" : reference.dialect()));
        words.addAll(List.of("--sources", CLIENT_ADDRESSES));
        words.addAll(more);
        return run("wsload", server, words);
    }

    private String run(String tool, ServerProcess server, List<String> more) throws IOException, InterruptedException {
        server.assertAlive();
        List<String> words = new ArrayList<>(List.of(folder.resolve(tool).toString()));
        words.addAll(List.of("--host", server.address(), "--port", Integer.toString(ServerProcess.PORT)));
        words.addAll(List.of("--pid", Long.toString(server.pid()), "--client-ip", network.clients()));
        words.addAll(more);
        return Machine.run(network.atLoad(Machine.alone(options.loadCpu(), options.raised(), words)));
    }
}
