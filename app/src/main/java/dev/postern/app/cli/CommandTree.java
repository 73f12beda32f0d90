package dev.postern.app.cli;

import dev.postern.app.config.ConfigException;
import dev.postern.app.run.Part;
import dev.postern.app.run.StartException;
import dev.postern.natsim.scenario.ScenarioException;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Builds the command line: which commands there are, how their help is laid out, and how mistakes are said. */
public final class CommandTree {

    private static final int WIDTH = 100;
    private static final Set<String> SERVERS = Set.of("serve", "signaling", "stun", "turn");

    private CommandTree() {}

    /** The root command with all others below it. */
    public static CommandLine of(Surroundings surroundings) {
        CommandLine root = new CommandLine(new PosternCommand());
        root.addSubcommand("serve", server("serve", EnumSet.allOf(Part.class), surroundings));
        root.addSubcommand("signaling", server("signaling", EnumSet.of(Part.SIGNALING), surroundings));
        root.addSubcommand("stun", server("stun", EnumSet.of(Part.STUN), surroundings));
        root.addSubcommand("turn", server("turn", EnumSet.of(Part.TURN), surroundings));
        root.addSubcommand(
                "credentials",
                new CommandLine(new CredentialsCommand(surroundings))
                        .addSubcommand("hash", new HashCommand(surroundings))
                        .addSubcommand("token", new TokenCommand(surroundings))
                        .addSubcommand("revoke", new RevokeCommand(surroundings)));
        root.addSubcommand("drain", new DrainCommand(surroundings));
        root.addSubcommand("tunnel", new TunnelCommand(surroundings));
        root.addSubcommand("protocol", new ProtocolCommand(surroundings));
        root.addSubcommand("conformance", new ConformanceCommand(surroundings));
        root.addSubcommand("nat-test", new NatTestCommand(surroundings));
        root.addSubcommand(
                "lab",
                new CommandLine(new LabCommand())
                        .addSubcommand("matrix", new MatrixCommand(surroundings))
                        .addSubcommand("explore", new ExploreCommand(surroundings))
                        .addSubcommand("predict", new PredictCommand(surroundings))
                        .addSubcommand("population", new PopulationCommand(surroundings))
                        .addSubcommand("run", new ScenarioCommand(surroundings))
                        .addSubcommand("replay", new ReplayCommand(surroundings)));
        root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandTree::groupedCommands);
        return finished(root);
    }

    private static CommandLine server(String name, Set<Part> parts, Surroundings surroundings) {
        CommandLine line = new CommandLine(new ServerCommand(name, parts, surroundings));
        line.getCommandSpec().usageMessage().description(ServerCommand.description(name));
        line.getHelpSectionMap()
                .put(
                        UsageMessageSpec.SECTION_KEY_FOOTER,
                        help -> String.join(System.lineSeparator(), KeyHelp.lines()) + System.lineSeparator());
        return line;
    }

    private static CommandLine finished(CommandLine root) {
        root.getCommandSpec().usageMessage().commandListHeading("%n");
        addStandardOptions(root);
        root.setUsageHelpWidth(WIDTH);
        root.setExecutionExceptionHandler((failure, line, parsed) -> failed(failure, line.getErr()));
        root.setParameterExceptionHandler((mistake, arguments) -> mistaken(mistake));
        return root;
    }

    /** {@code --help} and {@code --version}, for every command alike. */
    private static void addStandardOptions(CommandLine line) {
        line.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .type(boolean.class)
                        .usageHelp(true)
                        .description("Show this help and exit.")
                        .build())
                .addOption(OptionSpec.builder("-V", "--version")
                        .type(boolean.class)
                        .versionHelp(true)
                        .description("Print the version and exit.")
                        .build())
                .versionProvider(new Version());
        line.getCommandSpec().usageMessage().optionListHeading("%nOptions%n");
        line.getSubcommands().values().forEach(CommandTree::addStandardOptions);
    }

    private static String groupedCommands(Help help) {
        StringBuilder text = new StringBuilder("Servers\n");
        help.subcommands().forEach((name, sub) -> {
            if (SERVERS.contains(name)) {
                text.append(line(name, sub));
            }
        });
        text.append("\nTools\n");
        help.subcommands().forEach((name, sub) -> {
            if (!SERVERS.contains(name)) {
                text.append(line(name, sub));
            }
        });
        return text.toString().replace("\n", System.lineSeparator());
    }

    private static String line(String name, Help sub) {
        return String.format(
                "  %-12s  %s%n", name, sub.commandSpec().usageMessage().description()[0]);
    }

    private static int mistaken(ParameterException mistake) {
        CommandLine line = mistake.getCommandLine();
        PrintWriter err = line.getErr();
        err.println("postern: " + mistake.getMessage() + ".");
        if (!UnmatchedArgumentException.printSuggestions(mistake, err)) {
            err.println("See `" + line.getCommandSpec().qualifiedName() + " --help`.");
        }
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Exception failure, PrintWriter err) throws Exception {
        if (failure instanceof ConfigException mistakes) {
            mistakes.sentences().forEach(sentence -> err.println("postern: " + sentence));
            return CommandLine.ExitCode.USAGE;
        }
        if (failure instanceof ScenarioException mistakes) {
            mistakes.sentences().forEach(sentence -> err.println("postern: " + sentence));
            return CommandLine.ExitCode.USAGE;
        }
        if (failure instanceof StartException refused) {
            err.println("postern: " + refused.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw failure;
    }
}
