package dev.postern.app.config;

import java.util.Locale;

/**
 * One configuration key. The table of all of them is {@link Keys#ALL}; the help and {@code docs/configuration.md} are made
 * from it.
 *
 * @param name such as {@code turn.realm}; a name that ends in {@code .NAME} stands for any number of keys
 * @param kind what it holds
 * @param preset the default as a person would write it; empty when there is none
 * @param absent what holds when nothing is set and there is no default; for the table
 * @param sentence what it is for
 */
public record Key<T>(String name, Kind<T> kind, String preset, String absent, String sentence) {

    private static final String ANY_NAME = "NAME";

    static <T> Key<T> required(String name, Kind<T> kind, String preset, String sentence) {
        return new Key<>(name, kind, preset, "", sentence);
    }

    static <T> Key<T> optional(String name, Kind<T> kind, String absent, String sentence) {
        return new Key<>(name, kind, "", absent, sentence);
    }

    /** Such as {@code list of host:port}. */
    public String type() {
        return kind.label();
    }

    /** A sentence: the default, or what holds without one. */
    public String presetSentence() {
        return preset.isEmpty() ? "Not set: " + absent + "." : "Default: " + preset + ".";
    }

    /** The line of the table in {@code docs/configuration.md}. */
    public String markdownRow() {
        String value = preset.isEmpty() ? "not set: " + absent : "`" + preset + "`";
        return "| `" + name + "` | " + type() + " | " + value + " | " + sentence + " |";
    }

    /** Whether the last part of the name is free. */
    public boolean isFamily() {
        return name.endsWith("." + ANY_NAME);
    }

    /** For a family, what comes before the free part, with its dot; otherwise the name. */
    String stem() {
        return isFamily() ? name.substring(0, name.length() - ANY_NAME.length()) : name;
    }

    /** Whether this key, or one of this family, has that name. */
    boolean covers(String candidate) {
        return isFamily()
                ? candidate.startsWith(stem()) && candidate.length() > stem().length()
                : candidate.equals(name);
    }

    /** {@code POSTERN_} and the key in upper case, with dots and dashes as underscores. */
    public String environmentName() {
        return environmentName(name);
    }

    static String environmentName(String name) {
        return Keys.ENVIRONMENT_PREFIX
                + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
