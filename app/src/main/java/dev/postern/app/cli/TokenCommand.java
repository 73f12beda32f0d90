package dev.postern.app.cli;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.Settings;
import dev.postern.app.config.SignalingKeys;
import dev.postern.app.jwt.TokenMint;
import dev.postern.signaling.protocol.Role;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Signs a token for the signaling server with an API key and prints it; opens nothing. */
@Command(
        name = "token",
        sortOptions = false,
        description = {
            "Sign a token that lets its holder into rooms, as a service of yours would: to try signaling.auth: jwt.",
            "",
            "It is signed with signaling.api-keys.NAME and printed on one line. Whoever has it gets in until it ends."
        },
        footer = {
            "",
            "Example",
            "  java -jar postern.jar credentials token --key web --user ann --room kitchen --ttl 1h --config"
                    + " postern.yaml"
        })
final class TokenCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Option(names = "--key", paramLabel = "NAME", required = true, description = "Which API key signs it.")
    String key = "";

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER",
            required = true,
            description = "Whose it is.")
    String user = "";

    @Option(names = "--name", paramLabel = "TEXT", description = "What others see; without it the client chooses.")
    @Nullable
    String name;

    @Option(
            names = {"-r", "--room"},
            paramLabel = "ROOM",
            required = true,
            description = "A room, or with * at its end all that begin so; may be given several times.")
    List<String> rooms = List.of();

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            defaultValue = "peer",
            converter = RoleText.class,
            description = "peer or moderator. Default: ${DEFAULT-VALUE}.")
    Role role = Role.PEER;

    @Option(
            names = {"-t", "--ttl"},
            paramLabel = "DURATION",
            defaultValue = "1h",
            converter = DurationText.class,
            description = "How long it is valid: seconds, or such as 30m, 12h, 7d. Default: ${DEFAULT-VALUE}.")
    Duration ttl = Duration.ofHours(1);

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    TokenCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws ConfigException {
        Settings settings = options.sources(surroundings.environment()).read();
        String secret = settings.apiKeys().get(key);
        if (secret == null) {
            throw new ConfigException(List.of("signaling.api-keys." + key
                    + " is not set, and tokens are signed with it: "
                    + (settings.apiKeys().isEmpty()
                            ? "give it in --config FILE or the environment."
                            : "the names that are set are "
                                    + String.join(
                                            ", ",
                                            new TreeSet<>(settings.apiKeys().keySet()))
                                    + ".")));
        }
        String audience = settings.get(SignalingKeys.AUDIENCE);
        surroundings
                .out()
                .println(new TokenMint(key, secret, audience, surroundings.clock()).mint(user, name, rooms, role, ttl));
        return 0;
    }

    /** Reads a role as it stands in tokens. */
    static final class RoleText implements ITypeConverter<Role> {

        @Override
        public Role convert(String text) {
            for (Role known : Role.values()) {
                if (known.wireName().equals(text)) {
                    return known;
                }
            }
            throw new TypeConversionException("\"" + text + "\" is no role; write peer or moderator");
        }
    }
}
