package dev.postern.natsim.scenario;

import dev.postern.natsim.PortControl;
import dev.postern.natsim.UpnpIgd;
import java.time.Duration;
import java.util.List;

/** The keys of a NAT that say how hosts inside may ask it for ports. */
final class PortControlKeys {

    /** A protocol by which they may. */
    private enum Asking {
        NONE(UpnpIgd.NONE),
        NAT_PMP(UpnpIgd.NONE),
        PCP(UpnpIgd.NONE),
        UPNP_IGD1(UpnpIgd.IGD1),
        UPNP_IGD1_PERMANENT(UpnpIgd.IGD1_PERMANENT),
        UPNP_IGD2(UpnpIgd.IGD2);

        private final UpnpIgd igd;

        Asking(UpnpIgd igd) {
            this.igd = igd;
        }
    }

    static final Key<List<Asking>> PROTOCOLS = Key.optional(
            "port-control",
            Kinds.list(Kinds.word(Asking.class)),
            NatKeys.AS_LIKE,
            "By which protocols hosts inside may ask for ports, at the network's inside-address; with upnp-igd1-permanent for"
                    + " ever alone.");
    static final Key<Duration> LONGEST = Key.optional(
            "port-control-longest",
            Kinds.DURATION,
            NatKeys.AS_LIKE,
            "The longest lifetime that such a mapping is granted.");

    private PortControlKeys() {}

    /**
     * What the keys make of it.
     *
     * @throws IllegalArgumentException with one sentence if they contradict each other
     */
    static PortControl read(SectionReader reader, PortControl like) {
        List<Asking> asking = reader.find(PROTOCOLS);
        Duration found = reader.find(LONGEST);
        Duration longest = found == null ? like.longest() : found;
        if (asking == null) {
            return new PortControl(like.natPmp(), like.pcp(), like.upnpIgd(), longest);
        }
        if (asking.contains(Asking.NONE) && asking.size() > 1) {
            throw new IllegalArgumentException("port-control has none beside others");
        }
        List<UpnpIgd> igds = asking.stream()
                .map(protocol -> protocol.igd)
                .filter(igd -> igd != UpnpIgd.NONE)
                .toList();
        if (igds.size() > 1) {
            throw new IllegalArgumentException("port-control has two kinds of UPnP IGD");
        }
        return new PortControl(
                asking.contains(Asking.NAT_PMP),
                asking.contains(Asking.PCP),
                igds.isEmpty() ? UpnpIgd.NONE : igds.get(0),
                longest);
    }
}
