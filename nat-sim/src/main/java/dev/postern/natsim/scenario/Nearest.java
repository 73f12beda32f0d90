package dev.postern.natsim.scenario;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Which known word an unknown one was probably meant to be. Any thread. */
public final class Nearest {

    private Nearest() {}

    /** Such as {@code did you mean latency?}, or all of the words where none of them is near. */
    public static String advice(String unknown, Collection<String> known) {
        if (known.isEmpty()) {
            return "there is none to choose from.";
        }
        String nearest = known.stream()
                .min(Comparator.comparingInt(word -> distance(normal(unknown), normal(word))))
                .orElseThrow();
        boolean close = distance(normal(unknown), normal(nearest)) <= Math.max(2, nearest.length() / 3);
        return close ? "did you mean " + nearest + "?" : "write one of " + listed(known) + ".";
    }

    private static String listed(Collection<String> known) {
        List<String> shown = known.stream().limit(40).toList();
        return String.join(", ", shown) + (shown.size() < known.size() ? " and " + (known.size() - 40) + " more" : "");
    }

    private static String normal(String word) {
        String start = word.length() > 100 ? word.substring(0, 100) : word;
        return start.toLowerCase(Locale.ROOT).replace('_', '-').replace(' ', '-');
    }

    /** The insertions, deletions, replacements and swapped neighbours that lead from one to the other. */
    static int distance(String a, String b) {
        int[][] steps = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                int replaced = steps[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                steps[i][j] = Math.min(replaced, 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    steps[i][j] = Math.min(steps[i][j], steps[i - 2][j - 2] + 1);
                }
            }
        }
        return steps[a.length()][b.length()];
    }
}
