package dev.postern.app.config;

import dev.postern.signaling.SignalingCluster;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys that make several signaling servers one. */
public final class ClusterKeys {

    private static final Pattern PREFIX_TEXT = Pattern.compile("[A-Za-z0-9._:{}-]{1,64}");
    private static final Pattern DATABASE_PATH = Pattern.compile("|/|/[0-9]{1,5}");

    /** With a password in it, and so never shown. */
    public static final Key<URI> REDIS = Key.optional(
            "signaling.cluster.redis",
            new Kind<>("redis:// or rediss:// URL", false, true, items -> redis(items.get(0))),
            "one node, alone",
            "The Redis, 6.2 or newer, through which nodes serve the same rooms; user and password of it stand in the URL.");

    public static final Key<Path> REDIS_CA = Key.optional(
            "signaling.cluster.redis-ca",
            AccessKinds.FILE,
            "the certificates that the JVM trusts",
            "A PEM file with the certificate of a rediss://, or of who signed it; then no others are trusted.");

    public static final Key<String> SECRET = Key.optional(
            "signaling.cluster.secret",
            Kind.secret("secret", ClusterKeys::secret),
            "must be set for a cluster",
            "What nodes sign by what they say to each other; the same on every node.");

    public static final Key<URI> URL = Key.optional(
            "signaling.cluster.url",
            Kind.one("ws:// or wss:// URL", ClusterKeys::socket),
            "clients come back to the address that they have",
            "Where clients reach this node's WebSocket past the load balancer, if they are to go to a certain node when another stops.");

    public static final Key<String> PREFIX = Key.required(
            "signaling.cluster.prefix",
            Kind.one("text", ClusterKeys::prefix),
            "postern",
            "What the names of all keys in the Redis begin with; clusters that share one have different ones.");

    /** All, in the order of the documentation. */
    static final List<Key<?>> ALL = List.of(REDIS, REDIS_CA, SECRET, URL, PREFIX);

    private ClusterKeys() {}

    private static URI redis(String text) throws BadValueException {
        URI uri = parsed(text);
        boolean isRedis = uri != null && ("redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme()));
        if (uri == null
                || !isRedis
                || uri.getHost() == null
                || !DATABASE_PATH.matcher(uri.getPath()).matches()) {
            throw new BadValueException(
                    text,
                    "write redis://user:password@host:port/database, or rediss:// for TLS, where all but the host may be"
                            + " left out");
        }
        return uri;
    }

    private static URI socket(String text) throws BadValueException {
        URI uri = parsed(text);
        boolean isSocket = uri != null && ("ws".equals(uri.getScheme()) || "wss".equals(uri.getScheme()));
        if (uri == null || !isSocket || uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw new BadValueException(text, "write it as clients do, such as wss://node1.example/signal");
        }
        return uri;
    }

    private static @Nullable URI parsed(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static String secret(String text) throws BadValueException {
        if (Kinds.secret(text).getBytes(StandardCharsets.UTF_8).length < SignalingCluster.MIN_SECRET_BYTES) {
            throw new BadValueException(
                    text,
                    "write at least " + SignalingCluster.MIN_SECRET_BYTES
                            + " characters, as `openssl rand -base64 32` makes them");
        }
        return text;
    }

    private static String prefix(String text) throws BadValueException {
        if (!PREFIX_TEXT.matcher(text).matches()) {
            throw new BadValueException(text, "write 1 to 64 letters, digits and any of . _ : { } -");
        }
        return text;
    }
}
