package dev.postern.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.app.config.ConfigException;
import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.app.credentials.CredentialMint;
import dev.postern.app.credentials.CredentialMint.Minted;
import dev.postern.app.run.IceUrls;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes a credential from {@code turn.shared-secret} and prints it; opens nothing. */
@Command(
        name = "credentials",
        sortOptions = false,
        description = {
            "Make a time-limited credential for the relay from turn.shared-secret.",
            "",
            "It prints the URLs of turn.listen, a user name that begins with the second at which it expires, and its password."
                    + " Nothing is stored: every relay with the same secret accepts it until then."
        },
        footer = {
            "",
            "Examples",
            "  java -jar postern.jar credentials --config postern.yaml --user ann --ttl 1h",
            "  POSTERN_TURN_SHARED_SECRET=... java -jar postern.jar credentials --json",
            "",
            "`postern turn --help` lists the configuration keys."
        })
final class CredentialsCommand implements Callable<Integer> {

    private static final int MAX_USER_CHARACTERS = 128;

    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "NAME",
            description = "Whose credential it is, for quotas and logs. Without it, nobody's.")
    String user = "";

    @Option(
            names = {"-t", "--ttl"},
            paramLabel = "DURATION",
            defaultValue = "12h",
            converter = DurationText.class,
            description = "How long it is valid: seconds, or such as 30m, 12h, 7d. Default: ${DEFAULT-VALUE}.")
    Duration ttl = Duration.ofHours(12);

    @Option(names = "--json", description = "Print one JSON object that fits into the iceServers of a browser.")
    boolean json;

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    CredentialsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws ConfigException, JsonProcessingException {
        if (user.length() > MAX_USER_CHARACTERS || user.chars().anyMatch(Character::isISOControl)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--user must have at most " + MAX_USER_CHARACTERS + " characters and no control characters");
        }
        Settings settings = options.sources(surroundings.environment()).read();
        List<String> secrets = settings.find(Keys.TURN_SHARED_SECRET);
        if (secrets == null) {
            throw new ConfigException(
                    List.of("turn.shared-secret is not set, and credentials are made from it: give it in"
                            + " --config FILE or the environment variable " + Keys.TURN_SHARED_SECRET.environmentName()
                            + "."));
        }
        Minted minted = new CredentialMint(secrets.get(0), surroundings.clock()).mint(user, ttl);
        print(minted, new IceUrls(settings, surroundings.host(), Map.of()).turn());
        return 0;
    }

    private void print(Minted minted, List<String> urls) throws JsonProcessingException {
        PrintStream out = surroundings.out();
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("urls", urls);
            object.put("username", minted.username());
            object.put("credential", minted.password());
            object.put("expires", minted.expires().toString());
            out.println(new ObjectMapper().writeValueAsString(object));
            return;
        }
        urls.forEach(url -> out.println("url       " + url));
        out.println("username  " + minted.username());
        out.println("password  " + minted.password());
        out.println("expires   " + minted.expires());
    }
}
