package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.Grant;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Several hubs of one cluster in virtual time, with clients that speak in one line and remember what they are told. */
final class ClusterHarness {

    /** Longer than anything between nodes that live takes. */
    static final Duration SOON = Duration.ofMillis(600);

    /** Longer than it takes until a node is lost and rooms have settled. */
    static final Duration UNTIL_LOST = Duration.ofSeconds(18);

    private static final long NO_GOT = ClientMessage.NO_GOT;

    final ClusterNet net;
    private final SignalingConfig config;
    private final SplittableRandom random;
    private final Map<String, Node> nodes = new LinkedHashMap<>();

    ClusterHarness(SignalingConfig config, long seed) {
        this.config = config;
        this.random = new SplittableRandom(seed);
        this.net = new ClusterNet(seed);
    }

    static ClusterHarness of(String... names) {
        return of(42, names);
    }

    static ClusterHarness of(long seed, String... names) {
        return of(seed, SignalingConfig.builder().build(), names);
    }

    static ClusterHarness of(long seed, SignalingConfig config, String... names) {
        ClusterHarness harness = new ClusterHarness(config, seed);
        Stream.of(names).forEach(harness::start);
        harness.advance(SOON);
        return harness;
    }

    Node start(String name) {
        Node node = new Node(name);
        nodes.put(name, node);
        net.add(node);
        return node;
    }

    /** A node that the others are not told of. */
    Node startUnseen(String name) {
        net.hide(name);
        return start(name);
    }

    Node node(String name) {
        return Objects.requireNonNull(nodes.get(name));
    }

    /** Moves time, ringing every alarm and carrying every message at its own moment. */
    void advance(Duration time) {
        long end = net.nowNanos + time.toNanos();
        for (long next = next(); next <= end; next = next()) {
            net.nowNanos = Math.max(net.nowNanos, next);
            net.runDue();
            for (Node node : List.copyOf(nodes.values())) {
                if (node.isAlive() && node.hub.nextTimeout() <= net.nowNanos) {
                    node.hub.onTimeout(net.nowNanos);
                }
            }
        }
        net.nowNanos = end;
    }

    /** The same, with clients that answer what they are asked, so that no connection is taken for dead. */
    void advanceAwake(Duration time, Client... awake) {
        for (Duration left = time; !left.isNegative(); left = left.minusSeconds(5)) {
            for (Client client : awake) {
                client.send(new ClientMessage.Pong(0, NO_GOT));
            }
            advance(left.compareTo(Duration.ofSeconds(5)) < 0 ? left : Duration.ofSeconds(5));
        }
    }

    private long next() {
        long next = net.nextEvent();
        for (Node node : nodes.values()) {
            if (node.isAlive()) {
                next = Math.min(next, node.hub.nextTimeout());
            }
        }
        return next;
    }

    /** Nothing of what has ended is left anywhere: no session, room, entry or alarm, and no name. */
    void assertNothingIsLeft() {
        for (Node node : nodes.values()) {
            if (node.isAlive()) {
                assertThat(node.hub.sessionCount())
                        .as("sessions of %s", node.id)
                        .isZero();
                assertThat(node.hub.roomCount()).as("rooms of %s", node.id).isZero();
                assertThat(node.nodes().entryCount())
                        .as("entries of %s", node.id)
                        .isZero();
                assertThat(node.hub.alarmCount()).as("alarms of %s", node.id).isZero();
            }
        }
        assertThat(net.directory.nameCount()).as("names").isZero();
    }

    /** One hub. */
    final class Node implements ClusterNet.Member {

        final String id;
        final RecordingOutput output = new RecordingOutput();
        final Hub hub;
        private boolean isAlive = true;
        private boolean isLeaving;

        Node(String id) {
            this.id = id;
            this.hub = new Hub(net.nowNanos, config, random.split(), output, id, net.outputOf(this));
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public Nodes nodes() {
            return Objects.requireNonNull(hub.nodes());
        }

        @Override
        public boolean isAlive() {
            return isAlive;
        }

        @Override
        public boolean isLeaving() {
            return isLeaving;
        }

        /** It ends without a word. */
        void kill() {
            isAlive = false;
            net.gone(id);
        }

        boolean isAnyMoving() {
            return hub.sessions().stream().anyMatch(Session::isMoving);
        }

        boolean drain(@Nullable String url) {
            isLeaving = true;
            net.tellAll();
            return nodes().onDrain(net.nowNanos, url);
        }

        /** It ends as it should. */
        void stop() {
            hub.onStop();
            isAlive = false;
            net.leave(id);
        }

        Client client() {
            return client(null);
        }

        Client client(@Nullable Grant grant) {
            Client client = new Client(this, grant == null ? null : new Verdict.Granted(grant));
            client.knock(null);
            advance(SOON);
            return client;
        }
    }

    /** One client, whatever node and connection it has. */
    final class Client {

