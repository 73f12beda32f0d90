package dev.postern.signaling;

import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What several signaling servers have in common: it carries bytes between them, tells which of them live, and holds a few names
 * that only one of them may have at a time. It may lose and repeat what it carries, also all of it: the servers number, sign and
 * repeat by themselves. Any thread may call it; no call blocks.
 */
public interface Backplane extends AutoCloseable {

    /**
     * A server as the others see it.
     *
     * @param node its id, new in each of its lives
     * @param url where clients reach its WebSocket; null if they should go on using the address that they have
     * @param isLeaving whether it is about to stop, so that nobody should be sent to it
     * @param version the version of what nodes say to each other
     * @param seal shows the other servers that one of them said so: anybody who can write to the backplane could have. The servers make
     *     and judge it, the backplane carries it as it is; visible ASCII characters, or empty
     */
    record Presence(String node, @Nullable URI url, boolean isLeaving, int version, String seal) {

        /** One that nobody has sealed, and that no server takes for another one. */
        public Presence(String node, @Nullable URI url, boolean isLeaving, int version) {
            this(node, url, isLeaving, version, "");
        }
    }

    /** What comes from the backplane, on a thread of its own. None of these may block. */
    interface Listener {

        /** Bytes for this server, from whoever can write to the backplane. */
        void onMessage(byte[] message);

        /** Which servers live now, this one too; called whenever that changes, and only while the backplane can be reached. */
        void onNodes(Collection<Presence> living);

        /** It can be reached (again). What was sent before may be gone, and names that were held may be too. */
        void onUp();

        /** It cannot be reached; the sentence says why. */
        void onDown(String sentence);
    }

    /** Begins to listen and to show this server to the others, until {@link #close}. Called once, first. */
    void open(Presence self, Listener listener);

    /** Shows this server as it is now. */
    void announce(Presence self);

    /** Carries bytes to a server, in the order of the calls as long as it can be reached. What cannot be carried is dropped. */
    void send(String node, byte[] message);

    /** Takes a name unless a living server has it; tells who has it then. Fails if the backplane cannot be reached. */
    CompletionStage<String> claim(String name);

    /** Takes a name from the server that gives it away, unless another living one has it; tells who has it then. Fails as {@link #claim} does. */
    CompletionStage<String> take(String name, String giver);

    /** Gives up a name, if this server has it. */
    CompletionStage<Void> release(String name);

    /** Writes behind a name that it is this server's, for a while. */
    CompletionStage<Void> register(String name, Duration keptFor);

    /** Which server was written behind a name; null if none is. */
    CompletionStage<@Nullable String> locate(String name);

    /** Takes this server out and ends all threads. */
    @Override
    void close();
}
