package dev.postern.signaling;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * WebSockets of binary messages beside the signaling, on the same port and under the same rules: whose pages may open one, how
 * many an address may have, how long a message may take. What the messages mean is the embedder's.
 */
public interface SocketEndpoint {

    /** The subprotocol that a client must offer, and is answered with. */
    String subprotocol();

    /** The longest message in bytes; a longer one closes with 1009. */
    int maxMessageBytes();

    /**
     * A WebSocket was opened. Called on a thread of the server's pool, which it must not block.
     *
     * @param server where the request came in
     * @param secure whether it came over TLS that ends here
     * @param out the way to the client
     * @return the way in; null closes with 1013, try again later
     */
    @Nullable
    Inbound open(InetSocketAddress client, InetSocketAddress server, boolean secure, Outbound out);

    /** What a client does. The methods are called one at a time. */
    interface Inbound {

        /**
         * One message.
         *
         * @param message valid during the call
         * @param more to be run, once and by any thread, when the next message may be read from the client
         */
        void onMessage(ByteBuffer message, Runnable more);

        /** The WebSocket has ended, whoever ended it. Called once. */
        void onClosed();
    }

    /** The way to a client; any thread. */
    interface Outbound {

        /**
         * Sends one message, behind those before it. How much may wait is the caller's to bound.
         *
         * @param message belongs to the server from now on
         * @param sent run once, when the message has left or never will
         */
        void send(ByteBuffer message, Runnable sent);

        /** Closes behind what was sent. */
        void close();
    }
}
