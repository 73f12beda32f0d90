package dev.postern.app.config;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import dev.postern.transport.ListenAddress;
import dev.postern.turn.PeerProfile;
import dev.postern.turn.PortRange;
import dev.postern.turn.RelayAddresses;
import dev.postern.turn.TcpRelaying;
import dev.postern.turn.TurnLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The table of configuration keys: every name, what it holds, its default and what it is for. Nothing else defines a key. */
public final class Keys {

    static final String ENVIRONMENT_PREFIX = "POSTERN_";

    public static final Key<WebListen> SIGNALING_LISTEN = Key.optional(
            "signaling.listen",
            Kinds.WEB,
            "no signaling",
            "Where the signaling server and its pages are served; over TLS with https://, else over HTTP.");

    public static final Key<List<String>> SIGNALING_ALLOWED_ORIGINS = Key.optional(
            "signaling.allowed-origins",
            Kinds.ORIGINS,
            "same origin only",
            "Web origins, beside the server's own, whose pages may open a signaling socket.");

    public static final Key<Boolean> SIGNALING_ALLOW_NO_ORIGIN = Key.required(
            "signaling.allow-no-origin",
            Kinds.FLAG,
            "false",
            "Lets in clients that send no Origin header, as programs other than browsers do.");

    public static final Key<Boolean> SIGNALING_TURN_WEBSOCKET = Key.required(
            "signaling.turn-websocket",
            Kinds.FLAG,
            "false",
            "Lets `postern tunnel` reach the relay over a WebSocket at /turn, where proxies let nothing but HTTP through.");

    public static final Key<List<ListenAddress>> STUN_LISTEN = Key.optional(
            "stun.listen",
            Kinds.LISTENERS,
            "no STUN server",
            "Where STUN Binding is answered. An address that turn.listen names too is one socket for both.");

    public static final Key<List<TransportAddress>> STUN_NAT_DISCOVERY = Key.optional(
            "stun.nat-discovery",
            Kinds.ENDPOINTS,
            "clients cannot ask how their NAT behaves",
            "The two addresses, with different ports, from which clients learn how their NAT behaves (RFC 5780). All four combinations are listened on over UDP.");

    public static final Key<List<IpAddress>> STUN_NAT_DISCOVERY_EXTERNAL = Key.optional(
            "stun.nat-discovery-external",
            Kinds.OUTSIDE,
            "those of stun.nat-discovery",
            "The addresses by which clients know those of stun.nat-discovery, in the same order, behind a one-to-one NAT.");

    public static final Key<List<ListenAddress>> TURN_LISTEN = Key.optional(
            "turn.listen",
            Kinds.LISTENERS,
            "no relay",
            "Where the TURN relay is reached. It also answers STUN Binding there.");

    public static final Key<String> TURN_TLS_HOST = Key.optional(
            "turn.tls-host",
            Kinds.NAME,
            "browsers get no turns: URL",
            "The host name under which browsers reach the relay over TLS; it must stand in the certificate and lead here.");

    public static final Key<List<IpPrefix>> TURN_PROXY_PROTOCOL_FROM = Key.optional(
            "turn.proxy-protocol-from",
            Kinds.PREFIXES,
            "nobody",
            "Load balancers whose TCP connections begin with a PROXY protocol header, version 1 or 2, that names the client.");

    public static final Key<String> TURN_REALM =
            Key.required("turn.realm", Kinds.REALM, "postern", "The realm of the credentials, usually your domain.");

    public static final Key<String> TURN_USERS = Key.optional(
            "turn.users.NAME",
            Kinds.PASSWORD,
            "no fixed users",
            "The password of the fixed user NAME, or its keys as `credentials hash` prints them. Fixed passwords are never handed to browsers by the signaling server.");

    public static final Key<List<String>> TURN_SHARED_SECRET = Key.optional(
            "turn.shared-secret",
            AccessKinds.SECRETS,
            "no time-limited credentials",
            "The secret from which time-limited credentials are made, here and by your own services. At least 32 random characters are advised. Of several the first makes new ones and all are accepted.");

    public static final Key<List<IpAddress>> TURN_RELAY_ADDRESS = Key.optional(
            "turn.relay-address",
            Kinds.ADDRESSES,
            "the one of turn.listen, or towards the outside",
            "The addresses of this host on which relayed ports are opened: IPv4, IPv6 or both; a family without one is answered 440.");

    public static final Key<List<IpAddress>> TURN_EXTERNAL_ADDRESS = Key.optional(
            "turn.external-address",
            Kinds.ADDRESSES,
            "turn.relay-address",
            "The addresses under which clients and peers reach this host when it stands behind a one-to-one NAT.");

    public static final Key<PortRange> TURN_RELAY_PORTS = Key.required(
            "turn.relay-ports",
            Kinds.PORTS,
            PortRange.DYNAMIC.toString(),
            "The ports from which relayed ones are picked.");

