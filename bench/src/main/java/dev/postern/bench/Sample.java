package dev.postern.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a generator printed in one run.
 *
 * @param row the name of the row that it belongs to
 * @param server who was measured
 * @param repeat counted from 0; samples of one row and repeat are a pair
 * @param json the line as it came
 * @param values the members of that line, text without its quotes
 */
record Sample(String row, String server, int repeat, String json, Map<String, String> values) {

    /** Loss beyond which a run does not count, as a share of what was sent. */
    static final double MOST_LOSS = 0.001;

    /** The generators print flat objects without escapes. */
    private static final Pattern MEMBER = Pattern.compile("\"([a-z0-9_]+)\":(?:\"([^\"]*)\"|([-+0-9.eE]+))");

    static Sample parse(String row, String server, int repeat, String json) {
        Map<String, String> values = new LinkedHashMap<>();
        MEMBER.matcher(json)
                .results()
                .forEach((MatchResult member) ->
                        values.put(member.group(1), member.group(2) == null ? member.group(3) : member.group(2)));
        if (!json.startsWith("{") || !json.endsWith("}") || values.isEmpty()) {
            throw new BenchRefused("A generator printed no result, but: " + json);
        }
        return new Sample(row, server, repeat, json, Map.copyOf(values));
    }

    /** A figure; 0 where the generator has none of that name. */
    double number(String name) {
        return Double.parseDouble(values.getOrDefault(name, "0"));
    }

    /** Why this run proves nothing, in a few words; empty if it does. */
    String flaw() {
        if (values.containsKey(Overload.MOST)) {
            return Overload.flaw(this);
        }
        if (number("bad") > 0) {
            return "bad packets";
        }
        if (number("loss") > MOST_LOSS) {
            return "loss";
        }
        return number("late") > 0 ? "generator late" : "";
    }

    /** The line for the file of raw results: what was measured, then what the generator said. */
    String raw() {
        return String.format(
                Locale.ROOT,
                "{\"row\":\"%s\",\"server\":\"%s\",\"repeat\":%d,%s",
                row,
                server,
                repeat,
                json.substring(1));
    }
}
