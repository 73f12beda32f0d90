package dev.postern.transport;

import java.io.IOException;

/** The driver that one {@link Shards} runs with, chosen once at its start, and why it is that one. */
final class UdpDrivers {

    private final ShardsConfig config;
    private final boolean linux;
    private final String reason;

    private UdpDrivers(ShardsConfig config, boolean linux, String reason) {
        this.config = config;
        this.linux = linux;
        this.reason = reason;
    }

    /** What the configuration asks for, or what can run here. */
    static UdpDrivers choose(ShardsConfig config) {
        UdpDriverKind asked = config.udp().driver();
        if (asked != UdpDriverKind.AUTO) {
            return new UdpDrivers(config, asked == UdpDriverKind.LINUX, "net.driver asks for it");
        }
        String missing = UdpDriverKind.LINUX.unavailable();
        return missing == null
                ? new UdpDrivers(config, true, "it can run here")
                : new UdpDrivers(config, false, "linux " + missing);
    }

    /** One driver for one shard. */
    UdpDriver open(Counters<TransportCounter> counters) throws IOException {
        return linux ? LinuxUdp.open(config, counters) : new NioUdpDriver(config, counters);
    }

    /** Why it is this one, for a log line. */
    String reason() {
        return reason;
    }
}
