package dev.postern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.conformance.cases.Cases;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every number of the list of cases has a case, or a line in {@code exceptions.txt} that says why not. */
class CaseNumbersTest {

    private static final int LAST = 124;

    /** A line of the file: numbers, what kind of exception, why. */
    private record Exempt(String kind, String why) {}

    @Test
    void everyNumberHasACaseOrAnException() throws IOException {
        Set<Integer> missing = IntStream.rangeClosed(1, LAST).boxed().collect(Collectors.toCollection(TreeSet::new));
        missing.removeAll(numbers());
        missing.removeAll(exceptions().keySet());
        assertThat(missing).isEmpty();
    }

    @Test
    void noNumberIsOutsideTheList() {
        assertThat(numbers()).allMatch(number -> number >= 1 && number <= LAST);
    }

    @Test
    void whatIsNotOfferedOrNotShownHasNoCase() throws IOException {
        Set<Integer> both = new TreeSet<>(numbers());
        Set<Integer> without = new TreeSet<>(numbersOf("not-offered"));
        without.addAll(numbersOf("not-shown"));
        both.retainAll(without);
        assertThat(both).isEmpty();
    }

    @Test
    void whatIsShownInPartHasACase() throws IOException {
        Set<Integer> without = new TreeSet<>(numbersOf("in-part"));
        without.removeAll(numbers());
        assertThat(without).isEmpty();
    }

    @Test
    void noTwoCasesHaveOneName() {
        List<String> ids = Cases.all().stream().map(Case::id).toList();
        assertThat(ids).doesNotHaveDuplicates();
    }

    private static Set<Integer> numbers() {
        return Cases.all().stream().map(Case::number).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Integer> numbersOf(String kind) throws IOException {
        return exceptions().entrySet().stream()
                .filter(entry -> entry.getValue().kind().equals(kind))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<Integer, Exempt> exceptions() throws IOException {
        Map<Integer, Exempt> exceptions = new TreeMap<>();
        for (String line : lines()) {
            String[] words = line.split("\\s+", 3);
            assertThat(words).as(line).hasSize(3);
            assertThat(words[1]).as(line).isIn("not-offered", "not-shown", "in-part");
            String[] range = words[0].split("-");
            int last = Integer.parseInt(range[range.length - 1]);
            for (int number = Integer.parseInt(range[0]); number <= last; number++) {
                exceptions.put(number, new Exempt(words[1], words[2]));
            }
        }
        return exceptions;
    }

    private static List<String> lines() throws IOException {
        try (InputStream in = CaseNumbersTest.class.getResourceAsStream("exceptions.txt")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }
}
