package dev.postern.app.cli;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.ConfigSources;
import dev.postern.app.log.JdkLogging;
import dev.postern.app.run.Announcement;
import dev.postern.app.run.DevPreset;
import dev.postern.app.run.Part;
import dev.postern.app.run.Plan;
import dev.postern.app.run.Servers;
import dev.postern.app.run.StartException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs servers until the process is told to stop. One class for all server commands; they differ in their parts. */
@Command(sortOptions = false)
final class ServerCommand implements Callable<Integer> {

    private static final Map<String, String> DESCRIPTIONS = Map.of(
            "serve", "Run everything that is configured: signaling with its pages, STUN and TURN.",
            "signaling", "Run the signaling server and its pages only.",
            "stun", "Run the STUN server only.",
            "turn", "Run the TURN relay only; it answers STUN Binding too.");

    private static final Logger LOG = LoggerFactory.getLogger("dev.postern.app");
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(10);

    private final String name;
    private final Set<Part> parts;
    private final Surroundings surroundings;

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--dev",
            description =
                    "Try it on this machine: listen on loopback, make a random secret, and let the relay reach private and"
                            + " loopback peers and this host's own addresses. Whatever is set elsewhere wins.")
    boolean dev;

    ServerCommand(String name, Set<Part> parts, Surroundings surroundings) {
        this.name = name;
        this.parts = Set.copyOf(parts);
        this.surroundings = surroundings;
    }

    static String description(String name) {
        return String.valueOf(DESCRIPTIONS.get(name));
    }

    @Override
    public Integer call() throws ConfigException, StartException, InterruptedException {
        ConfigSources sources = options.sources(surroundings.environment());
        if (dev) {
            sources = sources.withPresets(
                    DevPreset.settings(parts, surroundings.host(), surroundings.random()), DevPreset.ORIGIN);
        }
        JdkLogging logging = JdkLogging.toSlf4j();
        Plan plan = Plan.of(sources.read(), parts, name, surroundings.host());
        Servers servers = Servers.start(plan, surroundings.host(), surroundings.clock());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(servers), "stop"));
        announce(plan, servers);
        new CountDownLatch(1).await(); // until the process is told to stop
        return logging.hashCode();
    }

    private void announce(Plan plan, Servers servers) {
        Announcement announcement = new Announcement(plan, servers);
        announcement.warnings().forEach(LOG::warn);
        surroundings.out().println("Postern " + Version.text() + " is ready" + sinceStart() + ".");
        surroundings.out().println();
        announcement.lines().forEach(surroundings.out()::println);
        surroundings.out().println();
        surroundings.out().println("Ctrl-C stops it.");
        surroundings.out().flush();
    }

    private String sinceStart() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(start -> Duration.between(start, surroundings.clock().instant()))
                .map(duration -> String.format(Locale.ROOT, " after %.1f s", duration.toMillis() / 1000.0))
                .orElse("");
    }

    /** Runs when the JVM shuts down, and decides the exit code, which the signal would otherwise make 143 or 130. */
    private static void stop(Servers servers) {
        boolean clean = false;
        try {
            LOG.info("stopping");
            clean = servers.close(STOP_DEADLINE);
            LOG.info(clean ? "stopped" : "stopped, but not everything in order");
        } catch (InterruptedException e) {
            LOG.warn("stopping was interrupted");
        } finally {
            Runtime.getRuntime().halt(clean ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE);
        }
    }
}
