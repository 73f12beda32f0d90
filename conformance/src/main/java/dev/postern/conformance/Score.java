package dev.postern.conformance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Results counted by RFC section. A case that was run over several transports counts once: it has failed if it failed over one of them,
 * else passed if it passed over one.
 *
 * @param rows by RFC, then by section
 * @param total all of them together
 */
public record Score(List<Row> rows, Row total) {

    /**
     * One section, or all.
     *
     * @param rfc the RFC; that of the first result for a total
     * @param section the section, such as {@code 7.2}; {@code total} for a total
     * @param mustPassed cases with a MUST that passed
     * @param mustTotal cases with a MUST that passed or failed
     * @param shouldPassed cases with a SHOULD that passed
     * @param shouldTotal cases with a SHOULD that passed or failed
     * @param notOffered cases that the server said it has not got the feature for
     * @param skipped cases that were not run
     */
    public record Row(
            Rfc rfc,
            String section,
            int mustPassed,
            int mustTotal,
            int shouldPassed,
            int shouldTotal,
            int notOffered,
            int skipped) {}

    private static final Comparator<Outcome> WORST_FIRST = Comparator.comparingInt(Score::rank);

    public Score {
        rows = List.copyOf(rows);
    }

    /** Counts results, of which there is at least one. */
    public static Score of(List<Result> results) {
        Map<Case, Outcome> outcomes = new LinkedHashMap<>();
        results.forEach(result ->
                outcomes.merge(result.testCase(), result.outcome(), (a, b) -> WORST_FIRST.compare(a, b) <= 0 ? a : b));
        List<Row> rows = new ArrayList<>();
        outcomes.keySet().stream()
                .map(each -> new Place(each.rfc(), each.plainSection()))
                .distinct()
                .sorted(Place.ORDER)
                .forEach(place ->
                        rows.add(row(place, outcomes, each -> Place.of(each).equals(place))));
        Place all = new Place(results.get(0).testCase().rfc(), "total");
        return new Score(rows, row(all, outcomes, each -> true));
    }

    private static int rank(Outcome outcome) {
        if (outcome instanceof Outcome.Fail) {
            return 0;
        }
        return outcome instanceof Outcome.Pass ? 1 : outcome instanceof Outcome.NotOffered ? 2 : 3;
    }

    private static Row row(Place place, Map<Case, Outcome> outcomes, Predicate<Case> belongs) {
        Map<Case, Outcome> mine = new LinkedHashMap<>(outcomes);
        mine.keySet().removeIf(belongs.negate());
        int mustPassed = count(mine, Level.MUST, Outcome.Pass.class);
        int shouldPassed = count(mine, Level.SHOULD, Outcome.Pass.class);
        return new Row(
                place.rfc(),
                place.section(),
                mustPassed,
                mustPassed + count(mine, Level.MUST, Outcome.Fail.class),
                shouldPassed,
                shouldPassed + count(mine, Level.SHOULD, Outcome.Fail.class),
                count(mine, Level.MUST, Outcome.NotOffered.class) + count(mine, Level.SHOULD, Outcome.NotOffered.class),
                count(mine, Level.MUST, Outcome.Skipped.class) + count(mine, Level.SHOULD, Outcome.Skipped.class));
    }

    private static int count(Map<Case, Outcome> outcomes, Level level, Class<? extends Outcome> kind) {
        return (int) outcomes.entrySet().stream()
                .filter(entry -> entry.getKey().level() == level && kind.isInstance(entry.getValue()))
                .count();
    }

    /** A section of an RFC, in the order of their numbers. */
    private record Place(Rfc rfc, String section) {

        static final Comparator<Place> ORDER = Comparator.comparing(Place::rfc).thenComparing(Place::sortKey);

        static Place of(Case each) {
            return new Place(each.rfc(), each.plainSection());
        }

        private String sortKey() {
            StringBuilder key = new StringBuilder();
            for (String number : section.split("\\.")) {
                key.append("0".repeat(Math.max(0, 4 - number.length())))
                        .append(number)
                        .append('.');
            }
            return key.toString();
        }
    }
}
