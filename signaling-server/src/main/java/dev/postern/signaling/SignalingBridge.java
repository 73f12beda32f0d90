package dev.postern.signaling;

import dev.postern.signaling.net.ForeignSockets;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The signaling behind WebSockets of somebody else's server, a servlet container's for instance: it has no socket of its own. The embedder asks it about
 * each handshake, hands it each text that comes, and sends what it says. Any thread may call it.
 *
 * <p>Not where the server is Jetty: {@link SignalingHandler} sees frames, asks for one when it has taken the one before, and has HTTP streams. Here a
 * server reads as it likes, so that what a client sends faster than it is taken is bounded and then closed with 4429; what it does not read is bounded
 * and closed with 4408 as ever. Pings, empty fragments and messages that never end are for the other server to bound.
 */
public final class SignalingBridge implements AutoCloseable {

    private final ForeignSockets sockets;

    private SignalingBridge(ForeignSockets sockets) {
        this.sockets = sockets;
    }

    /**
     * Starts the hub's thread and those beside it.
     *
     * @throws IllegalArgumentException with one sentence, if the configuration says what only the other server can do
     */
    public static SignalingBridge start(SignalingConfig config) {
        SignalingEdge.requirePlain(config);
        if (!config.endpoints().isEmpty()
                || !config.posts().isEmpty()
                || !config.sockets().isEmpty()) {
            throw new IllegalArgumentException(
                    "signaling in another server: endpoints and sockets beside it are that server's, not of SignalingConfig.");
        }
        return new SignalingBridge(ForeignSockets.start(config));
    }

    /**
     * A request that would open a WebSocket, or asks whether it could.
     *
     * @param client where it comes from, as far as the server believes what proxies say
     * @param secure whether it came over TLS
     * @param headers the values of a header by its name, in any case; none for one that is not there
     */
    public record Handshake(InetSocketAddress client, boolean secure, Function<String, List<String>> headers) {

        public Handshake {
            Objects.requireNonNull(client);
            Objects.requireNonNull(headers);
        }
    }

    /**
     * Why a handshake is refused.
     *
     * @param status the HTTP status to answer with
     * @param json the body, as {@code application/json}
     */
    public record Refusal(int status, String json) {}

    /** What the embedder tells of one WebSocket: from any thread, but one call at a time. */
    public interface Inbound {

        /** One whole text message. It may be taken a moment later. */
        void onText(String text);

        /** One whole binary message, which is answered with an error. */
        void onBinary();

        /** The WebSocket has ended; the code is the client's where it sent one. */
        void onClosed(int closeCode);
    }

    /** The way out to one client. */
    public interface Outbound {

        /**
         * Sends one text message; called by the hub's thread or the one that ran {@code sent}, and must not block. There is no other before {@code sent} was
         * run.
         *
         * @param sent to be run once, by any thread, when the message has left or never will
         */
        void send(String text, Runnable sent);

        /** Closes behind what was sent. Called on a thread that may be blocked for a while; one of few. */
        void close(int code, String reason);
    }

    /** Why this handshake must be refused, before it is answered; null if it need not be. */
    public @Nullable Refusal refusal(Handshake handshake) {
        return sockets.refusal(handshake);
    }

    /** The JSON for {@link dev.postern.signaling.protocol.Protocol#CHECK_PATH}: whether such a handshake would be refused, and why. */
    public String check(Handshake handshake) {
        return sockets.check(handshake);
    }

    /** A WebSocket has been opened, which was not refused; its subprotocol is {@link dev.postern.signaling.protocol.Protocol#SUBPROTOCOL} where it was offered. */
    public Inbound open(Handshake handshake, Outbound out) {
        return sockets.open(handshake, out);
    }

    /** Ends every session of a user at once, as {@link SignalingServer#revoke} does. */
    public CompletionStage<Integer> revoke(String subject) {
        if (subject.isEmpty()) {
            throw new IllegalArgumentException("nobody in particular cannot be revoked");
        }
        return sockets.switchboard().revoke(subject);
    }

    /** Lets a user in again, as {@link SignalingServer#restore} does. */
    public CompletionStage<Boolean> restore(String subject) {
        return sockets.switchboard().restore(subject);
    }

    /** Hands everything to the others of its cluster, as {@link SignalingServer#drain} does. */
    public CompletionStage<Void> drain() {
        return sockets.switchboard().drain();
    }

    /** How it stands with the others of its cluster now; null where it is alone. */
    public @Nullable ClusterState clusterState() {
        return sockets.switchboard().clusterState();
    }

    /** The value of every counter now. */
    public Map<SignalingCounter, Long> counters() {
        return sockets.switchboard().counters();
    }

    /** Says {@code bye} to every client, waits for them no longer than {@link SignalingTime#STOP_DEADLINE}, and ends all threads. */
    @Override
    public void close() {
        sockets.close();
    }
}
