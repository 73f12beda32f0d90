package dev.postern.natsim.scenario.run;

import dev.postern.natsim.scenario.Scenario;
import java.util.List;

/**
 * What came of a run.
 *
 * @param variants one for each NAT that the scenario compares; one alone if it compares none
 * @param steps how many lines the trace has
 * @param hash SHA-256, as 64 hex digits; of the lines of the trace, each ended by a line feed, or of the verdicts alone if
 *     there are ice4j agents, whose traces are never the same
 * @param hashesVerdicts whether it is of the verdicts
 */
public record RunResult(
        Scenario scenario, long seed, List<VariantResult> variants, long steps, String hash, boolean hashesVerdicts) {

    /** Copies the list. */
    public RunResult {
        variants = List.copyOf(variants);
    }

    /** How many expectations were met. */
    public long met() {
        return variants.stream()
                .flatMap(variant -> variant.findings().stream())
                .filter(finding -> !finding.expected().isEmpty() && finding.met())
                .count();
    }

    /** How many expectations the file has, counted in each variant. */
    public long expectations() {
        return variants.stream()
                .flatMap(variant -> variant.findings().stream())
                .filter(finding -> !finding.expected().isEmpty())
                .count();
    }

    /** Whether every expectation was met. */
    public boolean isAsExpected() {
        return met() == expectations();
    }
}
