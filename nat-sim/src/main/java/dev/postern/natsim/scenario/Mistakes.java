package dev.postern.natsim.scenario;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong with a file: a sentence with a line for each thing, at most {@value #MAX} of them. */
final class Mistakes {

    private static final int MAX = 20;
    private static final int MAX_SHOWN = 60;

    private record Mistake(int line, String sentence) {}

    private final String file;
    private final List<Mistake> found = new ArrayList<>();

    Mistakes(String file) {
        this.file = file;
    }

    /** Notes a sentence, which begins small and ends with a full stop or a question mark. */
    void add(int line, String sentence) {
        if (found.size() < MAX) {
            found.add(new Mistake(line, sentence));
        }
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** Such as {@code course.yaml:12: ...}, in the order of the lines. */
    List<String> sentences() {
        return found.stream()
                .sorted(Comparator.comparingInt(Mistake::line))
                .map(mistake -> file + ":" + mistake.line() + ": " + mistake.sentence())
                .toList();
    }

    /** In quotes, printable and short, whatever was typed. */
    static String quoted(String text) {
        return "\"" + shown(text) + "\"";
    }

    /** Printable and short, whatever was typed. */
    static String shown(String text) {
        String printable = text.codePoints()
                .limit(MAX_SHOWN + 1L)
                .mapToObj(c -> Character.isISOControl(c) ? "?" : Character.toString(c))
                .reduce("", String::concat);
        return printable.length() <= MAX_SHOWN ? printable : printable.substring(0, MAX_SHOWN) + "...";
    }
}
