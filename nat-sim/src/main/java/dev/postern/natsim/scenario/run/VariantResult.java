package dev.postern.natsim.scenario.run;

import java.util.List;

/**
 * What came of a scenario with one of the NATs that it compares, or of one that compares none.
 *
 * @param variant the name of the NAT; empty if the scenario compares none
 * @param findings in the order of time; at one time events, then packets, then calls, in the order of the file
 * @param tables of the NATs, in the order of the file
 */
public record VariantResult(String variant, List<Finding> findings, List<NatState> tables) {

    /** Copies the lists. */
    public VariantResult {
        findings = List.copyOf(findings);
        tables = List.copyOf(tables);
    }
}
