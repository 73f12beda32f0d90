package dev.postern.app.config;

import java.util.List;

/** How mistakes are said: one sentence that names the key, the value, where it was written and what to write instead. */
final class Sentences {

    private static final int MAX_SHOWN = 80;

    private Sentences() {}

    static String badValue(Entry entry, BadValueException mistake) {
        String value = entry.key().kind().secret() ? "not usable" : quoted(mistake.item());
        return entry.name() + " is " + value + " (" + entry.origin() + "); " + mistake.advice() + ".";
    }

    static String unknownKey(String name, String origin) {
        if (Keys.isSection(name)) {
            String first = Keys.names().stream()
                    .filter(known -> known.startsWith(name + "."))
                    .findFirst()
                    .orElseThrow();
            return name + " is a group of keys and holds no value itself (" + origin + "); one of its keys is " + first
                    + ".";
        }
        return shown(name) + " is not a key (" + origin + "); " + nearest(name, Keys.names());
    }

    static String unknownVariable(String name) {
        return shown(name) + " is not a variable that Postern reads; " + nearest(name, Keys.environmentNames());
    }

    private static String nearest(String name, List<String> known) {
        String nearest = NearestName.of(name, known);
        return NearestName.isClose(name, nearest)
                ? "did you mean " + nearest + "?"
                : "the nearest one is " + nearest + ", and `postern serve --help` lists them all.";
    }

    static String quoted(String value) {
        return "\"" + shown(value) + "\"";
    }

    /** Printable and short, whatever was typed. */
    static String shown(String value) {
        String printable = value.codePoints()
                .mapToObj(c -> Character.isISOControl(c) ? "?" : Character.toString(c))
                .reduce("", String::concat);
        return printable.length() <= MAX_SHOWN ? printable : printable.substring(0, MAX_SHOWN) + "...";
    }
}
