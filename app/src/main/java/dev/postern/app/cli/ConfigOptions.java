package dev.postern.app.cli;

import dev.postern.app.config.ConfigSources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which every command that needs settings takes them. Filled by picocli. */
final class ConfigOptions {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Read settings from this YAML file.")
    @Nullable
    Path config;

    @Option(
            names = {"-s", "--set"},
            paramLabel = "KEY=VALUE",
            description = "Set one key, over the file and the environment; may be repeated. Lists are comma separated.")
    List<String> sets = new ArrayList<>();

    ConfigSources sources(Map<String, String> environment) {
        return ConfigSources.of(config, environment, sets);
    }
}
