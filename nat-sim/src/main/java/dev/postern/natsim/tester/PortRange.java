package dev.postern.natsim.tester;

/**
 * The external ports that were seen.
 *
 * @param lowest 1 to 65535
 * @param highest {@code lowest} to 65535
 * @param mappings how many mappings were looked at
 */
public record PortRange(int lowest, int highest, int mappings) {

    @Override
    public String toString() {
        return lowest + " to " + highest + " in " + mappings + " mappings";
    }
}
