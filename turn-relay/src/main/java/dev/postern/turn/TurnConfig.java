package dev.postern.turn;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.stun.auth.CredentialStore;
import dev.postern.stunserver.DiscoveryAddresses;
import dev.postern.transport.ListenAddress;
import dev.postern.transport.StreamIntake;
import dev.postern.transport.UdpOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a relay is told at its start; immutable. It has no default credential, and peers in private, loopback and other special
 * ranges are denied until {@link PeerRules} allow them.
 *
 * @param listen where clients reach the relay, at least one address
 * @param discovery the addresses of NAT behaviour discovery (RFC 5780) that is offered beside the relay, none, or one for each family;
 *     their sockets are added to {@code listen}
 * @param credentials who may use it
 * @param relay where relayed transport addresses come from
 * @param peers exceptions from the built-in denials
 * @param limits quotas and bounds
 * @param traffic rates and what one source may hold
 * @param lifetimes how long allocations live
 * @param tcpRelaying whether TCP is relayed too, and how much of it
 * @param redirect where new allocations go when there are enough here
 * @param mobility whether clients may move
 * @param rfc5766Channels whether ChannelBind also takes the numbers 0x5000 to 0x7FFF, which RFC 5766 allowed and RFC 8656 section 12
 *     does not: for clients of that time, such as coturn's before 2026
 * @param software the SOFTWARE attribute of responses, or null for none, which tells strangers less and makes answers smaller
 * @param intake what clients begin with: TLS, a load balancer's header, DTLS
 * @param shards threads with an engine each, 1 to {@value #MAX_SHARDS}
 * @param udp how datagrams are moved
 * @param closeTimeout how long {@link TurnRelay#close} may take
 */
public record TurnConfig(
        List<ListenAddress> listen,
        List<DiscoveryAddresses> discovery,
        TurnCredentials credentials,
        RelayAddresses relay,
        PeerRules peers,
        TurnLimits limits,
        TrafficLimits traffic,
        Lifetimes lifetimes,
        TcpRelaying tcpRelaying,
        Redirect redirect,
        Mobility mobility,
        boolean rfc5766Channels,
        @Nullable String software,
        StreamIntake intake,
        int shards,
        UdpOptions udp,
        Duration closeTimeout) {

    /** The most shards: {@value}. */
    public static final int MAX_SHARDS = 256;

    /** The longest SOFTWARE: {@value} bytes. RFC 8489 section 14.14 allows more; answers to strangers are to stay short. */
    public static final int MAX_SOFTWARE_BYTES = 127;

    /** @throws IllegalArgumentException with one sentence that names the key, the value and what is allowed */
    public TurnConfig {
        discovery = List.copyOf(discovery);
        listen = Stream.concat(
                        listen.stream(),
                        DiscoveryAddresses.socketsOf(discovery).stream()
                                .map(socket -> new ListenAddress(TransportProtocol.UDP, socket)))
                .distinct()
                .toList();
        if (listen.isEmpty()) {
            throw new IllegalArgumentException(
                    "turn.listen is empty, but must have at least one address such as udp://127.0.0.1:3478.");
        }
        if (shards < 1 || shards > MAX_SHARDS) {
            throw new IllegalArgumentException("turn.shards is " + shards + ", but must be 1 to " + MAX_SHARDS + ".");
        }
        if (software != null && software.getBytes(StandardCharsets.UTF_8).length > MAX_SOFTWARE_BYTES) {
            throw new IllegalArgumentException(
                    "turn.software is '" + software + "', but must have at most " + MAX_SOFTWARE_BYTES + " bytes.");
        }
        relay.checkEnoughFor(shards);
        if (closeTimeout.isNegative()) {
            throw new IllegalArgumentException("turn.close-timeout is " + closeTimeout + ", but must be 0 or more.");
        }
    }

    /** A builder with every value at its default, no credential, and nowhere to listen. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the values; belongs to one thread. Methods that take text throw one sentence that names the key. */
    public static final class Builder {

        private final List<ListenAddress> listen = new ArrayList<>();
        private final List<DiscoveryAddresses> discovery = new ArrayList<>();
        private final Map<String, String> users = new HashMap<>();
        private final List<String> sharedSecrets = new ArrayList<>();
        private @Nullable CredentialStore credentialStore;
        private CredentialRules credentialRules = CredentialRules.defaults();
        private final List<IpAddress> relayAddresses = new ArrayList<>();
        private final List<IpAddress> externalAddresses = new ArrayList<>();
        private final List<IpPrefix> allow = new ArrayList<>();
        private final List<IpPrefix> deny = new ArrayList<>();
        private final Set<Integer> deniedPorts = new HashSet<>();
        private final List<TransportAddress> protectedEndpoints = new ArrayList<>();
        private PeerProfile peerProfile = PeerProfile.PUBLIC;
        private boolean peersDryRun;
        private String realm = "postern";
        private PortRange relayPorts = PortRange.DYNAMIC;
        private int sharedPorts;
        private TurnLimits limits = TurnLimits.defaults();
        private TrafficLimits traffic = TrafficLimits.defaults();
        private Lifetimes lifetimes = Lifetimes.RFC_8656;
        private TcpRelaying tcpRelaying = TcpRelaying.OFF;
        private Redirect redirect = Redirect.NONE;
        private Mobility mobility = Mobility.OFF;
        private boolean rfc5766Channels;
        private @Nullable String software;
        private StreamIntake intake = StreamIntake.PLAIN;
        private UdpOptions udp = UdpOptions.DEFAULT;
        private int shards = Math.min(Runtime.getRuntime().availableProcessors(), MAX_SHARDS);
        private Duration closeTimeout = Duration.ofSeconds(5);

        private Builder() {}

        /** Adds addresses such as {@code udp://192.0.2.1:3478}; port 0 means any. */
        public Builder listen(String... addresses) {
            listen.addAll(read("turn.listen", addresses, ListenAddress::parse));
            return this;
        }

        /** Adds addresses. */
        public Builder listen(List<ListenAddress> addresses) {
            listen.addAll(addresses);
            return this;
        }

        /** Offers NAT behaviour discovery beside the relay, see {@link TurnConfig#discovery()}. */
        public Builder discovery(List<DiscoveryAddresses> values) {
            discovery.addAll(values);
            return this;
        }

        public Builder realm(String value) {
            realm = value;
            return this;
        }

        /** Adds a user with a password, or with keys as {@link TurnCredentials#users} says; a name that is there is replaced. */
        public Builder user(String name, String password) {
            users.put(name, password);
            return this;
        }

        /** Adds a secret for time-limited credentials; the first one is the one in use. */
        public Builder sharedSecret(String secret) {
            sharedSecrets.add(secret);
            return this;
        }

        /** A store that knows more users, asked when the users and secrets do not know a name. */
        public Builder credentialStore(@Nullable CredentialStore store) {
            credentialStore = store;
            return this;
        }

        /** How the end of a credential is taken. */
        public Builder credentialRules(CredentialRules value) {
            credentialRules = value;
            return this;
        }

        /** The host's addresses for relay sockets, one per family at most; without any, the only one of each that is listened on. */
        public Builder relayAddress(String... addresses) {
            relayAddresses.addAll(read("turn.relay-address", addresses, IpAddress::parse));
            return this;
        }

        /** What peers know the relay address of the same family by, where a 1:1 NAT stands in front. */
        public Builder externalAddress(String... addresses) {
            externalAddresses.addAll(read("turn.external-address", addresses, IpAddress::parse));
            return this;
        }

        /** The ports of relay sockets, such as {@code 49152-65535}. */
        public Builder relayPorts(String range) {
            relayPorts = PortRange.parse(range);
            return this;
        }

        /** How many of these ports allocations share, see {@link RelayAddresses#sharedPorts()}. */
        public Builder sharedPorts(int value) {
            sharedPorts = value;
            return this;
        }

        /** Which peers pass where no block is named. */
        public Builder peerProfile(PeerProfile value) {
            peerProfile = value;
            return this;
        }

        /** Whether denied peers pass and are only counted and logged, see {@link PeerRules#dryRun()}. */
        public Builder peersDryRun(boolean value) {
            peersDryRun = value;
            return this;
        }

        /** Lifts the built-in denials for blocks such as {@code 10.0.0.0/8}. */
        public Builder allowPeers(String... blocks) {
            allow.addAll(read("turn.allow-peers", blocks, IpPrefix::parse));
            return this;
        }

        /** Denies blocks whatever else allows them. */
        public Builder denyPeers(String... blocks) {
            deny.addAll(read("turn.deny-peers", blocks, IpPrefix::parse));
            return this;
        }

        /** Denies peer ports at every address, such as 25 and 53. */
        public Builder denyPeerPort(int port) {
            deniedPorts.add(port);
            return this;
        }

        /** Denies another service of this host or its backends by address and port; a wildcard stands for the whole host. */
        public Builder protect(TransportAddress service) {
            protectedEndpoints.add(service);
            return this;
        }

        /** Allocations per user, see {@link TurnLimits#userQuota()}. */
        public Builder userQuota(int value) {
            limits = limits.withQuotas(value, limits.totalQuota());
            return this;
        }

        /** Allocations in total, see {@link TurnLimits#totalQuota()}. */
        public Builder totalQuota(int value) {
            limits = limits.withQuotas(limits.userQuota(), value);
            return this;
        }

        /** All quotas and bounds at once. */
        public Builder limits(TurnLimits value) {
            limits = value;
            return this;
        }

        /** Rates per user, source and in total. */
        public Builder traffic(TrafficLimits value) {
            traffic = value;
            return this;
        }

        public Builder lifetimes(Lifetimes value) {
            lifetimes = value;
            return this;
        }

        /** Offers TCP between the relay and peers (RFC 6062), see {@link TcpRelaying}. */
        public Builder tcpRelay(boolean value) {
            return tcpRelaying(tcpRelaying.offered(value));
        }

        /** All about TCP relaying at once. */
        public Builder tcpRelaying(TcpRelaying value) {
            tcpRelaying = value;
            return this;
        }

        /** Sends new allocations elsewhere when there are enough here. */
        public Builder redirect(Redirect value) {
            redirect = value;
            return this;
        }

        /** Whether clients may move, see {@link Mobility}. */
        public Builder mobility(Mobility value) {
            mobility = value;
            return this;
        }

        /** Takes the channel numbers that RFC 8656 gave up, see {@link TurnConfig#rfc5766Channels()}. */
        public Builder rfc5766Channels(boolean value) {
            rfc5766Channels = value;
            return this;
        }

        public Builder software(@Nullable String value) {
            software = value;
            return this;
        }

        /** TLS and load balancers; its protocols for ALPN are the relay's own whatever it says. */
        public Builder intake(StreamIntake value) {
            intake = value;
            return this;
        }

        public Builder shards(int value) {
            shards = value;
            return this;
        }

        public Builder udp(UdpOptions value) {
            udp = value;
            return this;
        }

        public Builder closeTimeout(Duration value) {
            closeTimeout = value;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException with one sentence that names the key, the value and what is allowed
         */
        public TurnConfig build() {
            return new TurnConfig(
                    listen,
                    discovery,
                    new TurnCredentials(realm, users, sharedSecrets, credentialStore, credentialRules),
                    RelayAddresses.of(
                            relayAddresses.isEmpty() ? RelayAddresses.listenedOn(listen) : relayAddresses,
                            externalAddresses,
                            relayPorts,
                            sharedPorts),
                    new PeerRules(peerProfile, peersDryRun, allow, deny, deniedPorts, protectedEndpoints),
                    limits,
                    traffic,
                    lifetimes,
                    tcpRelaying,
                    redirect,
                    mobility,
                    rfc5766Channels,
                    software,
                    intake,
                    shards,
                    udp,
                    closeTimeout);
        }

        private static <T> List<T> read(String key, String[] texts, Function<String, T> parser) {
            return Stream.of(texts).map(text -> read(key, text, parser)).toList();
        }

        private static <T> T read(String key, String text, Function<String, T> parser) {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(key + ": " + e.getMessage() + ".", e);
            }
        }
    }
}
