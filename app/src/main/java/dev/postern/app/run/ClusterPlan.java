package dev.postern.app.run;

import dev.postern.app.config.ClusterKeys;
import dev.postern.app.config.ConfigException;
import dev.postern.app.config.Settings;
import dev.postern.app.tls.BadCertificateException;
import dev.postern.app.tls.TrustedCertificates;
import dev.postern.signaling.ClusterState;
import dev.postern.signaling.SignalingCluster;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.redis.RedisBackplane;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the settings say about the other nodes of the signaling server, and what becomes of it. */
final class ClusterPlan {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterPlan.class);

    private ClusterPlan() {}

    /**
     * Makes the signaling server one of several, if it is to be.
     *
     * @throws ConfigException with one sentence if the certificates cannot be used
     */
    static void apply(Settings settings, SignalingConfig.Builder config) throws ConfigException {
        URI redis = settings.find(ClusterKeys.REDIS);
        String secret = settings.find(ClusterKeys.SECRET);
        if (redis != null && secret != null) {
            RedisBackplane backplane = RedisBackplane.at(redis, settings.get(ClusterKeys.PREFIX), trusted(settings));
            config.cluster(new SignalingCluster(backplane, secret, settings.find(ClusterKeys.URL)));
        }
    }

    private static List<X509Certificate> trusted(Settings settings) throws ConfigException {
        Path file = settings.find(ClusterKeys.REDIS_CA);
        try {
            return file == null ? List.of() : TrustedCertificates.read(file);
        } catch (BadCertificateException e) {
            throw new ConfigException(List.of(ClusterKeys.REDIS_CA.name() + ": " + e.getMessage()));
        }
    }

    /** Why clients should go to another node, in a few words; null if they need not. Any thread. */
    static @Nullable String obstacle(@Nullable SignalingServer signaling) {
        ClusterState state = signaling == null ? null : signaling.clusterState();
        return state == null || state.isUp() ? null : "the backplane of signaling.cluster cannot be reached";
    }

    /** Returns when the other nodes have what this one had, or the drain's own deadline has passed. */
    static void leave(@Nullable SignalingServer signaling) {
        if (signaling == null || signaling.clusterState() == null) {
            return;
        }
        try {
            signaling.drain().toCompletableFuture().join();
        } catch (CompletionException e) {
            LOG.atWarn().setCause(e.getCause()).log("the other nodes did not take all that was here");
        }
    }
}
