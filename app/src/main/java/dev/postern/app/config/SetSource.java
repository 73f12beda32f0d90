package dev.postern.app.config;

import java.util.ArrayList;
import java.util.List;

/** Reads the {@code --set key=value} of the command line into entries, in their order. */
final class SetSource {

    static final String ORIGIN = "--set";

    private SetSource() {}

    static List<Entry> read(List<String> settings, List<String> mistakes) {
        List<Entry> entries = new ArrayList<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            String name = (equals < 0 ? setting : setting.substring(0, equals)).strip();
            Key<?> key = Keys.find(name);
            if (key == null) {
                mistakes.add(Sentences.unknownKey(name, ORIGIN));
            } else if (equals < 0) {
                mistakes.add(name + " has no value (--set " + name + "); write --set " + name + "=VALUE.");
            } else {
                entries.add(Entry.ofText(name, key, setting.substring(equals + 1), ORIGIN));
            }
        }
        return entries;
    }
}
