package dev.postern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server under load: one process on one CPU, at an address of its own. TURN servers get the same: a fixed user, UDP only, one thread, no quota. */
final class ServerProcess implements AutoCloseable {

    static final int PORT = 3478;
    static final String USER = "bench";
    static final String PASSWORD = "bench";

    static final String REALM = "bench.test";
    private static final String MANY = "100000";
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final String name;
    private final String address;
    private final Process process;
    private final Path log;
    private final String readyLine;

    private ServerProcess(String name, String address, Process process, Path log, String readyLine) {
        this.name = name;
        this.address = address;
        this.process = process;
        this.log = log;
        this.readyLine = readyLine;
    }

    /** Starts the reference of this name, or the packaged program where a variant is given; it is not ready yet. */
    static ServerProcess start(BenchOptions options, Network network, Path logs, String name, @Nullable Variant variant)
            throws IOException {
        String address = network.serverAddress(options.servers().indexOf(name));
        List<String> command = variant == null
                ? Objects.requireNonNull(Reference.named(name)).command(options.root(), address)
                : postern(options, variant, network, address);
        Path log = logs.resolve(name + ".log");
        Process process =
                Machine.start(network.atServer(Machine.alone(options.serverCpu(), options.raised(), command)), log);
        return new ServerProcess(name, address, process, log, variant == null ? "" : " is ready after ");
    }

    /** Waits until it says that it is ready, if it says so at all, and answers. */
    void awaitReady(LoadTools tools) throws IOException, InterruptedException {
        awaitLine(readyLine);
        tools.awaitAnswer(this);
    }

    private static List<String> postern(BenchOptions options, Variant variant, Network network, String address) {
        Map<String, String> settings = new LinkedHashMap<>();
        switch (options.program()) {
            case BenchOptions.SIGNALING -> signaling(settings, address);
            case "turn" -> turn(settings, network, address);
            default -> settings.put(options.program() + ".listen", "udp://" + address + ":" + PORT);
        }
        settings.putAll(variant.settings());
        List<String> command = new ArrayList<>(List.of(variant.java().toString()));
        command.addAll(variant.jvm());
        command.addAll(List.of("-jar", variant.jar().toString(), options.program()));
        settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        return command;
    }

    private static void turn(Map<String, String> settings, Network network, String address) {
        settings.put("turn.listen", "udp://" + address + ":" + PORT);
        settings.put("turn.realm", REALM);
        settings.put("turn.users." + USER, PASSWORD);
        settings.put("turn.relay-address", address);
        settings.put("turn.relay-ports", "10000-65535");
        settings.put("turn.allow-peers", network.peers());
        settings.put("turn.user-quota", MANY);
        settings.put("turn.total-quota", MANY);
        settings.put("turn.user-peers-per-second", MANY);
    }

    private static void signaling(Map<String, String> settings, String address) {
        settings.put("signaling.listen", address + ":" + PORT);
        settings.put("signaling.auth", "anonymous");
        settings.put("signaling.allow-no-origin", "true");
        for (String limit : List.of(
                "sessions",
                "rooms",
                "connections",
                "connections-per-address",
                "address-messages-per-second",
                "room-messages-per-second",
                "address-joins-per-second",
                "hellos-per-second",
                "joins-per-second")) {
            settings.put("signaling." + limit, MANY);
        }
        settings.put("signaling.messages-per-second", MANY);
        settings.put("signaling.message-burst", MANY);
    }

    private void awaitLine(String words) throws IOException, InterruptedException {
        long until = System.nanoTime() + START.toNanos();
        while (!Files.readString(log).contains(words)) {
            if (!process.isAlive() || System.nanoTime() - until > 0) {
                throw new BenchRefused(name + " did not start; it said: "
                        + Files.readString(log).strip());
            }
            TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
        }
    }

    String name() {
        return name;
    }

    String address() {
        return address;
    }

    long pid() {
        return process.pid();
    }

    void assertAlive() {
        if (!process.isAlive()) {
            throw new BenchRefused(name + " has died; the end of its log is in " + log);
        }
    }

    @Override
    public void close() {
        Machine.stop(process);
    }
}
