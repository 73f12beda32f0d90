package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.postern.app.cli.CommandTree;
import dev.postern.app.cli.Surroundings;
import dev.postern.app.config.ConfigSources;
import dev.postern.stun.MessageClass;
import dev.postern.stun.auth.SharedSecretCredentials;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Credentials that come from elsewhere, and their ends, with every server wired together over loopback. */
class RevocationIT {

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String HELLO = "{\"t\":\"hello\",\"v\":1,\"caps\":[]}";
    private static final String NONE_ACTIVE = "postern_turn_allocations_active 0.0";
    private static final String ONE_ACTIVE = "postern_turn_allocations_active 1.0";
    private static final List<String> EVERYTHING = List.of(
            "signaling.listen=127.0.0.1:0",
            "signaling.allow-no-origin=true",
            "turn.listen=udp://127.0.0.1:0",
            "turn.shared-secret=" + SECRET,
            "admin.listen=127.0.0.1:0",
            "metrics.listen=127.0.0.1:0");

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private @Nullable Servers servers;
    private @Nullable HttpServer webhook;

    @AfterEach
    void stop() throws InterruptedException {
        if (servers != null) {
            servers.close(DEADLINE);
        }
        if (webhook != null) {
            webhook.stop(0);
        }
    }

    @Test
    void s20_revokedUserIsCutAtOnceAndLetInNoMore() throws Exception {
        start();
        String username = "4000000000:ann";
        String password = SharedSecretCredentials.password(SECRET, username);
        try (StunTestClient client = client()) {
            assertThat(client.allocate(username, password).messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
            awaitMetric(ONE_ACTIVE);
            assertThat(postern(
                            "credentials",
                            "revoke",
                            "ann",
                            "--admin",
                            String.valueOf(running().admin())))
                    .isEqualTo(String.format("allocations ended: 1%nsessions ended: 0"));
            awaitMetric(NONE_ACTIVE);
        }
        assertThat(allocate(username, password)).isEqualTo(MessageClass.ERROR_RESPONSE);
        assertThat(admin("/turn/restore", "{\"user\":\"ann\"}").body()).isEqualTo("{\"restored\":true}");
        assertThat(allocate(username, password)).isEqualTo(MessageClass.SUCCESS_RESPONSE);
    }

    @Test
    void relayOfARoomEndsWithTheRoomAndTheNextRoomOfThatNameHasAnother() throws Exception {
        start("turn.room-credentials=true");
        JsonNode first = joinAndLeave(true);
        assertThat(allocate(first)).isEqualTo(MessageClass.ERROR_RESPONSE);
        JsonNode second = joinAndLeave(false);
        assertThat(second.get("username").asText())
                .isNotEqualTo(first.get("username").asText());
    }

    /** Joins, allocates, leaves; the credential of the room that is over then. */
    private JsonNode joinAndLeave(boolean firstTime) throws Exception {
        try (SignalingTestClient peer = new SignalingTestClient(pages());
                StunTestClient client = client()) {
            peer.send(HELLO);
            assertThat(peer.expect("welcome").get("ice").toString()).doesNotContain("turn:");
            peer.send("{\"t\":\"join\",\"id\":1,\"room\":\"kitchen\",\"name\":\"Ann\"}");
            JsonNode turn = peer.expect("ice-servers").at("/servers/1");
            peer.expect("ok");
            assertThat(turn.get("username").asText()).doesNotContain("kitchen").contains("#");
            assertThat(client.allocate(
                                    turn.get("username").asText(),
                                    turn.get("credential").asText())
                            .messageClass())
                    .as(firstTime ? "the first room" : "a room of the same name")
                    .isEqualTo(MessageClass.SUCCESS_RESPONSE);
            awaitMetric(ONE_ACTIVE);
            peer.send("{\"t\":\"leave\",\"id\":2,\"room\":\"kitchen\"}");
            awaitMetric(NONE_ACTIVE);
            return turn;
        }
    }

    @Test
    void operatorEndsARoomByItsName() throws Exception {
        start("turn.room-credentials=true");
        try (SignalingTestClient peer = new SignalingTestClient(pages());
                StunTestClient client = client()) {
            peer.send(HELLO);
            peer.expect("welcome");
            peer.send("{\"t\":\"join\",\"id\":1,\"room\":\"kitchen\",\"name\":\"Ann\"}");
            JsonNode turn = peer.expect("ice-servers").at("/servers/1");
            client.allocate(
                    turn.get("username").asText(), turn.get("credential").asText());
            awaitMetric(ONE_ACTIVE);
            assertThat(admin("/turn/revoke", "{\"room\":\"cellar\"}").body()).isEqualTo("{\"ended\":0}");
            assertThat(admin("/turn/revoke", "{\"room\":\"kitchen\"}").body()).isEqualTo("{\"ended\":1}");
            assertThat(allocate(turn)).isEqualTo(MessageClass.ERROR_RESPONSE);
        }
    }

    @Test
    void tokenBuysACredentialOnTheSignalingPort() throws Exception {
        PublicJsonWebKey key = OkpJwkGenerator.generateJwk(OctetKeyPairJsonWebKey.SUBTYPE_ED25519);
        key.setKeyId("k1");
        Path keys = Files.writeString(
                folder.resolve("jwks.json"), new JsonWebKeySet(key).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
        start("turn.jwt.jwks-file=" + keys, "turn.jwt.issuer=https://id.example", "turn.jwt.audience=postern");
        HttpResponse<String> answer = exchange(token(key));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode credential = new ObjectMapper().readTree(answer.body());
        assertThat(credential.get("uris").get(0).asText())
                .isEqualTo("turn:" + running().turnAddresses().get(0).address() + "?transport=udp");
        assertThat(credential.get("ttl").asLong()).isBetween(1L, 300L);
        assertThat(allocate(
                        credential.get("username").asText(),
                        credential.get("password").asText()))
                .isEqualTo(MessageClass.SUCCESS_RESPONSE);
        assertThat(exchange(token(key) + "x").statusCode()).isEqualTo(401);
    }

    private static String token(PublicJsonWebKey key) throws Exception {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer("https://id.example");
        claims.setAudience("postern");
        claims.setSubject("ann");
        claims.setExpirationTimeMinutesInTheFuture(5);
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue("EdDSA");
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setKey(key.getPrivateKey());
        return signature.getCompactSerialization();
    }

    private HttpResponse<String> exchange(String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(pages().resolve("/turn-credentials"))
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.noBody())
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    @Test
    void webhookIsAskedForUsersThatNothingElseKnows() throws Exception {
        List<String> questions = new CopyOnWriteArrayList<>();
        int port = startWebhook(questions);
        start("turn.webhook.url=http://127.0.0.1:" + port + "/turn", "turn.webhook.token=webhook-token-0123");
        assertThat(allocate("ann", "from the webhook")).isEqualTo(MessageClass.SUCCESS_RESPONSE);
        assertThat(allocate("ann", "another")).isEqualTo(MessageClass.ERROR_RESPONSE);
        assertThat(allocate("ben", "from the webhook")).isEqualTo(MessageClass.ERROR_RESPONSE);
        assertThat(questions)
                .containsExactly(
                        "Bearer webhook-token-0123 {\"username\":\"ann\",\"realm\":\"postern\"}",
                        "Bearer webhook-token-0123 {\"username\":\"ben\",\"realm\":\"postern\"}");
        awaitMetric("postern_webhook_known_total 1.0");
        awaitMetric("postern_webhook_unknown_total 1.0");
    }

    private int startWebhook(List<String> questions) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/turn", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            questions.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
            byte[] answer = "{\"password\":\"from the webhook\"}".getBytes(StandardCharsets.UTF_8);
            boolean known = body.contains("\"ann\"");
            exchange.sendResponseHeaders(known ? 200 : 404, known ? answer.length : -1);
            if (known) {
                exchange.getResponseBody().write(answer);
            }
            exchange.close();
        });
        server.start();
        webhook = server;
        return server.getAddress().getPort();
    }

    private void start(String... more) throws Exception {
        List<String> sets = new ArrayList<>(EVERYTHING);
        sets.addAll(List.of(more));
        Plan plan = Plan.of(
                ConfigSources.of(null, Map.of(), sets).read(), EnumSet.allOf(Part.class), "serve", new LocalHost());
        servers = Servers.start(plan, new LocalHost(), InstantSource.system());
    }

    private Servers running() {
        return Objects.requireNonNull(servers);
    }

    private URI pages() {
        return Objects.requireNonNull(running().pages());
    }

    private StunTestClient client() throws IOException {
        return new StunTestClient(running().turnAddresses().get(0));
    }

    private MessageClass allocate(JsonNode credential) throws IOException {
        return allocate(
                credential.get("username").asText(),
                credential.get("credential").asText());
    }

    private MessageClass allocate(String username, String password) throws IOException {
        try (StunTestClient client = client()) {
            return client.allocate(username, password).messageClass();
        }
    }

    private HttpResponse<String> admin(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        Objects.requireNonNull(running().admin()).resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private void awaitMetric(String line) throws Exception {
        URI uri = Objects.requireNonNull(running().metrics()).resolve("/metrics");
        long end = System.nanoTime() + DEADLINE.toNanos();
        String page = "";
        while (!page.contains("\n" + line + "\n") && System.nanoTime() - end < 0) {
            page = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
        }
        assertThat(page).contains("\n" + line + "\n");
    }

    /** What a command prints; it must succeed. */
    private static String postern(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StringWriter err = new StringWriter();
        CommandLine line = CommandTree.of(new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                Map.of(),
                new LocalHost(),
                new Random(1),
                InstantSource.system(),
                prompt -> null));
        line.setErr(new PrintWriter(err, true));
        assertThat(line.execute(arguments)).as(err.toString()).isZero();
        return out.toString(StandardCharsets.UTF_8).strip();
    }
}
