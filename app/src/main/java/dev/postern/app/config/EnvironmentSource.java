package dev.postern.app.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/*
 * Which variables are ours: those whose name is a key's. Which are a mistake: those that begin with POSTERN_ and a section
 * (POSTERN_TURN_RELM), and those within two typing mistakes of a key's name (POSTERN_TRUN_REALM). Everything else that
 * begins with POSTERN_ belongs to somebody else, such as the test scripts' POSTERN_REQUIRE, and is left alone; so are the
 * variables that Kubernetes sets for services called postern-turn and the like (POSTERN_TURN_SERVICE_HOST,
 * POSTERN_TURN_PORT_3478_UDP_ADDR).
 *
 * A user's name comes back from upper case as lower case, unless a user that the file names is spelled so: then that one
 * is meant.
 */

/** Reads the environment into entries. An empty variable is one that is not set. */
final class EnvironmentSource {

    private static final Pattern SERVICE_LINK = Pattern.compile(
            "POSTERN_.*_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

    private final List<String> mistakes;
    private final List<Entry> entries = new ArrayList<>();

    private EnvironmentSource(List<String> mistakes) {
        this.mistakes = mistakes;
    }

    /**
     * The entries of the environment, by name.
     *
     * @param named the keys with a free part, such as {@code turn.users.ann}, that earlier sources named
     */
    static List<Entry> read(Map<String, String> environment, List<String> named, List<String> mistakes) {
        EnvironmentSource source = new EnvironmentSource(mistakes);
        new TreeMap<>(environment).forEach((name, text) -> {
            if (name.startsWith(Keys.ENVIRONMENT_PREFIX) && !text.isEmpty()) {
                source.variable(name, text, named);
            }
        });
        return source.entries;
    }

    private void variable(String name, String text, List<String> named) {
        Key<?> key = keyOf(name);
        if (key != null) {
            String full = key.isFamily() ? nameOf(key, name, named) : key.name();
            if (full != null) {
                entries.add(Entry.ofText(full, key, text, "environment variable " + name));
            }
        } else if (isMeantForUs(name)) {
            mistakes.add(Sentences.unknownVariable(name));
        }
    }

    private static @Nullable Key<?> keyOf(String name) {
        for (Key<?> key : Keys.ALL) {
            String stem = Key.environmentName(key.stem());
            if (key.isFamily() ? name.startsWith(stem) && name.length() > stem.length() : name.equals(stem)) {
                return key;
            }
        }
        return null;
    }

    private @Nullable String nameOf(Key<?> key, String name, List<String> named) {
        if (!name.equals(name.toUpperCase(Locale.ROOT))) {
            mistakes.add(name + " is not in upper case; write " + name.toUpperCase(Locale.ROOT)
                    + ", or name the user in the file or with --set, which keep its case.");
            return null;
        }
        List<String> spelledSo = named.stream()
                .filter(user -> Key.environmentName(user).equals(name))
                .toList();
        if (spelledSo.size() > 1) {
            mistakes.add(name + " may mean " + String.join(" or ", spelledSo)
                    + "; set the password in the file or with --set.");
            return null;
        }
        String free = name.substring(Key.environmentName(key.stem()).length());
        return spelledSo.isEmpty() ? key.stem() + free.toLowerCase(Locale.ROOT) : spelledSo.get(0);
    }

    private static boolean isMeantForUs(String name) {
        if (SERVICE_LINK.matcher(name).matches()) {
            return false;
        }
        return Keys.isBelowSection(name)
                || Keys.environmentNames().stream().anyMatch(known -> NearestName.distance(name, known) <= 2);
    }
}
