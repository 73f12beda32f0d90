package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Who speaks DTLS (RFC 8489 section 6.2.3, RFC 7350) for the transport, which has no library for it: opens UDP ports, or is
 * handed its part of what comes to others, and turns that into sessions. Each decrypted record is one datagram, and each datagram that is sent is one record.
 *
 * <p>What an implementation owes: nothing is kept for a source, and no answer is longer than the question, before the source
 * has sent a cookie back that only it can know (RFC 6347 section 4.2.1); and no thread waits for one client.
 */
public interface DtlsPorts {

    /** The most bytes of one datagram in a record (RFC 6347 section 4.1): {@value}. */
    int MAX_DATAGRAM_BYTES = 1 << 14;

    /**
     * Binds one address and takes clients in from then on.
     *
     * @param address port 0 means any free one
     * @param maxSessions how many sessions {@code sessions} will admit at most, 1 or more
     * @throws IOException if it cannot be bound; nothing stays open then
     */
    Port open(TransportAddress address, int maxSessions, Sessions sessions) throws IOException;

    /**
     * Takes clients in at a UDP port whose socket is somebody else's, who hands in what is DTLS there (RFC 7983) and sends.
     *
     * @param address where that socket is bound, or will be; the port is not 0
     * @param maxSessions how many sessions {@code sessions} will admit at most, 1 or more
     * @param outlet where everything leaves
     * @throws IOException if that is not possible; nothing stays open then
     */
    FedPort feed(TransportAddress address, int maxSessions, Sessions sessions, Outlet outlet) throws IOException;

    /** A port that is open. */
    interface Port extends AutoCloseable {

        /** Where it is bound, the port never 0. */
        TransportAddress address();

        /** Says goodbye on every session, ends it, and frees the port; returns within about a second. */
        @Override
        void close();
    }

    /** A port that is open and has no socket. */
    interface FedPort extends Port {

        /**
         * A datagram came whose first byte is 20 to 63. Where more wait than a bounded number of bytes it is dropped, and {@link
         * Sessions#overflowed} told. Any thread; does not block.
         *
         * @param datagram copied during the call
         */
        void onDatagram(TransportAddress client, ByteBuffer datagram);
    }

    /** The way out of a port that has no socket. Any thread; neither blocks nor throws. */
    interface Outlet {

        /**
         * Sends one datagram, of one record or more, to a client; drops and counts it where too much waits.
         *
         * @param datagram copied during the call
         */
        void send(TransportAddress client, ByteBuffer datagram);
    }

    /** What a port calls when a client comes. Any thread; does not block. */
    interface Sessions {

        /**
         * Counts a client in whose cookie was right, before anything else is kept for it.
         *
         * @param server where the port is bound
         * @param wire the way to the client
         * @return what is to hear of it, {@link Session#ended} in any case; null: keep nothing, the client may ask again
         */
        @Nullable
        Session admit(TransportAddress server, TransportAddress client, Wire wire);

        /** A datagram came that was not looked at, since too many wait already. */
        void overflowed();
    }

    /** One client, as the port sees it. Any thread, one call at a time; does not block. */
    interface Session {

        /** The handshake is done; called once at most. */
        void established();

        /**
         * A datagram of the client, decrypted; after {@link #established}. Dropped and counted where the shards do not keep up.
         *
         * @param datagram copied during the call
         */
        void onDatagram(ByteBuffer datagram);

        /** The handshake failed, or the session has ended; called once, last. */
        void ended();
    }

    /** The way to one client. Any thread; neither blocks nor throws. */
    interface Wire {

        /**
         * Encrypts and sends one datagram of at most {@link #MAX_DATAGRAM_BYTES}.
         *
         * @param datagram belongs to the wire from now on
         * @return false if too much waits to be sent already: it was dropped
         */
        boolean send(ByteBuffer datagram);

        /** Says goodbye where there is a session, gives up a handshake; {@link Session#ended} follows. */
        void close();
    }
}
