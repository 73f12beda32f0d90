package dev.postern.app.cli;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.Keys;
import dev.postern.stun.auth.StoredKeys;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the keys of a fixed user, to be kept in place of his password; opens nothing. */
@Command(
        name = "hash",
        sortOptions = false,
        description = {
            "Print what turn.users.NAME may hold in place of a password: keys that are made from the user's name, the realm and the"
                    + " password.",
            "",
            "The password is typed at the terminal or piped in; it is never an argument. The keys are good for this name and realm"
                    + " alone, and whoever has them can use the relay as this user: keep them as you would the password."
        },
        footer = {
            "",
            "Examples",
            "  java -jar postern.jar credentials hash ann --realm example.org",
            "  pass show turn/ann | java -jar postern.jar credentials hash ann --config postern.yaml"
        })
final class HashCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Parameters(paramLabel = "NAME", description = "The user's name, as in turn.users.NAME.")
    String name = "";

    @Option(names = "--realm", paramLabel = "REALM", description = "The realm. Without it, turn.realm is taken.")
    @Nullable
    String realm;

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    HashCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws ConfigException, IOException {
        String of = realm != null
                ? realm
                : options.sources(surroundings.environment()).read().get(Keys.TURN_REALM);
        String password = surroundings.secrets().read("Password of " + name + ": ");
        if (password == null || password.isEmpty()) {
            throw new ConfigException(
                    List.of("no password came: type one, or pipe one line into standard input; an empty one is none."));
        }
        try {
            surroundings.out().println(StoredKeys.of(name, of, password).toText());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(List.of(
                    "the name, the realm or the password is empty or has a character that RFC 8265 does not allow."));
        }
        return 0;
    }
}
