package dev.postern.transport;

import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The way to the {@code linux} driver, on a JDK that has it; the class of the same name beside the others is for a JDK that has not. */
final class LinuxUdp {

    private static final Set<String> MACHINES = Set.of("amd64", "aarch64");

    private LinuxUdp() {}

    /** Why the driver cannot run here, as the end of a sentence; null if it can. */
    static @Nullable String unavailable() {
        String system = System.getProperty("os.name", "");
        String machine = System.getProperty("os.arch", "");
        if (!system.equals("Linux")) {
            return "needs Linux, and this is " + system;
        }
        if (!MACHINES.contains(machine)) {
            return "needs an amd64 or aarch64 machine, and this is " + machine;
        }
        try {
            return Libc.isGnu() ? null : "needs the GNU C library";
        } catch (LinkageError | RuntimeException e) { // native access is denied, or a call is not there
            return "cannot call the C library: " + BindFailedException.reason(e);
        }
    }

    /** A driver without a socket. */
    static UdpDriver open(ShardsConfig config, Counters<TransportCounter> counters) throws IOException {
        return new LinuxUdpDriver(config, counters, LinuxSockets::knowsSegments, LinuxSockets::canSteer);
    }

    /**
     * The same on a kernel of which it is told whether it takes messages of several datagrams apart, and whether it can be told which of
     * a port's sockets a datagram goes to.
     */
    static UdpDriver open(
            ShardsConfig config, Counters<TransportCounter> counters, boolean knowsSegments, boolean canSteer)
            throws IOException {
        return new LinuxUdpDriver(config, counters, sockets -> knowsSegments, (sockets, steering) -> canSteer);
    }
}
