package dev.postern.transport;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The way to the {@code linux} driver. This is the class of the same name for a JDK older than 22, or for class folders: the one that
 * has the driver lies in the jar under META-INF/versions/22, where a JDK of that version or newer finds it.
 */
final class LinuxUdp {

    private static final int FIRST_VERSION = 22;

    private LinuxUdp() {}

    /** Why the driver cannot run here, as the end of a sentence; null if it can. */
    static @Nullable String unavailable() {
        int version = Runtime.version().feature();
        return version < FIRST_VERSION
                ? "needs Java " + FIRST_VERSION + " or newer, and this is Java " + version
                : "is not part of this build, which was made without a JDK " + FIRST_VERSION + " or newer";
    }

    /** Never: it is not available. */
    @SuppressWarnings("DoNotCallSuggester") // the class of the same name does not throw
    static UdpDriver open(ShardsConfig config, Counters<TransportCounter> counters) throws IOException {
        throw new IOException("the linux driver " + unavailable());
    }

    /** Never, either. */
    @SuppressWarnings("DoNotCallSuggester") // as above
    static UdpDriver open(
            ShardsConfig config, Counters<TransportCounter> counters, boolean knowsSegments, boolean canSteer)
            throws IOException {
        throw new IOException("the linux driver " + unavailable());
    }
}
