package dev.postern.app;

import dev.postern.app.cli.CommandTree;
import dev.postern.app.cli.SecretInput;
import dev.postern.app.cli.Surroundings;
import dev.postern.app.run.LocalHost;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Starts the program: hands the surroundings to the command line, and its answer to the operating system. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        Surroundings surroundings = new Surroundings(
                System.out,
                System.getenv(),
                new LocalHost(),
                new SecureRandom(),
                InstantSource.system(),
                SecretInput.terminalOrStandardInput());
        System.exit(CommandTree.of(surroundings).execute(arguments));
    }
}
