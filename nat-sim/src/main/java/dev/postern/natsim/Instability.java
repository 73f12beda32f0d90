package dev.postern.natsim;

/**
 * When a NAT maps in another way than it says, which RFC 4787 REQ-11 forbids.
 *
 * @param trigger what makes it do so
 * @param then how it maps then; existing mappings stay as they are
 * @param load with {@link Trigger#LOAD}, how many mappings must exist, at least 1
 */
public record Instability(Trigger trigger, Mapping then, int load) {

    /** It always does as it says. */
    public static final Instability NONE = new Instability(Trigger.NEVER, Mapping.APDM, 1);

    /** What makes a NAT map in another way. */
    public enum Trigger {
        NEVER,
        /** Many mappings exist. */
        LOAD,
        /** A port that would be preserved is taken. */
        CONFLICT
    }

    /** Refuses a load below 1. */
    public Instability {
        if (load < 1) {
            throw new IllegalArgumentException("load " + load + " must be at least 1");
        }
    }
}
