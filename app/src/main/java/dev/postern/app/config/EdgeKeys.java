package dev.postern.app.config;

import dev.postern.signaling.SignalingEdge;
import dev.postern.stun.IpPrefix;
import java.time.Duration;
import java.util.List;

/** The keys that say what stands between the network and the signaling server: proxies and TLS. */
public final class EdgeKeys {

    public static final Key<List<IpPrefix>> SIGNALING_PROXY_PROTOCOL_FROM = Key.optional(
            "signaling.proxy-protocol-from",
            Kinds.PREFIXES,
            "nobody",
            "Load balancers whose connections begin with a PROXY protocol header, version 1 or 2, that names the client.");

    public static final Key<List<IpPrefix>> SIGNALING_FORWARDED_FROM = Key.optional(
            "signaling.forwarded-from",
            Kinds.PREFIXES,
            "nobody",
            "Proxies that say in Forwarded, or in X-Forwarded-For and X-Forwarded-Proto, for whom they ask.");

    public static final Key<Duration> SIGNALING_HSTS = Key.required(
            "signaling.hsts",
            AccessKinds.duration(Duration.ZERO, SignalingEdge.MAX_STRICT_TRANSPORT),
            "0s",
            "For how long browsers that came by HTTPS shall use nothing else with this host, on any of its ports (RFC 6797); 0s says nothing.");

    public static final Key<Boolean> TLS_SELF_SIGNED = Key.required(
            "tls.self-signed",
            Kinds.FLAG,
            "false",
            "Makes a certificate for this host's names and addresses at the start, where tls.certificate is not set: for trying things out, as browsers warn of it.");

    static final List<Key<?>> OF_SIGNALING =
            List.of(SIGNALING_PROXY_PROTOCOL_FROM, SIGNALING_FORWARDED_FROM, SIGNALING_HSTS);

    private EdgeKeys() {}
}
