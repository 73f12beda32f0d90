package dev.postern.natsim.explore;

import dev.postern.stun.TransportAddress;

/** A transport address at which an agent of the model may be reached. */
record Candidate(Kind kind, TransportAddress address) {

    /** The types of RFC 8445 section 5.1.1, each with the type preference of section 5.1.2.2. */
    enum Kind {
        HOST(126),
        PEER_REFLEXIVE(110),
        SERVER_REFLEXIVE(100),
        RELAYED(0);

        private final long preference;

        Kind(long preference) {
            this.preference = preference;
        }

        /** RFC 8445 section 5.1.2.1, for one component and one local preference. */
        long priority() {
            return (preference << 24) + (65535L << 8) + 255;
        }
    }
}
