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
            Console console = terminal();
            if (console != null) {
                char[] typed = console.readPassword("%s", prompt);
                return typed == null ? null : new String(typed);
            }
            return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        };
    }

    /** Null where there is none: told by null before JDK 22, and by the console since. */
    @SuppressWarnings("SystemConsoleNull") // the newer question is asked too
    private static @Nullable Console terminal() {
        Console console = System.console();
        return console != null && isTerminal(console) ? console : null;
    }

    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException before22) {
            return true;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a public method of Console cannot be called", e);
        }
    }
}
