package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;

/** The TLS of a {@link ProbeNet}. Used on the tester's thread. */
public interface ProbeTls {

    /** What became of a handshake. Called on the tester's thread. */
    interface Ended {
        /**
         * It is over.
         *
         * @param reached whether the other side's part of it came, whoever signed the certificate
         */
        void onEnd(long nowNanos, boolean reached);
    }

    /**
     * Connects, shakes hands and hangs up.
     *
     * @param alpn the protocol to ask for; empty for none
     */
    void handshake(TransportAddress to, String alpn, Ended then);
}
