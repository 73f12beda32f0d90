package dev.postern.natsim.oracle;

import dev.postern.natsim.NatPreset;
import dev.postern.natsim.explore.Trial;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What is known of who connects how, from the files that say where it is known from. */
public final class ExpectedOutcomes {

    private static final Map<String, NatPreset> CLASSES = Map.of(
            "open", NatPreset.OPEN,
            "symfw", NatPreset.STATEFUL_FIREWALL,
            "full", NatPreset.FULL_CONE,
            "addr", NatPreset.ADDRESS_RESTRICTED,
            "port", NatPreset.PORT_RESTRICTED,
            "sym", NatPreset.SYMMETRIC,
            "seq", NatPreset.SYMMETRIC_SEQUENTIAL,
            "blocked", NatPreset.UDP_BLOCKED);

    private ExpectedOutcomes() {}

    /** A cell of the 8 x 8 table. */
    public record Pair(NatPreset a, NatPreset b, Outcome expected, String sources) {

        @Override
        public String toString() {
            return a.label() + " x " + b.label() + ": " + expected.label() + " (" + sources + ")";
        }
    }

    /** A place that is not in the table. */
    public record Special(String source, Trial trial, Set<Outcome> right) {

        @Override
        public String toString() {
            return source + ": " + right;
        }
    }

    /** The 8 x 8 table. */
    public static List<Pair> pairs() {
        List<List<String>> lines =
                lines("pairs.txt").map(line -> List.of(line.split(" +"))).toList();
        List<String> columns = lines.get(0);
        return lines.stream()
                .skip(1)
                .flatMap(line -> IntStream.range(1, columns.size())
                        .mapToObj(i ->
                                pair(line.get(0), columns.get(i), line.get(i).split(":"))))
                .toList();
    }

    private static Pair pair(String a, String b, String[] cell) {
        Outcome expected = cell[0].equals("D") ? Outcome.DIRECT : Outcome.RELAY;
        return new Pair(preset(a), preset(b), expected, cell[1]);
    }

    private static NatPreset preset(String name) {
        return Objects.requireNonNull(CLASSES.get(name), name);
    }

    /** The other places. */
    public static List<Special> specials() {
        return lines("special-topologies.txt")
                .map(line -> line.split(" *\\| *"))
                .map(parts -> new Special(parts[0], Trial.parse(parts[1]), outcomes(parts[2])))
                .toList();
    }

    private static Set<Outcome> outcomes(String words) {
        return Arrays.stream(words.split(" or "))
                .map(word -> Outcome.valueOf(word.toUpperCase(Locale.ROOT)))
                .collect(Collectors.toSet());
    }

    private static Stream<String> lines(String name) {
        try (InputStream file = ExpectedOutcomes.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
