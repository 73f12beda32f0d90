package dev.postern.app.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Which known name an unknown one was probably meant to be. */
final class NearestName {

    private NearestName() {}

    /** The known name that takes the fewest typing mistakes; the first of several. {@code known} is not empty. */
    static String of(String unknown, List<String> known) {
        String wanted = normal(unknown);
        return known.stream()
                .min(Comparator.comparingInt(name -> score(wanted, normal(name))))
                .orElseThrow();
    }

    /** Whether so few mistakes lie between the two that one was surely meant to be the other. */
    static boolean isClose(String unknown, String known) {
        return distance(normal(unknown), normal(known)) <= Math.max(2, known.length() / 5);
    }

    /** Names are compared without the difference between dots, dashes, underscores and cases. */
    private static String normal(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '.').replace('_', '.');
    }

    /** The part after the section counts as much as the whole, so that {@code stun.realm} and {@code realm} find {@code turn.realm}. */
    private static int score(String wanted, String known) {
        return Math.min(distance(wanted, known), distance(afterSection(wanted), afterSection(known)) + 1);
    }

    private static String afterSection(String name) {
        return name.substring(name.indexOf('.') + 1);
    }

    /** Insertions, deletions, replacements and swapped neighbours. */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
