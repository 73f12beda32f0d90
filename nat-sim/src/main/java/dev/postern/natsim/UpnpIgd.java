package dev.postern.natsim;

/** Whether and how inside hosts may ask a NAT for ports by UPnP IGD. */
public enum UpnpIgd {
    /** Not at all. */
    NONE,
    /** WANIPConnection:1: a port by its number, for a time or for ever. */
    IGD1,
    /** The same, for ever alone, as some older routers: a lease is refused with error 725. */
    IGD1_PERMANENT,
    /** WANIPConnection:2: also any port, and never for ever. */
    IGD2;

    /** Of the device: 1 or 2, 0 for none. */
    public int version() {
        return switch (this) {
            case NONE -> 0;
            case IGD1, IGD1_PERMANENT -> 1;
            case IGD2 -> 2;
        };
    }
}
