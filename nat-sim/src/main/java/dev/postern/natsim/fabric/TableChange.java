package dev.postern.natsim.fabric;

import dev.postern.natsim.NatTable;

/**
 * The table of a router from a step of the trace on, until the next change of the same router.
 *
 * @param nanos when it was seen, in virtual time
 * @param step the number of the step in the trace, counted from 0 when the network was made
 * @param router the name of the router
 * @param table its rows, at most {@link VirtualNet#TABLE_ROWS}
 * @param leftOut how many rows more it had
 */
public record TableChange(long nanos, long step, String router, NatTable table, int leftOut) {}
