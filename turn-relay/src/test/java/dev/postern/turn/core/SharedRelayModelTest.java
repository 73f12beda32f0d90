package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A few clients on one shared port name a few peers at random, let permissions end, leave and come back, while the peers send: whom each
 * datagram reaches is compared with a model that knows nothing of the tables.
 */
class SharedRelayModelTest {

    private static final int CLIENTS = 5;
    private static final int ADDRESSES = 3;
    private static final int PORTS = 4;
    private static final int STEPS = 3000;
    private static final byte[] HELLO = {1, 2, 3, 4, 5};
    private static final TransportAddress SHARED = TransportAddress.parse("198.51.100.2:50000");
    private static final long FIVE_MINUTES = Duration.ofMinutes(5).toNanos();

    /** What the rules say, kept in the plainest way. */
    private static final class Model {

        final boolean[] allocated = new boolean[CLIENTS];
        final List<Map<IpAddress, Long>> permittedAt = new ArrayList<>();
        final List<Set<TransportAddress>> aside = new ArrayList<>();
        final Map<TransportAddress, Integer> owner = new HashMap<>();

        Model() {
            for (int i = 0; i < CLIENTS; i++) {
                permittedAt.add(new HashMap<>());
                aside.add(new HashSet<>());
            }
        }

        boolean permits(int client, IpAddress address, long now) {
            Long at = permittedAt.get(client).get(address);
            return allocated[client] && at != null && now - at < FIVE_MINUTES;
        }

        void permit(int client, IpAddress address, long now) {
            permittedAt.get(client).put(address, now);
        }

        /** The first one has it until his permission is over; who wanted it meanwhile stays with his side port. */
        void name(int client, TransportAddress peer, long now) {
            Integer first = owner.get(peer);
            if (aside.get(client).contains(peer)) {
                return;
            }
            if (first == null || first < 0 || first == client || !permits(first, peer.ip(), now)) {
                owner.put(peer, client);
            } else {
                aside.get(client).add(peer);
            }
        }

        void end(int client) {
            allocated[client] = false;
            permittedAt.get(client).clear();
            aside.get(client).clear();
            owner.replaceAll((peer, who) -> who == client ? -1 : who);
        }

        /** Who hears a peer at the shared port, or -1. */
        int hears(TransportAddress peer, long now) {
            Integer who = owner.get(peer);
            if (who != null) {
                return who >= 0 && permits(who, peer.ip(), now) ? who : -1;
            }
            int only = -1;
            for (int i = 0; i < CLIENTS; i++) {
                if (permits(i, peer.ip(), now)) {
                    if (only >= 0) {
                        return -1;
                    }
                    only = i;
                }
            }
            return only;
        }
    }

    private final VirtualServer server = new VirtualServer(VirtualServer.sharing(1));
    private final Model model = new Model();
    private final VirtualClient[] clients = new VirtualClient[CLIENTS];
    private int heard;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyDatagramReachesWhomTheRulesSayAndNobodyElse(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CLIENTS; i++) {
            clients[i] = server.client(1000 + i);
        }
        for (int step = 0; step < STEPS; step++) {
            int client = random.nextInt(CLIENTS);
            TransportAddress peer = TransportAddress.of(
                    IpAddress.parse("20.0.0." + (1 + random.nextInt(ADDRESSES))), 7000 + random.nextInt(PORTS));
            act(random.nextInt(20), client, peer);
            assertReaches(TransportAddress.of(peer.ip(), 7000 + random.nextInt(PORTS)));
        }
        assertThat(heard).as("the run is about something").isGreaterThan(STEPS / 10);
        for (int i = 0; i < CLIENTS; i++) {
            clients[i].challenged().refresh(0);
        }
        server.stop();
        server.assertNothingIsHeld();
    }

    private void act(int what, int index, TransportAddress peer) {
        VirtualClient client = clients[index];
        if (!model.allocated[index]) {
            assertThat(client.challenged()
                            .allocate(encoder -> encoder.u32(AttributeType.LIFETIME, 3600))
                            .code())
                    .isZero();
            model.allocated[index] = true;
        } else if (what < 5) {
            assertThat(client.permit(peer).code()).isZero();
            model.permit(index, peer.ip(), server.now);
            model.name(index, peer, server.now);
        } else if (what < 8) {
            assertThat(client.permit(TransportAddress.of(peer.ip(), 0)).code()).isZero();
            model.permit(index, peer.ip(), server.now);
        } else if (what < 11) {
            assertThat(client.bind(0x4000 + peer.port() - 7000 + PORTS * lastByte(peer), peer)
                            .code())
                    .isZero();
            model.permit(index, peer.ip(), server.now);
            model.name(index, peer, server.now);
        } else if (what < 15) {
            client.indicate(peer, HELLO);
            assertLeavesTheRightWay(index, peer);
        } else if (what < 16) {
            client.refresh(0);
            model.end(index);
        } else {
            server.advanceWithoutTimer(Duration.ofSeconds(40));
            for (int i = 0; i < CLIENTS; i++) {
                clients[i].challenged().refresh(3600);
            }
        }
        server.output.toClients.clear();
    }

    /** Nobody's data leave from the shared port towards a peer that is another's there. */
    private void assertLeavesTheRightWay(int index, TransportAddress peer) {
        List<RecordingOutput.ToPeer> sent = server.takeToPeers();
        if (!model.permits(index, peer.ip(), server.now)) {
            assertThat(sent).isEmpty();
            return;
        }
        model.name(index, peer, server.now);
        if (model.aside.get(index).contains(peer)) {
            assertThat(sent)
                    .allSatisfy(each -> assertThat(each.socket().relayed()).isNotEqualTo(SHARED));
        } else {
            assertThat(model.owner.get(peer)).isEqualTo(index);
            assertThat(sent)
                    .singleElement()
                    .satisfies(each -> assertThat(each.socket().relayed()).isEqualTo(SHARED));
        }
    }

    private void assertReaches(TransportAddress peer) {
        if (server.output.open.isEmpty()) {
            return;
        }
        int expected = model.hears(peer, server.now);
        server.peerSends(peer, SHARED, HELLO);
        for (int i = 0; i < CLIENTS; i++) {
            List<ByteBuffer> got = clients[i].received();
            assertThat(got).as("client %d of %d from %s", i, expected, peer).hasSize(i == expected ? 1 : 0);
        }
        heard += expected >= 0 ? 1 : 0;
    }

    private static int lastByte(TransportAddress peer) {
        return peer.ip().ipv4() & 0xFF;
    }
}
