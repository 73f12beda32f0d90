package dev.postern.signaling;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What makes a server one of several that serve the same rooms. All have the same backplane, in the sense that bytes go from each to each
 * over it, and the same secret.
 *
 * @param backplane this server's own door to what they have in common; the server opens and closes it
 * @param secret signs what servers say to each other; {@link #MIN_SECRET_BYTES} at least in UTF-8, and not to be guessed: who has it and can
 *     write to the backplane can do whatever a server can
 * @param url where clients reach this server's WebSocket, which they are told when another one stops; null if all servers are behind one
 *     address
 */
public record SignalingCluster(
        Backplane backplane, String secret, @Nullable URI url) {

    /** The shortest secret, in bytes. */
    public static final int MIN_SECRET_BYTES = 16;

    /** Refuses what does not fit with one sentence that names the key. */
    public SignalingCluster {
        Objects.requireNonNull(backplane);
        if (secret.getBytes(StandardCharsets.UTF_8).length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException("signaling.cluster.secret: it is shorter than " + MIN_SECRET_BYTES
                    + " bytes; make one with openssl rand -hex 32 and give it to every node.");
        }
        if (url != null && !isOfSocket(url)) {
            throw new IllegalArgumentException(
                    "signaling.cluster.url: '" + url + "' is not as ws://host/path or wss://host/path.");
        }
    }

    private static boolean isOfSocket(URI url) {
        return ("ws".equals(url.getScheme()) || "wss".equals(url.getScheme())) && url.getHost() != null;
    }

    /** Leaves the secret out. */
    @Override
    public String toString() {
        return "SignalingCluster[url=" + url + "]";
    }
}
