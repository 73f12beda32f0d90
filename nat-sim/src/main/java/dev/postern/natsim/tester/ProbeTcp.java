package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The TCP of a {@link ProbeNet}. Used on the tester's thread. */
public interface ProbeTcp {

    /** How a connection came to its end. */
    enum End {
        /** Its first SYN was answered with a RST or with an ICMP error. */
        REFUSED,
        /** Nothing answered its SYNs. */
        SILENT,
        /** It was open, and is no more. */
        CLOSED
    }

    /** What becomes of a connection. Called on the tester's thread, and never after {@link ProbeStream#close}. */
    interface Events {

        /** It is open. */
        void onOpen(long nowNanos);

        /** The next bytes have arrived; the buffer is not kept. */
        void onData(long nowNanos, ByteBuffer data);

        /** It is over, or never came to be. */
        void onEnd(long nowNanos, End end);
    }

    /**
     * Begins to open a connection. One port may have several, to different addresses, as with SO_REUSEADDR.
     *
     * @param host which machine, as in {@link ProbeNet#open}
     * @param port the local port, 1 to 65535
     * @return null if the port cannot be had
     */
    @Nullable
    ProbeStream connect(int host, int port, TransportAddress to, Events events);
}
