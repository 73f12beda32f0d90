package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/** One or more engines of one server in virtual time, with virtual relay sockets that open at once unless they are held. */
final class VirtualServer {

    static final TransportAddress LISTENER = TransportAddress.parse("198.51.100.1:3478");
    static final String RELAY_ADDRESS = "198.51.100.2";
    static final String IPV6_RELAY_ADDRESS = "2602:ff::2";
    static final long WALL_SECONDS = 1_800_000_000L;

    final SharedState shared;
    final RecordingOutput output;
    final TurnEngine engine;
    final List<TurnEngine> engines = new ArrayList<>();
    final Set<Integer> portsInUse = new HashSet<>();
    final Set<AddressFamily> familiesDown = new HashSet<>();
    boolean holdOpens;
    long now;
    long wallSeconds = WALL_SECONDS;

    VirtualServer() {
        this(config());
    }

    VirtualServer(TurnConfig.Builder config) {
        this(config, 0, new Random(42));
    }

    /** A server of so many shards; engine 0 is {@link #engine}. */
    static VirtualServer ofShards(int shards, TurnConfig.Builder config) {
        VirtualServer server = new VirtualServer(config);
        for (int shard = 1; shard < shards; shard++) {
            server.engines.add(new TurnEngine(server.shared, shard, server.output));
        }
        return server;
    }

    VirtualServer(TurnConfig.Builder config, long now, RandomGenerator random) {
        this(config, now, random, new RecordingOutput());
    }

    /** A server whose shell can set DF. */
    static VirtualServer thatForbidsFragments(TurnConfig.Builder config) {
        RecordingOutput output = new RecordingOutput();
        output.canForbidFragments = true;
        return new VirtualServer(config, 0, new Random(42), output);
    }

    private VirtualServer(TurnConfig.Builder config, long now, RandomGenerator random, RecordingOutput output) {
        this.now = now;
        this.output = output;
        this.shared = new SharedState(
                config.build(),
                List.of(IpAddress.parse("198.51.100.1"), IpAddress.parse("198.51.100.2"), IpAddress.parse("10.9.9.9")),
                () -> Instant.ofEpochSecond(wallSeconds),
                random);
        shared.listensAt(List.of(LISTENER));
        this.engine = new TurnEngine(shared, output);
        engines.add(engine);
    }

    /** A server with user alice and bob, and a shared secret; peers are denied by default. */
    static TurnConfig.Builder config() {
        return configWithoutRelay().relayAddress(RELAY_ADDRESS);
    }

    /** The same with relays of both families. */
    static TurnConfig.Builder dual() {
        return configWithoutRelay().relayAddress(RELAY_ADDRESS, IPV6_RELAY_ADDRESS);
    }

    /** The same as {@link #config}, with so many ports that all allocations share, and 16 beside them. */
    static TurnConfig.Builder sharing(int ports) {
        return config().relayPorts("50000-" + (50_000 + ports + 15))
                .sharedPorts(ports)
                .shards(1);
    }

    static TurnConfig.Builder configWithoutRelay() {
        return TurnConfig.builder()
                .listen("udp://" + LISTENER)
                .realm("example.org")
                .user("alice", "alice's password")
                .user("bob", "bob's password")
                .sharedSecret("between us");
    }

    /** A client at an address of its own, as alice. */
    VirtualClient client(int port) {
        return new VirtualClient(this, TransportAddress.of(IpAddress.parse("203.0.113.7"), port));
    }

    /** A client on a TCP stream of its own, as alice. */
    VirtualClient streamClient(int port) {
        TransportAddress address = TransportAddress.of(IpAddress.parse("203.0.113.7"), port);
        return new VirtualClient(this, new FiveTuple(TransportProtocol.TCP, address, LISTENER));
    }

    /** Opens or refuses the sockets that were asked for, after what was handed over has arrived. */
    void settle() {
        deliver();
        while (!holdOpens && !output.opens.isEmpty()) {
            settleNext();
        }
    }

    /** Carries what engines hand over to each other. */
    private void deliver() {
        for (int i = 0; !output.handedOver.isEmpty(); i++) {
            if (i > 1000) {
                throw new AssertionError("shards hand a message round and round");
            }
            RecordingOutput.HandedOver next = output.handedOver.remove();
            TurnEngine to = engines.get(next.shard());
            if (next.message() == null) {
                to.onStreamClosed(now, next.path());
            } else {
                to.onClientData(now, next.path(), next.message());
            }
        }
    }

