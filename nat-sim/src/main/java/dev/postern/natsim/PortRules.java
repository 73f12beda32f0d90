package dev.postern.natsim;

import java.time.Duration;

/**
 * Which external port a new mapping gets.
 *
 * @param allocation the rule
 * @param fallback the rule where {@link PortAllocation#PRESERVE} finds the port taken; not PRESERVE
 * @param first the first port of the range, 1 to 65535
 * @param last the last port of the range, {@code first} to 65535
 * @param step how far {@link PortAllocation#SEQUENTIAL} goes each time; negative for downwards, not 0
 * @param parity whether even inside ports get even external ones, and odd ones odd (RFC 4787 REQ-4)
 * @param contiguity whether the inside port above one that is mapped gets the external port above (RFC 4787 section 4.2.3)
 * @param keepRange whether inside ports below 1024 get external ones below 1024, and others others (RFC 4787 REQ-3 a)
 * @param sharing whether mappings may share an external transport address
 * @param blocks whether hosts get ports in blocks
 * @param blockSize how many ports a block has, at least 1; counts only with blocks
 * @param blocksPerHost how many blocks a host may have at most, at least 1; counts only with {@link PortBlocks#DYNAMIC}
 * @param holdDown how long a port stays unused after its mapping has ended, 0 or more (RFC 6888 REQ-8)
 */
public record PortRules(
        PortAllocation allocation,
        PortAllocation fallback,
        int first,
        int last,
        int step,
        boolean parity,
        boolean contiguity,
        boolean keepRange,
        PortSharing sharing,
        PortBlocks blocks,
        int blockSize,
        int blocksPerHost,
        Duration holdDown) {

    private static final int MAX_PORT = 65535;

    /** Refuses what is out of the ranges above. */
    public PortRules {
        if (first < 1 || first > last || last > MAX_PORT) {
            throw new IllegalArgumentException(
                    "ports " + first + "-" + last + ": the range must lie within 1-" + MAX_PORT);
        }
        if (fallback == PortAllocation.PRESERVE) {
            throw new IllegalArgumentException("the fallback for a taken port must be another rule than PRESERVE");
        }
        if (step == 0) {
            throw new IllegalArgumentException("step 0 gives the same port for ever");
        }
        if (blockSize < 1 || blockSize > last - first + 1 || blocksPerHost < 1) {
            throw new IllegalArgumentException("blocks of " + blockSize + " ports, " + blocksPerHost
                    + " for a host: a block must lie within " + first + "-" + last + ", and a host needs one");
        }
        Lifetimes.check("holdDown", holdDown, true);
    }

    int count() {
        return last - first + 1;
    }
}
