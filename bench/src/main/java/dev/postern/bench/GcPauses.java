package dev.postern.bench;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How often and how long a JVM stood still to collect garbage, by what {@code -Xlog:gc} wrote. */
record GcPauses(int count, double longestMillis, double totalMillis) {

    /** {@code [3.141s] GC(7) Pause Young (Normal) (G1 Evacuation Pause) 24M->4M(256M) 1.234ms}; concurrent work has another word. */
    private static final Pattern PAUSE = Pattern.compile(".*GC\\(\\d+\\) Pause .* ([0-9]+(?:\\.[0-9]+)?)ms\\s*");

    /** The pauses that these lines tell of. */
    static GcPauses of(List<String> lines) {
        int count = 0;
        double longest = 0;
        double total = 0;
        for (String line : lines) {
            Matcher pause = PAUSE.matcher(line);
            if (pause.matches()) {
                double millis = Double.parseDouble(pause.group(1));
                count++;
                longest = Math.max(longest, millis);
                total += millis;
            }
        }
        return new GcPauses(count, longest, total);
    }

    /** As members of a JSON object. */
    String json() {
        return String.format(
                Locale.ROOT,
                "\"gc_pauses\":%d,\"gc_longest_ms\":%.3f,\"gc_ms\":%.3f",
                count,
                longestMillis,
                totalMillis);
    }
}