    public static final Key<RelayMode> TURN_RELAY_MODE = Key.required(
            "turn.relay-mode",
            Kinds.RELAY_MODE,
            RelayMode.OWN.toString(),
            "Whether each allocation gets a port of its own, or all share a few (shared), so that no more have to be published.");

    public static final Key<Integer> TURN_SHARED_PORTS = Key.required(
            "turn.shared-ports",
            Kinds.COUNTED,
            String.valueOf(RelayAddresses.DEFAULT_SHARED_PORTS),
            "How many ports are shared where turn.relay-mode is shared: the lowest of turn.relay-ports, at least one for each core.");

    public static final Key<PeerProfile> TURN_PEERS = Key.required(
            "turn.peers",
            Kinds.PROFILE,
            PeerProfile.PUBLIC.toString(),
            "Which peers may be relayed to: public ones, those of turn.allow-peers alone (sfu), or public ones and those of private networks (private).");

    public static final Key<Boolean> TURN_PEERS_DRY_RUN = Key.required(
            "turn.peers-dry-run",
            Kinds.FLAG,
            "false",
            "Relays to peers that the configuration denies all the same, and only counts and logs them. This server, loopback, link-local and cloud metadata addresses stay denied.");

    public static final Key<List<IpPrefix>> TURN_ALLOW_PEERS = Key.optional(
            "turn.allow-peers",
            Kinds.PREFIXES,
            "what turn.peers says",
            "Peers that may be relayed to although turn.peers leaves them out, such as private or loopback ones.");

    public static final Key<List<IpPrefix>> TURN_DENY_PEERS = Key.optional(
            "turn.deny-peers",
            Kinds.PREFIXES,
            "none beside the special addresses",
            "Peers that may not be relayed to; this beats turn.allow-peers.");

    public static final Key<List<Integer>> TURN_DENY_PEER_PORTS = Key.optional(
            "turn.deny-peer-ports",
            Kinds.PORT_LIST,
            "all ports but 0",
            "Ports that may not be relayed to at any peer, such as 25, 53 or 1-1023.");

    public static final Key<Integer> TURN_USER_QUOTA = Key.required(
            "turn.user-quota",
            Kinds.COUNTED,
            String.valueOf(TurnLimits.defaults().userQuota()),
            "How many allocations one user may hold.");

    public static final Key<Integer> TURN_TOTAL_QUOTA = Key.required(
            "turn.total-quota",
            Kinds.COUNTED,
            String.valueOf(TurnLimits.defaults().totalQuota()),
            "How many allocations all users together may hold.");

    public static final Key<Boolean> TURN_TCP_RELAY = Key.required(
            "turn.tcp-relay",
            Kinds.FLAG,
            "false",
            "Relays TCP as well (RFC 6062): clients over TCP may have connections made to peers and take those that peers make.");

    public static final Key<Integer> TURN_TCP_CONNECTIONS = Key.required(
            "turn.tcp-connections",
            Kinds.COUNTED,
            String.valueOf(TcpRelaying.OFF.connections()),
            "How many TCP connections with peers one allocation may hold.");

    public static final Key<Integer> TURN_TCP_PENDING_CONNECTIONS = Key.required(
            "turn.tcp-pending-connections",
            Kinds.COUNTED,
            String.valueOf(TcpRelaying.OFF.pending()),
            "How many of these may wait for the peer, or for the client to bind a connection of its own to them.");

    public static final Key<Integer> TURN_TCP_TOTAL_CONNECTIONS = Key.required(
            "turn.tcp-total-connections",
            Kinds.COUNTED,
            String.valueOf(TcpRelaying.OFF.totalConnections()),
            "How many TCP connections with peers all allocations together may hold.");

    public static final Key<Boolean> TURN_RFC5766_CHANNELS = Key.required(
            "turn.rfc5766-channels",
            Kinds.FLAG,
            "false",
            "Also takes the channel numbers 0x5000 to 0x7FFF, which RFC 8656 gave up and older clients such as coturn's use.");

    public static final Key<String> TURN_SOFTWARE = Key.optional(
            "turn.software",
            Kinds.SOFTWARE,
            "none",
            "What the relay calls itself in the SOFTWARE attribute of its answers, which makes them longer and tells strangers what runs here.");

    public static final Key<Boolean> TURN_MOBILITY = Key.required(
            "turn.mobility",
            Kinds.FLAG,
            "false",
            "Lets clients keep their allocation when their address changes (RFC 8016).");

    public static final Key<List<String>> TURN_MOBILITY_USERS = Key.optional(
            "turn.mobility-users",
            Kinds.NAMES,
            "everybody",
            "The users who may do so, where turn.mobility is true; time-limited ones without their expiry.");

    public static final Key<Duration> TURN_WARM_UP = Key.required(
            "turn.warm-up",
            AccessKinds.duration(Duration.ZERO, Duration.ofSeconds(30)),
            "3s",
            "How long calls are made over loopback before the servers start, on a relay of their own, so that the first callers find the relay's code compiled; 0s for not at all.");

