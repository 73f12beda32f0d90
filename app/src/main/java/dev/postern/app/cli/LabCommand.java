package dev.postern.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Leads to what runs in simulated networks. */
@Command(name = "lab", description = "Networks inside this process: what connects through which NATs, and how.")
final class LabCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "`postern lab` needs a command, such as matrix");
    }
}