    private TurnEngine engineOf(RelaySocket socket) {
        return engines.get(socket.home().shard());
    }

    void settleNext() {
        RecordingOutput.Open asked = output.opens.remove();
        boolean inUse = portsInUse.contains(asked.bind().port());
        if (inUse || familiesDown.contains(asked.socket().family())) {
            engineOf(asked.socket()).onRelayFailed(now, asked.socket());
        } else {
            output.open.add(asked.socket());
            engineOf(asked.socket()).onRelayOpened(now, asked.socket(), asked.bind());
        }
    }

    /** Lets time pass, timeouts on the way. */
    void advance(Duration time) {
        long until = now + time.toNanos();
        for (TurnEngine each : engines) {
            advance(each, until);
        }
        now = until;
    }

    private void advance(TurnEngine each, long until) {
        long at = now;
        while (each.nextTimeout() != Long.MAX_VALUE && each.nextTimeout() - until <= 0) {
            at = each.nextTimeout() - at > 0 ? each.nextTimeout() : at;
            each.onTimeout(at);
        }
    }

    /** Lets time pass without a timeout: the shell's timer is late. */
    void advanceWithoutTimer(Duration time) {
        now += time.toNanos();
    }

    /** A peer's datagram arrives at an open relay; the buffer has the headroom that a shell gives. */
    void peerSends(TransportAddress peer, TransportAddress relayed, byte[] payload) {
        peerSends(peer, socketOf(relayed), payload);
    }

    void peerSends(TransportAddress peer, RelaySocket socket, byte[] payload) {
        ByteBuffer buffer = ByteBuffer.allocate(64 + payload.length);
        buffer.position(64).put(payload).position(64);
        engineOf(socket).onRelayData(now, socket, peer, buffer);
        assertThat(buffer.position()).isEqualTo(64);
        assertThat(buffer.limit()).isEqualTo(buffer.capacity());
    }

    /** The leg that has the socket of this address for itself. */
    RelayLeg legOf(TransportAddress relayed) {
        return (RelayLeg) socketOf(relayed);
    }

    RelaySocket socketOf(TransportAddress relayed) {
        return output.open.stream()
                .filter(socket -> socket.relayed().equals(relayed))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no relay is open at " + relayed));
    }

    int freePorts(AddressFamily family) {
        RelayPool pool = shared.pool(family);
        return pool == null ? 0 : pool.ports().free();
    }

    /** What went to peers since the last call. */
    List<RecordingOutput.ToPeer> takeToPeers() {
        List<RecordingOutput.ToPeer> taken = List.copyOf(output.toPeers);
        output.toPeers.clear();
        return taken;
    }

    long count(TurnCounter counter) {
        return engines.stream().mapToLong(each -> each.count(counter)).sum();
    }

    /** The engines stop, with all that allocations share. */
    void stop() {
        engines.forEach(TurnEngine::stop);
        settle();
    }

    /** Nothing is held any more: no socket, port, quota or reservation. */
    void assertNothingIsHeld() {
        assertThat(output.open).isEmpty();
        assertThat(output.opens).isEmpty();
        for (AddressFamily family : AddressFamily.values()) {
            boolean relayed = shared.pool(family) != null;
            assertThat(freePorts(family))
                    .isEqualTo(
                            relayed
                                    ? shared.config().relay().ports().size()
                                            - shared.config().relay().sharedPorts()
                                    : 0);
        }
        assertThat(shared.quotas().held()).isZero();
        assertThat(shared.quotas().users()).isZero();
        assertThat(shared.reservations().size()).isZero();
        assertThat(shared.liveRelays().size()).isZero();
        assertThat(shared.movedPaths().served()).isZero();
        assertThat(shared.liveTcpRelays().size()).isZero();
        assertThat(shared.connectionIds().size()).isZero();
        assertThat(shared.connectionQuotas().held()).isZero();
        assertThat(count(TurnCounter.PEER_CONNECTIONS_ACTIVE)).isZero();
        assertThat(shared.mobilityTickets().size()).isZero();
        assertThat(count(TurnCounter.ALLOCATIONS_ACTIVE)).isZero();
    }
}
