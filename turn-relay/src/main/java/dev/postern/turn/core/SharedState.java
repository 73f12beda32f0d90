package dev.postern.turn.core;

import dev.postern.stun.ChannelData;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.auth.CredentialStore;
import dev.postern.stun.auth.GateResult.Authenticated;
import dev.postern.stun.auth.Lookup;
import dev.postern.stun.auth.NonceMint;
import dev.postern.stun.auth.RequestGate;
import dev.postern.stun.time.SourceLimiter;
import dev.postern.turn.RelayAddress;
import dev.postern.turn.TurnConfig;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the engines of one server share: quotas, ports, reservations, live relays, users, the peer policy and the key of the
 * nonces. One per server, given to the {@link TurnEngine} of each shard. All in it is safe for all shards.
 */
public final class SharedState {

    private static final int NONCE_KEY_BYTES = 32;
    private static final long MILLIS_PER_SECOND = 1000;

    /** Answers over datagrams that one source without credentials gets from one shard, and how many at once after a rest. */
    private static final int ANSWERS_PER_SECOND = 500;

    private static final int ANSWER_BURST = 1000;

    private final TurnConfig config;
    private final List<IpAddress> hostAddresses;
    private final InstantSource wallClock;
    private final RandomGenerator random;
    private final Revocations revocations;
    private final CredentialStore users;
    private final byte[] nonceKey = new byte[NONCE_KEY_BYTES];
    private final AllocationQuota quotas;
    private final TrafficMeters meters;
    private final @Nullable RelayPool ipv4;
    private final @Nullable RelayPool ipv6;
    private final Reservations reservations;
    private final LiveRelays liveRelays = new LiveRelays();
    private final MovedPaths movedPaths = new MovedPaths();
    private final LiveRelays liveTcpRelays = new LiveRelays();
    private final QuotaLedger<String> connectionQuotas;
    private final ConnectionIds connectionIds;
    private final MobilityTickets mobilityTickets;
    private final AtomicLong allocationIds = new AtomicLong();
    private volatile PeerPolicy policy;
    private volatile boolean draining;

    /**
     * What a server starts with.
     *
     * @param hostAddresses all addresses of this host, which are denied as peers unless a rule allows them
     * @param wallClock tells when time-limited credentials expire
     * @param random unpredictable and safe for all shards, such as {@link java.security.SecureRandom}: it makes the nonce key,
     *     reservation tokens, mobility tickets and relay ports
     */
    public SharedState(
            TurnConfig config, Collection<IpAddress> hostAddresses, InstantSource wallClock, RandomGenerator random) {
        this.config = config;
        this.hostAddresses = List.copyOf(hostAddresses);
        this.wallClock = wallClock;
        this.random = random;
        this.mobilityTickets = new MobilityTickets(random);
        this.revocations = new Revocations(config.credentials());
        this.users = new RevocableUsers(LongTermUsers.of(config.credentials()), revocations);
        random.nextBytes(nonceKey);
        this.quotas = new AllocationQuota(config.limits(), config.traffic());
        this.meters = new TrafficMeters(config.traffic());
        this.ipv4 = poolOf(config.relay().ipv4());
        this.ipv6 = poolOf(config.relay().ipv6());
        this.reservations = new Reservations(
                new QuotaLedger<>(
                        config.limits().userReservations(), config.limits().totalQuota()),
                random);
        this.connectionQuotas = new QuotaLedger<>(
                config.tcpRelaying().userConnections(), config.tcpRelaying().totalConnections());
        this.connectionIds = new ConnectionIds(random);
        this.policy = policyWith(List.of());
    }

    /**
     * Says where the server listens in fact, ports included, so that no peer is a service of its own. Before this only the
     * configured {@link dev.postern.turn.PeerRules#protectedEndpoints()} are known.
     */
    public void listensAt(Collection<TransportAddress> listeners) {
        policy = policyWith(listeners);
    }

    private PeerPolicy policyWith(Collection<TransportAddress> listeners) {
        List<TransportAddress> services = new ArrayList<>(config.peers().protectedEndpoints());
        List<IpAddress> external = config.relay().stream()
                .map(RelayAddress::external)
                .flatMap(Stream::ofNullable)
                .toList();
        for (TransportAddress listener : listeners) {
            services.add(listener);
            for (IpAddress known : external) { // the NAT in front maps all of its ports here
                services.add(TransportAddress.of(known, listener.port()));
            }
        }
        Set<IpAddress> relays =
                config.relay().stream().map(RelayAddress::advertised).collect(Collectors.toSet());
        Set<IpAddress> own = new HashSet<>(hostAddresses);
        config.relay().stream().map(RelayAddress::local).forEach(own::add);
        own.addAll(relays);
        return new PeerPolicy(config.peers(), new OwnAddresses(services, own), relays);
    }

