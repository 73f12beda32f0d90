package dev.postern.natsim.ice4j;

import dev.postern.natsim.NatPreset;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.report.RunRecord;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of one pair of agents.
 *
 * @param controlling the NAT of the controlling agent, A: the row
 * @param controlled the NAT of the controlled agent, B: the column
 * @param expected by the oracle, for a TURN client that speaks UDP alone
 * @param observed by the controlling agent
 * @param aToB packets of A that arrived at B without a server between
 * @param bToA packets of B that arrived at A without a server between
 * @param pair the types of A's local and remote candidate in use, such as {@code host-srflx}; empty without one
 * @param gathering how long both took to gather, in the network's time
 * @param connecting from the first check to the outcome, in the network's time
 * @param explanation what became of the packets that A and B sent towards each other, in one sentence
 * @param record of the run; null unless the matrix was to {@link IceMatrix#recording record}
 */
public record MatrixCell(
        NatPreset controlling,
        NatPreset controlled,
        Outcome expected,
        Outcome observed,
        long aToB,
        long bToA,
        String pair,
        Duration gathering,
        Duration connecting,
        String explanation,
        @Nullable RunRecord record) {

    /** The same with a record, or with null without one. */
    public MatrixCell with(@Nullable RunRecord other) {
        return new MatrixCell(
                controlling,
                controlled,
                expected,
                observed,
                aToB,
                bToA,
                pair,
                gathering,
                connecting,
                explanation,
                other);
    }

    /** Whether the agent saw what the oracle predicts, and the network saw the packets that this takes and no others. */
    public boolean agrees() {
        return observed == expected && networkAgrees();
    }

    /** Whether packets passed between A and B without a server just when the agent says that it is connected directly. */
    public boolean networkAgrees() {
        return observed == Outcome.DIRECT ? aToB > 0 && bToA > 0 : aToB == 0 && bToA == 0;
    }

    /** Such as {@code direct, 64 ms}, and what was expected where that differs. */
    String words() {
        StringBuilder words = new StringBuilder(observed.label());
        if (observed != Outcome.NONE) {
            words.append(", ").append(connecting.toMillis()).append(" ms");
        }
        if (observed != expected) {
            words.append(", but expected ").append(expected.label());
        } else if (!networkAgrees()) {
            words.append(", but ").append(aToB + bToA).append(" packets passed directly");
        }
        return words.toString();
    }
}
