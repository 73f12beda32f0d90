package dev.postern.app.cli;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.ConfigSources;
import dev.postern.app.run.DevPreset;
import dev.postern.app.run.Part;
import dev.postern.app.run.Plan;
import dev.postern.app.run.StartException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
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
        Plan plan = Plan.of(sources.read(), parts, name, surroundings.host());
        new ServerRun(surroundings).untilTold(plan);
        return CommandLine.ExitCode.OK;
    }
}
