package dev.postern.app.cli;

import dev.postern.app.run.Host;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What a command may reach of the world around it; handed in by Main, and by tests.
 *
 * @param out standard output: what was asked for
 * @param environment variables by name
 * @param host this machine's addresses
 * @param random for secrets: a secure source
 * @param clock wall time
 * @param secrets what a person types that must not be seen
 */
public record Surroundings(
        PrintStream out,
        Map<String, String> environment,
        Host host,
        RandomGenerator random,
        InstantSource clock,
        SecretInput secrets) {

    public Surroundings {
        environment = Map.copyOf(environment);
    }
}
