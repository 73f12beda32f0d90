package dev.postern.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Processes that work on a server's CPU without end, so that a generator which has its own to itself can offer more than the server carries.
 * Each is in a session of its own at the server's priority, and the kernel gives each session as much as the server's.
 */
final class Competitors {

    private static final Path NOWHERE = Path.of("/dev/null");

    /** Busy for as long as the process whose number it is given lives: it must not outlive a bench that was killed. */
    private static final String WORK = "while kill -0 \"$0\"; do :; done";

    private final List<Process> running = new ArrayList<>();

    private Competitors() {}

    /** As many as leave the server the share that the options say. */
    static Competitors start(BenchOptions options) throws IOException {
        Competitors competitors = new Competitors();
        try {
            for (List<String> command : commands(options)) {
                competitors.running.add(Machine.start(command, NOWHERE));
            }
            return competitors;
        } catch (IOException e) {
            competitors.stop();
            throw e;
        }
    }

    static List<List<String>> commands(BenchOptions options) {
        String bench = Long.toString(ProcessHandle.current().pid());
        List<String> work = List.of("sh", "-c", WORK, bench);
        return Collections.nCopies(
                options.serverShare() - 1, Machine.alone(options.serverCpu(), options.raised(), work));
    }

    void stop() {
        running.forEach(Machine::stop);
    }
}
