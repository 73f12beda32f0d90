package dev.postern.app.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Where a command takes a secret from that must not stand among its arguments, which other users of the machine can see. */
@FunctionalInterface
public interface SecretInput {

    /** What was typed or piped in; null for nothing. */
    @Nullable
    String read(String prompt) throws IOException;

    /** Asks at the terminal without showing what is typed, or takes the first line of standard input where it is none. */
    static SecretInput terminalOrStandardInput() {
        return prompt -> {
            Console console = System.console();
            if (console != null) {
                char[] typed = console.readPassword("%s", prompt);
                return typed == null ? null : new String(typed);
            }
            return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        };
    }
}
