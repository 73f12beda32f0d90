package dev.postern.natsim;

/**
 * How much state a NAT keeps.
 *
 * @param mappings how many mappings may exist at once, at least 1
 * @param mappingsPerHost how many of them one inside host may have, at least 1 (RFC 6888 REQ-4)
 * @param contacts how many remote transport addresses one mapping, and with {@link FilterScope#HOST} one host, may have in
 *     contact at once, at least 1
 * @param exhaustion what happens when a mapping more is needed
 */
public record Limits(int mappings, int mappingsPerHost, int contacts, Exhaustion exhaustion) {

    /** Refuses what is out of the ranges above. */
    public Limits {
        if (mappings < 1 || contacts < 1) {
            throw new IllegalArgumentException(
                    "maxMappings " + mappings + " and maxContacts " + contacts + " must each be at least 1");
        }
        if (mappingsPerHost < 1) {
            throw new IllegalArgumentException("maxMappingsPerHost " + mappingsPerHost + " must be at least 1");
        }
    }
}
