package dev.postern.app.cli;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.ConfigSources;
import dev.postern.app.run.DevPreset;
import dev.postern.app.run.Host;
import dev.postern.app.run.Part;
import dev.postern.app.run.Plan;
import dev.postern.app.run.StartException;
import java.util.List;
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

    @Option(
            names = "--lan",
            description =
                    "With --dev: listen on this host's private networks instead of loopback, over HTTPS with a certificate made"
                            + " at the start, so that other devices can take part; the relay reaches these networks, not loopback.")
    boolean lan;

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
        if (lan && !dev) {
            throw new ConfigException(List.of("--lan is a way of --dev: write --dev --lan, or set signaling.listen and"
                    + " turn.listen to what other machines reach."));
        }
        if (dev) {
            Host host = surroundings.host();
            sources = lan
                    ? sources.withPresets(
                            DevPreset.lanSettings(parts, host, surroundings.random()), DevPreset.LAN_ORIGIN)
                    : sources.withPresets(DevPreset.settings(parts, host, surroundings.random()), DevPreset.ORIGIN);
        }
        Plan plan = Plan.of(sources.read(), parts, name, surroundings.host());
        new ServerRun(surroundings).untilTold(plan);
        return CommandLine.ExitCode.OK;
    }
}
