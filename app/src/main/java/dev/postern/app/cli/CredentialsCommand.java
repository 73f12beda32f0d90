package dev.postern.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "credentials", description = "Make a time-limited credential for the relay.")
final class CredentialsCommand implements Callable<Integer> {
    CredentialsCommand(Surroundings surroundings) {}

    @Override
    public Integer call() {
        return 0;
    }
}
