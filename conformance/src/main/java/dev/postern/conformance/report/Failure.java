package dev.postern.conformance.report;

import dev.postern.conformance.Outcome;
import dev.postern.conformance.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What failed in the same way over one transport or several.
 *
 * @param result the first of them
 * @param transports over which, such as {@code UDP, TCP}
 */
record Failure(Result result, String transports) {

    /** The failures among these, in their order. */
    static List<Failure> of(List<Result> results) {
        Map<String, List<Result>> alike = new LinkedHashMap<>();
        for (Result result : results) {
            if (result.outcome() instanceof Outcome.Fail) {
                String key = result.testCase().id() + " " + result.outcome().sentence();
                alike.computeIfAbsent(key, none -> new ArrayList<>()).add(result);
            }
        }
        return alike.values().stream()
                .map(same -> new Failure(
                        same.get(0),
                        String.join(
                                ", ",
                                same.stream()
                                        .map(result -> result.transport().name())
                                        .toList())))
                .toList();
    }
}
