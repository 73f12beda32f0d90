package dev.postern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A server of others that Postern is measured beside: how it is started, and what it is spoken to in. */
enum Reference {
    COTURN("coturn", "turnserver", "Debian: apt-get install coturn", ""),
    WS("ws", "npm", "it comes with Node.js", "relay"),
    PEERJS("peerjs", "npm", "it comes with Node.js", "peerjs");

    private static final String FIRST_RELAY_PORT = "10000";
    private static final String LAST_RELAY_PORT = "65535";
    private static final List<String> NODE_FILES = List.of("package.json", "relay.mjs", "peerjs.mjs");

    private final String title;
    private final String program;
    private final String source;
    private final String dialect;

    Reference(String title, String program, String source, String dialect) {
        this.title = title;
        this.program = program;
        this.source = source;
        this.dialect = dialect;
    }

    /** Those that do what the packaged program does when it is started as this. */
    static List<Reference> beside(String program) {
        return program.equals("signaling") ? List.of(WS, PEERJS) : List.of(COTURN);
    }

    /** The one that the table calls so; null if there is none. */
    static @Nullable Reference named(String title) {
        return Arrays.stream(values())
                .filter(one -> one.title.equals(title))
                .findFirst()
                .orElse(null);
    }

    String title() {
        return title;
    }

    /** What {@code wsload} speaks with it. */
    String dialect() {
        return dialect;
    }

    boolean isInstalled() {
        return Machine.has(program);
    }

    /** What is missing where it is not installed, and where to get it. */
    String missing() {
        return program + " is not on the PATH (" + source + ")";
    }

    /** The command that starts it at this address. */
    List<String> command(Path root, String address) {
        return switch (this) {
            case COTURN -> coturn(address);
            case WS -> node(root, "relay.mjs", address);
            case PEERJS -> node(root, "peerjs.mjs", address);
        };
    }

    /** Its version, for those who read the figures. */
    String version(Path root) throws IOException, InterruptedException {
        if (this == COTURN) {
            String said = Machine.run(List.of("turnserver", "--version"));
            return said.substring(said.lastIndexOf('\n') + 1);
        }
        String listed = Files.readAllLines(root.resolve("bench/reference/package.json")).stream()
                .filter(line -> line.contains(this == WS ? "\"ws\"" : "\"peer\""))
                .map(line -> line.replaceAll("[\", ]", ""))
                .collect(Collectors.joining());
        return listed + ", Node " + Machine.run(List.of("node", "--version"));
    }

    /** Fetches what the servers on Node need, the first time. */
    static void prepare(Path root, List<Reference> references) throws IOException, InterruptedException {
        Path folder = nodeFolder(root);
        if (references.stream().noneMatch(one -> one.program.equals("npm"))) {
            return;
        }
        Files.createDirectories(folder);
        for (String file : NODE_FILES) {
            Files.copy(
                    root.resolve("bench/reference").resolve(file),
                    folder.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.isDirectory(folder.resolve("node_modules"))) {
            Machine.run(
                    List.of("npm", "install", "--prefix", folder.toString(), "--no-audit", "--no-fund", "--silent"));
        }
    }

    private static Path nodeFolder(Path root) {
        return root.resolve("bench/target/reference");
    }

    private static List<String> node(Path root, String script, String address) {
        return List.of(
                "node", nodeFolder(root).resolve(script).toString(), address, Integer.toString(ServerProcess.PORT));
    }

    private static List<String> coturn(String address) {
        List<String> command = new ArrayList<>(List.of("turnserver", "-n"));
        command.addAll(List.of("--listening-ip=" + address, "--relay-ip=" + address));
        command.addAll(List.of("--listening-port=" + ServerProcess.PORT));
        command.addAll(List.of("--min-port=" + FIRST_RELAY_PORT, "--max-port=" + LAST_RELAY_PORT));
        command.addAll(List.of("--realm=" + ServerProcess.REALM));
        command.addAll(List.of("--user=" + ServerProcess.USER + ":" + ServerProcess.PASSWORD, "--lt-cred-mech"));
        command.addAll(List.of("--relay-threads=1", "--allow-loopback-peers", "--no-cli"));
        command.addAll(List.of("--no-tls", "--no-dtls", "--no-tcp", "--no-tcp-relay"));
        command.addAll(List.of("--log-file=stdout", "--pidfile=/dev/null"));
        return List.copyOf(command);
    }
}
