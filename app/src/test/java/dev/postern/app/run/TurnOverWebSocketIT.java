package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.app.config.ConfigSources;
import dev.postern.app.tunnel.Tunnel;
import dev.postern.conformance.Conformance;
import dev.postern.conformance.Credentials;
import dev.postern.conformance.Outcome;
import dev.postern.conformance.Result;
import dev.postern.conformance.Target;
import dev.postern.stun.AttributeType;
import dev.postern.stun.IpAddress;
import dev.postern.stun.MessageClass;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportProtocol;
import dev.postern.transport.ListenAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A TURN client, the tunnel, a WebSocket, the relay and a peer; and who is not let in. */
class TurnOverWebSocketIT {

    private static final String ON = "signaling.turn-websocket=true";
    private static final String BINDING = "000100002112a442b7e7a701bc34d686fa87dfae";

    /** What a client and a peer say to each other by indications and on channels, and how that begins. */
    private static final Set<Integer> DATA_CASES = Set.of(46, 62, 63, 66, 70, 73, 74, 75, 84, 85, 87, 88);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private Servers start(String... more) throws Exception {
        List<String> sets = new ArrayList<>(List.of(
                "signaling.listen=127.0.0.1:0",
                "turn.listen=udp://127.0.0.1:0",
                "turn.relay-address=127.0.0.1",
                "turn.allow-peers=127.0.0.0/8",
                "turn.users.ann=a password",
                "turn.users.bob=another password"));
        sets.addAll(List.of(more));
        Servers servers = Servers.start(
                Plan.of(
                        ConfigSources.of(null, Map.of(), sets).read(),
                        EnumSet.allOf(Part.class),
                        "serve",
                        new LocalHost()),
                new LocalHost(),
                InstantSource.system());
        open.add(() -> servers.close(Duration.ofSeconds(10)));
        return servers;
    }

    private static URI turn(Servers servers) {
        URI pages = Objects.requireNonNull(servers.pages());
        return URI.create("ws://" + pages.getAuthority() + "/turn");
    }

    private Tunnel tunnel(Servers servers) throws Exception {
        Tunnel tunnel = Tunnel.open(
                turn(servers),
                null,
                List.of(ListenAddress.parse("tcp://127.0.0.1:0"), ListenAddress.parse("udp://127.0.0.1:0")));
        open.add(tunnel);
        return tunnel;
    }

    @Test
    void clientsOfTheTunnelGetARelayedAddressEachOnAWebSocketOfItsOwn() throws Exception {
        Tunnel tunnel = tunnel(start(ON));
        for (ListenAddress address : tunnel.addresses()) {
            for (int i = 0; i < 3; i++) {
                try (StunTestClient client = new StunTestClient(address)) {
                    StunMessage answer = client.allocate("ann", "a password");
                    assertThat(answer.messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
                    assertThat(StunTestClient.xorAddress(answer, AttributeType.XOR_RELAYED_ADDRESS))
                            .isNotNull();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UDP", "TCP"})
    void dataGoesBothWaysThroughTheTunnel(TransportProtocol protocol) throws Exception {
        Tunnel tunnel = tunnel(start(ON));
        Target.Builder target = Target.builder("localhost")
                .users(new Credentials("ann", "a password"), new Credentials("bob", "another password"))
                .peers(List.of(IpAddress.parse("127.0.0.1")));
        tunnel.addresses().stream()
                .filter(address -> address.carries(protocol))
                .forEach(address -> target.at(protocol, address.address()));
        List<Result> results = Conformance.run(target.build(), DATA_CASES::contains, false, result -> {});
        assertThat(results)
                .filteredOn(result -> !(result.outcome() instanceof Outcome.Skipped))
                .hasSizeGreaterThan(8)
                .allSatisfy(result -> assertThat(result.outcome())
                        .as("%s%n%s", result.outcome().sentence(), result.transcript())
                        .isInstanceOf(Outcome.Pass.class));
    }

    /** Collects what a WebSocket brings. */
    private static final class Ear implements WebSocket.Listener {

        private final CompletableFuture<byte[]> message = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            message.complete(bytes);
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int statusCode, String reason) {
            closed.complete(statusCode);
            return null;
        }
    }

    private WebSocket connect(Servers servers, String subprotocol, @Nullable String origin, Ear ear) {
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (!subprotocol.isEmpty()) {
            builder.subprotocols(subprotocol);
        }
        if (origin != null) {
            builder.header("Origin", origin);
        }
        WebSocket socket = builder.buildAsync(turn(servers), ear).join();
        open.add(socket::abort);
        return socket;
    }

    private static String ownOrigin(Servers servers) {
        return "http://" + turn(servers).getAuthority();
    }

    @Test
    void oneMessageIsOneBinaryMessage() throws Exception {
        Servers servers = start(ON);
        Ear ear = new Ear();
        WebSocket socket = connect(servers, "turn.postern", ownOrigin(servers), ear);
        assertThat(socket.getSubprotocol()).isEqualTo("turn.postern");
        socket.sendBinary(ByteBuffer.wrap(HexFormat.of().parseHex(BINDING.substring(0, 16))), false)
                .join();
        socket.sendBinary(ByteBuffer.wrap(HexFormat.of().parseHex(BINDING.substring(16))), true)
                .join();
        byte[] answer = ear.message.get(20, TimeUnit.SECONDS);
        assertThat(answer).startsWith(1, 1);
        assertThat(answer.length).isEqualTo(20 + ByteBuffer.wrap(answer).getShort(2));
    }

    /** A message with more behind it, one that is cut, padded ChannelData, and nothing. */
    @ParameterizedTest
    @CsvSource({BINDING + "00", "000100002112a442", "4000000101000000", "''", "160301"})
    void whatIsNoMessageClosesTheWebSocket(String hex) throws Exception {
        Servers servers = start(ON);
        Ear ear = new Ear();
        WebSocket socket = connect(servers, "turn.postern", ownOrigin(servers), ear);
        socket.sendBinary(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), true).join();
        assertThat(ear.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1000);
    }

    @Test
    void textClosesWith1003() throws Exception {
        Servers servers = start(ON);
        Ear ear = new Ear();
        connect(servers, "turn.postern", ownOrigin(servers), ear)
                .sendText("hello", true)
                .join();
        assertThat(ear.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1003);
    }

    @Test
    void whoIsNotAllowedInIsRefusedBeforeTheWebSocketOpens() throws Exception {
        Servers servers = start(ON);
        refused(servers, "turn.postern", "http://elsewhere.example", 403);
        refused(servers, "turn.postern", null, 403);
        refused(servers, "postern.v1.json", ownOrigin(servers), 400);
        refused(servers, "", ownOrigin(servers), 400);
        refused(start(), "turn.postern", null, 404);
    }

    private void refused(Servers servers, String subprotocol, @Nullable String origin, int status) {
        assertThatThrownBy(() -> connect(servers, subprotocol, origin, new Ear()))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refusal ->
                                assertThat(refusal.getResponse().statusCode()).isEqualTo(status));
    }
}
