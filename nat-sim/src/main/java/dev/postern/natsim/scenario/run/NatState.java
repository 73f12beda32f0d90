package dev.postern.natsim.scenario.run;

import dev.postern.natsim.NatTable;
import java.util.Optional;

/**
 * The translation table of a NAT when the run was over.
 *
 * @param network the network that it is the router of
 * @param behaviour what it is called
 * @param external its address outside
 */
public record NatState(String network, String behaviour, String external, long nanos, NatTable table) {

    /** A heading and the table, each line ended by a line feed. */
    @Override
    public String toString() {
        String head = "NAT of " + network + " (" + behaviour + ", outside " + external + ") at " + Seconds.of(nanos);
        return Optional.of(table)
                .filter(rows -> !rows.rows().isEmpty())
                .map(rows -> head + "\n" + rows.toString().indent(2))
                .orElse(head + ": no mapping\n");
    }
}