    private @Nullable RelayPool poolOf(@Nullable RelayAddress address) {
        return address == null
                ? null
                : new RelayPool(address, config.relay().ports(), config.relay().sharedPorts(), random);
    }

    /**
     * Lets a user in no more; {@link TurnEngine#endRevoked} of each engine then ends what he has.
     *
     * @param name the name that quotas count under, or one user name
     * @return false if too many are revoked already, and nothing was done
     */
    public boolean revokeUser(String name) {
        return revocations.addUser(name, nowSeconds());
    }

    /** Takes back {@link #revokeUser}; whether there was something to take back. */
    public boolean restoreUser(String name) {
        return revocations.removeUser(name);
    }

    /** Takes the credentials of a room no more, as {@link #revokeUser}. */
    public void revokeRoom(String room) {
        revocations.addRoom(room, nowSeconds());
    }

    boolean isRevoked(Allocation allocation) {
        return revocations.covers(allocation.username(), allocation.quotaUser(), nowSeconds());
    }

    private long nowSeconds() {
        return Math.floorDiv(wallClock.millis(), MILLIS_PER_SECOND);
    }

    /** How long an allocation of this caller may be granted to live, by his credential; at least 1, as it is valid now. */
    long secondsLeft(Authenticated caller) {
        if (caller.expiresAtSeconds() == Lookup.NEVER
                || !config.credentials().rules().strictExpiry()) {
            return Long.MAX_VALUE;
        }
        long begun = -Math.floorDiv(-wallClock.millis(), MILLIS_PER_SECOND); // rounded up: never beyond the expiry
        return Math.max(1, caller.expiresAtSeconds() - begun);
    }

    /** A limit for what strangers get from one shard, with a seed of its own, for all engines of that shard together. */
    public SourceLimiter newSourceLimiter() {
        return new SourceLimiter(ANSWERS_PER_SECOND, ANSWER_BURST, random.nextLong());
    }

    /** A limit for what one source may have somebody else asked about users by one engine. */
    SourceLimiter newQuestionLimiter() {
        return new SourceLimiter(Questions.PER_SECOND, Questions.BURST, random.nextLong());
    }

    CredentialStore users() {
        return users;
    }

    TurnConfig config() {
        return config;
    }

    /** Lets no new allocation in from now on; those that live stay. Any thread. */
    public void drain() {
        draining = true;
    }

    /**
     * How many allocations live or open, or if there are none how many ports wait for their RESERVATION-TOKEN. Once it is 0 after {@link
     * #drain} no allocation is let in any more; one that is being refused may count for an instant. Any thread.
     */
    public int allocationsLeft() {
        int held = quotas.held();
        // A token turns a reservation into an allocation, which counts before the reservation is gone: so that one is
        // looked at last.
        return held > 0 ? held : reservations.size() + quotas.held();
    }

    boolean isDraining() {
        return draining;
    }

    /** Whether new allocations are sent elsewhere, where there is a server for them. */
    boolean redirects() {
        int above = config.redirect().above();
        return draining || (above > 0 && quotas.held() >= above);
    }

    /** The highest channel number that is taken. */
    int lastChannel() {
        return config.rfc5766Channels() ? ChannelData.MAX_RFC_5766_NUMBER : ChannelData.MAX_NUMBER;
    }

    /** A gate for one engine, which its thread owns. */
    RequestGate newGate(KnownAttributes known) {
        NonceMint nonces = new NonceMint(nonceKey, NonceMint.MAX_AGE, RequestGate.features(users));
        return new RequestGate(users, nonces, wallClock, known::understands);
    }

    AllocationQuota quotas() {
        return quotas;
    }

    TrafficMeters meters() {
        return meters;
    }

    /** The relayed transport addresses of a family; null if the server does not relay it. */
    @Nullable
    RelayPool pool(AddressFamily family) {
        return family == AddressFamily.IPV4 ? ipv4 : ipv6;
    }

    Reservations reservations() {
        return reservations;
    }

    /** Those that relay UDP. */
    LiveRelays liveRelays() {
        return liveRelays;
    }

    MovedPaths movedPaths() {
        return movedPaths;
    }

    /** Those that relay TCP, whose ports are others. */
    LiveRelays liveTcpRelays() {
        return liveTcpRelays;
    }

    /** Those of the leg's kind. */
    LiveRelays liveRelays(RelayLeg leg) {
        return leg.isTcp() ? liveTcpRelays : liveRelays;
    }

    /** How many peer connections each user holds. */
    QuotaLedger<String> connectionQuotas() {
        return connectionQuotas;
    }

    ConnectionIds connectionIds() {
        return connectionIds;
    }

    MobilityTickets mobilityTickets() {
        return mobilityTickets;
    }

    PeerPolicy policy() {
        return policy;
    }

    long nextAllocationId() {
        return allocationIds.incrementAndGet();
    }

    /** 64 random bits. */
    long randomBits() {
        return random.nextLong();
    }
}
