package dev.postern.natsim.tester;

/**
 * By which protocols the gateway gives ports on request.
 *
 * @param natPmp NAT-PMP (RFC 6886)
 * @param pcp PCP (RFC 6887)
 */
public record PortControlSeen(boolean natPmp, boolean pcp) {

    boolean isOffered() {
        return natPmp || pcp;
    }

    /** Such as {@code NAT-PMP and PCP}. */
    @Override
    public String toString() {
        if (natPmp && pcp) {
            return "NAT-PMP and PCP";
        }
        return natPmp ? "NAT-PMP" : pcp ? "PCP" : "none";
    }
}
