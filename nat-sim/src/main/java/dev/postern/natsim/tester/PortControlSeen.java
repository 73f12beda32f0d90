package dev.postern.natsim.tester;

import java.util.ArrayList;
import java.util.List;

/**
 * By which protocols the gateway gives ports on request.
 *
 * @param natPmp NAT-PMP (RFC 6886)
 * @param pcp PCP (RFC 6887)
 * @param upnpIgd the version of UPnP IGD, 1 or 2; 0 for none
 */
public record PortControlSeen(boolean natPmp, boolean pcp, int upnpIgd) {

    /** Such as {@code NAT-PMP, PCP and UPnP IGD:1}. */
    @Override
    public String toString() {
        List<String> names = new ArrayList<>();
        if (natPmp) {
            names.add("NAT-PMP");
        }
        if (pcp) {
            names.add("PCP");
        }
        if (upnpIgd != 0) {
            names.add("UPnP IGD:" + upnpIgd);
        }
        if (names.isEmpty()) {
            return "none";
        }
        String last = names.remove(names.size() - 1);
        return names.isEmpty() ? last : String.join(", ", names) + " and " + last;
    }
}
