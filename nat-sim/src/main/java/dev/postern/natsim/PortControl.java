package dev.postern.natsim;

import java.time.Duration;

/**
 * How hosts inside may ask a NAT for mappings of their own (RFC 6888 REQ-9). A mapping that is asked for lasts as long as was granted, whatever
 * passes, and its filter is open to everybody.
 *
 * @param natPmp whether it answers NAT-PMP (RFC 6886)
 * @param pcp whether it answers PCP (RFC 6887)
 * @param upnpIgd whether and how it answers UPnP IGD
 * @param longest the longest lifetime that it grants, at least a second
 */
public record PortControl(boolean natPmp, boolean pcp, UpnpIgd upnpIgd, Duration longest) {

    /** Asks are not answered. */
    public static final PortControl NONE = new PortControl(false, false, Duration.ofHours(2));

    /** Refuses a lifetime below a second or above a year. */
    public PortControl {
        Lifetimes.check("portControl", longest, false);
        if (longest.toSeconds() < 1) {
            throw new IllegalArgumentException("portControl " + longest + " must be at least a second");
        }
    }

    /** Without UPnP IGD. */
    public PortControl(boolean natPmp, boolean pcp, Duration longest) {
        this(natPmp, pcp, UpnpIgd.NONE, longest);
    }

    /** Whether it answers any of them. */
    public boolean isOffered() {
        return natPmp || pcp || upnpIgd != UpnpIgd.NONE;
    }
}