    public static final Key<List<Path>> TLS_CERTIFICATE = Key.optional(
            "tls.certificate",
            Kinds.FILES,
            "no TLS",
            "PEM files, each with a certificate and its chain; the first is for clients that name no host. Changed files are read again.");

    public static final Key<List<Path>> TLS_KEY = Key.optional(
            "tls.key",
            Kinds.FILES,
            "no TLS",
            "PEM files with the private keys (PKCS#8) of tls.certificate, in the same order.");

    public static final Key<TransportAddress> METRICS_LISTEN = Key.optional(
            "metrics.listen",
            Kinds.LISTEN,
            "no metrics",
            "Where /metrics, /healthz and /readyz are served. On any address but loopback metrics.token is needed.");

    /** Those of this class, in the order of the documentation. */
    private static final List<Key<?>> OWN = List.of(
            SIGNALING_LISTEN,
            SIGNALING_ALLOWED_ORIGINS,
            SIGNALING_ALLOW_NO_ORIGIN,
            SIGNALING_TURN_WEBSOCKET,
            STUN_LISTEN,
            STUN_NAT_DISCOVERY,
            STUN_NAT_DISCOVERY_EXTERNAL,
            TURN_LISTEN,
            TURN_TLS_HOST,
            TURN_PROXY_PROTOCOL_FROM,
            TURN_REALM,
            TURN_USERS,
            TURN_SHARED_SECRET,
            TURN_RELAY_ADDRESS,
            TURN_EXTERNAL_ADDRESS,
            TURN_RELAY_PORTS,
            TURN_RELAY_MODE,
            TURN_SHARED_PORTS,
            TURN_PEERS,
            TURN_PEERS_DRY_RUN,
            TURN_ALLOW_PEERS,
            TURN_DENY_PEERS,
            TURN_DENY_PEER_PORTS,
            TURN_USER_QUOTA,
            TURN_TOTAL_QUOTA,
            TURN_TCP_RELAY,
            TURN_TCP_CONNECTIONS,
            TURN_TCP_PENDING_CONNECTIONS,
            TURN_TCP_TOTAL_CONNECTIONS,
            TURN_RFC5766_CHANNELS,
            TURN_SOFTWARE,
            TURN_MOBILITY,
            TURN_MOBILITY_USERS,
            TURN_WARM_UP,
            TLS_CERTIFICATE,
            TLS_KEY,
            METRICS_LISTEN);

    /** All keys: grouped by section, in the order of the documentation. */
    public static final List<Key<?>> ALL = ordered();

    private Keys() {}

    private static List<Key<?>> ordered() {
        List<Key<?>> all = new ArrayList<>(OWN);
        all.addAll(all.indexOf(SIGNALING_TURN_WEBSOCKET) + 1, SignalingBounds.ALL);
        all.addAll(all.indexOf(TLS_CERTIFICATE), AccessKeys.OF_TURN);
        all.addAll(all.indexOf(STUN_LISTEN), EdgeKeys.OF_SIGNALING);
        all.add(all.indexOf(TLS_KEY) + 1, EdgeKeys.TLS_SELF_SIGNED);
        all.addAll(all.indexOf(TURN_TOTAL_QUOTA) + 1, LoadKeys.OF_TURN);
        all.addAll(all.indexOf(TLS_CERTIFICATE), NetKeys.ALL);
        all.addAll(AccessKeys.OF_OPERATORS);
        all.addAll(all.indexOf(STUN_LISTEN), SignalingKeys.ALL);
        all.addAll(all.indexOf(STUN_LISTEN), ClusterKeys.ALL);
        all.addAll(all.indexOf(STUN_LISTEN), EventKeys.ALL);
        return List.copyOf(all);
    }

    /** The key that has this name, or whose family it belongs to; null when there is none. */
    static @Nullable Key<?> find(String name) {
        return ALL.stream().filter(key -> key.covers(name)).findFirst().orElse(null);
    }

    /** Whether some key lies below this name: {@code turn} and {@code turn.users} are sections. */
    static boolean isSection(String name) {
        return ALL.stream().anyMatch(key -> key.name().startsWith(name + "."));
    }

    static List<String> names() {
        return ALL.stream().map(Key::name).toList();
    }

    static List<String> environmentNames() {
        return ALL.stream().map(Key::environmentName).toList();
    }

    /** Whether an environment variable's name begins as a key's does: {@code POSTERN_TURN_...}. */
    static boolean isBelowSection(String environmentName) {
        List<String> sections = new ArrayList<>();
        ALL.forEach(key -> sections.add(key.name().substring(0, key.name().indexOf('.'))));
        return sections.stream()
                .anyMatch(section ->
                        environmentName.startsWith(ENVIRONMENT_PREFIX + section.toUpperCase(Locale.ROOT) + "_"));
    }
}
