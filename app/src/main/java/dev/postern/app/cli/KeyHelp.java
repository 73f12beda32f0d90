package dev.postern.app.cli;

import dev.postern.app.config.Key;
import dev.postern.app.config.Keys;
import java.util.ArrayList;
import java.util.List;

/** The table of keys as it stands below a command's help. */
final class KeyHelp {

    private static final int WIDTH = 100;
    private static final String INDENT = "      ";

    private KeyHelp() {}

    /** The lines, each as long as a help line may be. */
    static List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("Configuration keys");
        lines.addAll(wrapped(
                "In a YAML file nested (turn: {realm: x}) or as written here; in the environment POSTERN_ and the key in upper"
                        + " case with . and - as _ (" + Keys.TURN_REALM.environmentName()
                        + "); or --set. The later one wins:"
                        + " file, environment, --set. An empty --set takes back what the others said.",
                "  "));
        String section = "";
        for (Key<?> key : Keys.ALL) {
            String own = key.name().substring(0, key.name().indexOf('.'));
            if (!own.equals(section)) {
                lines.add("");
                section = own;
            }
            lines.add("  " + key.name() + "  <" + key.type() + ">");
            lines.addAll(wrapped(key.sentence() + " " + key.presetSentence(), INDENT));
        }
        return lines;
    }

    static List<String> wrapped(String text, String indent) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(indent);
        for (String word : text.split(" ", -1)) {
            if (line.length() > indent.length() && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(indent);
            }
            line.append(line.length() > indent.length() ? " " : "").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
