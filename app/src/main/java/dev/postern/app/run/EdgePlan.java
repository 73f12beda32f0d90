package dev.postern.app.run;

import dev.postern.app.config.EdgeKeys;
import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.app.config.WebListen;
import dev.postern.app.tls.TlsCertificates;
import dev.postern.signaling.AddressBlock;
import dev.postern.signaling.SignalingConfig;
import dev.postern.stun.IpPrefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the settings say about TLS and proxies in front of the signaling server. */
final class EdgePlan {

    private EdgePlan() {}

    /** Whether the signaling server is to speak TLS. */
    static boolean isSecure(Settings settings) {
        WebListen listen = settings.find(Keys.SIGNALING_LISTEN);
        return listen != null && listen.secure();
    }

    /** Tells the signaling server. */
    static void apply(Settings settings, @Nullable TlsCertificates certificates, SignalingConfig.Builder config) {
        config.tls(isSecure(settings) && certificates != null ? certificates.context() : null)
                .proxyProtocolFrom(blocks(settings.find(EdgeKeys.SIGNALING_PROXY_PROTOCOL_FROM)))
                .forwardedFrom(blocks(settings.find(EdgeKeys.SIGNALING_FORWARDED_FROM)))
                .strictTransport(settings.get(EdgeKeys.SIGNALING_HSTS));
    }

    private static List<AddressBlock> blocks(@Nullable List<IpPrefix> prefixes) {
        return prefixes == null
                ? List.of()
                : prefixes.stream()
                        .map(prefix -> AddressBlock.parse(prefix.toString()))
                        .toList();
    }
}
