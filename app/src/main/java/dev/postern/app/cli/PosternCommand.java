package dev.postern.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command itself, which only leads to the others. */
@Command(
        name = "postern",
        description = "A WebRTC signaling and NAT traversal toolkit: signaling, STUN and TURN in one program.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples",
            "  Try it on this machine, then open the printed URL in two tabs:",
            "    java -jar postern.jar serve --dev",
            "  Run what a file says, and change one key of it:",
            "    java -jar postern.jar serve --config postern.yaml --set turn.realm=example.org",
            "  Make a credential for the relay that is valid for an hour:",
            "    java -jar postern.jar credentials --config postern.yaml --user ann --ttl 1h",
            "",
            "`postern COMMAND --help` tells more. Logs and mistakes go to standard error."
        },
        exitCodeListHeading = "%nExit codes%n",
        exitCodeList = {
            "0:done; for a server: stopped in order by Ctrl-C or SIGTERM",
            "1:could not start or go on, such as a port in use, or did not stop within ten seconds",
            "2:a mistake in the command line or the configuration"
        })
final class PosternCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "No command is given");
    }
}