        Node node;
        Connection connection;

        @Nullable
        Verdict verdict;

        ServerMessage.@Nullable Welcome welcome;
        /** What it was told since it was last asked. */
        private final List<ServerMessage> told = new ArrayList<>();

        private long got;
        private long nextId = 1;

        Client(Node node, @Nullable Verdict verdict) {
            this.node = node;
            this.verdict = verdict;
            this.connection = node.hub.onOpen(net.nowNanos, this);
        }

        void knock(ClientMessage.@Nullable Resume resume) {
            ClientMessage.Hello hello = new ClientMessage.Hello(1, List.of(), "token", resume);
            node.hub.onMessage(net.nowNanos, connection, hello, verdict);
        }

        /** Opens a connection to a node and asks for the session that the last welcome told of. */
        void knockAt(Node other) {
            ClientMessage.Resume ticket = ticket();
            node = other;
            connection = other.hub.onOpen(net.nowNanos, this);
            knock(ticket);
        }

        ServerMessage.Welcome resumeAt(Node other) {
            knockAt(other);
            advance(SOON);
            take();
            return known();
        }

        ClientMessage.Resume ticket() {
            take();
            ServerMessage.Welcome last = known();
            return new ClientMessage.Resume(last.sid(), last.resume(), last.epoch(), got);
        }

        ServerMessage.Welcome known() {
            take();
            return Objects.requireNonNull(welcome);
        }

        String peer() {
            return known().peer();
        }

        long id() {
            return nextId++;
        }

        void send(ClientMessage message) {
            node.hub.onMessage(net.nowNanos, connection, message);
        }

        private void take() {
            for (ServerMessage message : node.output.take(connection)) {
                if (message instanceof ServerMessage.Welcome greeting) {
                    welcome = greeting;
                    got = greeting.seq();
                }
                if (message.number() != ServerMessage.UNNUMBERED) {
                    assertThat(message.number()).as("%s", message).isEqualTo(got + 1);
                    got = message.number();
                }
                told.add(message);
            }
        }

        /** All that it was told since this was last asked. */
        List<ServerMessage> told() {
            take();
            List<ServerMessage> all = List.copyOf(told);
            told.clear();
            return all;
        }

        /** How often it was told this and was not asked about it since, in the words of {@link #news}. */
        long count(String text) {
            take();
            return told.stream().map(ClusterHarness::word).filter(text::equals).count();
        }

        /** Takes out the answer to a request, and leaves the rest; null if there is none. */
        @Nullable
        ServerMessage answer(long id) {
            take();
            for (ServerMessage message : List.copyOf(told)) {
                boolean isIt = (message instanceof ServerMessage.Ok ok && ok.re() == id)
                        || (message instanceof ServerMessage.Err err && Objects.equals(err.re(), id));
                if (isIt) {
                    told.remove(message);
                    return message;
                }
            }
            return null;
        }

        ServerMessage ask(ClientMessage.Request request) {
            send(request);
            advance(SOON);
            ServerMessage answer = answer(request.id());
            assertThat(answer).as("the answer to %s", request).isNotNull();
            return Objects.requireNonNull(answer);
        }

        ClientMessage.Join joinMessage(String room) {
            return new ClientMessage.Join(id(), room, null, Meta.EMPTY, NO_GOT);
        }

        Joined join(String room) {
            ServerMessage answer = ask(joinMessage(room));
            assertThat(answer).isInstanceOf(ServerMessage.Ok.class);
            return Objects.requireNonNull(((ServerMessage.Ok) answer).joined());
        }

        void leave(String room) {
            assertThat(ask(new ClientMessage.Leave(id(), room, NO_GOT))).isInstanceOf(ServerMessage.Ok.class);
        }

        ServerMessage sig(Client to, String room, String sdp) {
            return ask(sigMessage(to, room, sdp));
        }

        ClientMessage.Sig sigMessage(Client to, String room, String sdp) {
            return HubHarness.sigMessage(id(), to.peer(), room, sdp);
        }

        void drop() {
            take();
            node.hub.onClosed(net.nowNanos, connection, false);
        }

        void close() {
            take();
            node.hub.onClosed(net.nowNanos, connection, true);
        }

        @Nullable
        CloseCode closed() {
            return node.output.closeOf(connection);
        }

        /** What happened to others, as "event peer", and what was relayed, as "sig text", in order. */
        List<String> news() {
            return told().stream()
                    .map(ClusterHarness::word)
                    .filter(word -> !word.isEmpty())
                    .toList();
        }
    }

    private static String word(ServerMessage message) {
        if (message instanceof ServerMessage.PeerChange change) {
            String why = change.why() == null ? "" : " " + change.why();
            return change.event() + " " + change.peer().id() + why;
        }
        return message instanceof ServerMessage.Sig sig
                ? "sig " + sig.description().sdp()
                : "";
    }
}
