package dev.postern.transport;

/**
 * How the shards move datagrams.
 *
 * @param driver what moves them
 */
public record UdpOptions(UdpDriverKind driver) {

    /** Every value at its default. */
    public static final UdpOptions DEFAULT = new UdpOptions(UdpDriverKind.AUTO);

    /** Refuses what cannot run here with one sentence. */
    public UdpOptions {
        String reason = driver.unavailable();
        if (reason != null) {
            throw new IllegalArgumentException("net.driver is " + driver.word() + ", which " + reason);
        }
    }

    /** The same with another driver. */
    public UdpOptions withDriver(UdpDriverKind value) {
        return new UdpOptions(value);
    }
}
