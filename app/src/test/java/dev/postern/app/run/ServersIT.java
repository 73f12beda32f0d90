package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postern.app.config.ConfigException;
import dev.postern.app.config.ConfigSources;
import dev.postern.app.tls.CertificateFiles;
import dev.postern.app.tls.PemPair;
import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.StunMessage;
import dev.postern.stun.auth.SharedSecretCredentials;
import dev.postern.stun.auth.StoredKeys;
import dev.postern.transport.ListenAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything wired together over loopback, on ports that the system chooses. */
class ServersIT {

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String SECRET = "turn.shared-secret=0123456789abcdef0123456789abcdef";
    private static final String HELLO = "{\"t\":\"hello\",\"v\":1,\"caps\":[]}";
    private static final String[] EVERYTHING = {
        "signaling.listen=127.0.0.1:0",
        "signaling.allow-no-origin=true",
        "stun.listen=udp://127.0.0.2:0,tcp://127.0.0.2:0",
        "turn.listen=udp://127.0.0.1:0,tcp://127.0.0.1:0",
        "turn.relay-address=127.0.0.1",
        "turn.users.ann=fixed password",
        "metrics.listen=127.0.0.1:0",
        SECRET
    };

    private final List<Servers> started = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (Servers servers : started) {
            servers.close(DEADLINE);
        }
    }

    @Test
    void stunAndTheRelayAnswerBindingOverUdpAndTcp() throws Exception {
        Servers servers = start(EVERYTHING);
        List<ListenAddress> all = new ArrayList<>(servers.stunAddresses());
        all.addAll(servers.turnAddresses());
        assertThat(all).hasSize(4);
        for (ListenAddress address : all) {
            try (StunTestClient client = new StunTestClient(address)) {
                StunMessage answer = client.bind();
                assertThat(answer.messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
                assertThat(StunTestClient.xorAddress(answer, AttributeType.XOR_MAPPED_ADDRESS))
                        .isEqualTo(client.local());
            }
        }
    }

    @Test
    void fixedUserGetsARelayedAddress() throws Exception {
        Servers servers = start(EVERYTHING);
        for (ListenAddress address : servers.turnAddresses()) {
            try (StunTestClient client = new StunTestClient(address)) {
                StunMessage answer = client.allocate("ann", "fixed password");
                assertThat(answer.messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
                assertThat(StunTestClient.xorAddress(answer, AttributeType.XOR_RELAYED_ADDRESS))
                        .isNotNull();
            }
            try (StunTestClient client = new StunTestClient(address)) {
                assertThat(client.allocate("ann", "another").messageClass()).isEqualTo(MessageClass.ERROR_RESPONSE);
            }
        }
    }

    @Test
    void theRelayIsReachedOverTlsAndOnOnePortWithTcp(@TempDir Path folder) throws Exception {
        CertificateFiles files = PemPair.make(folder, "EC", "localhost").write(folder, "localhost");
        Servers servers = start(
                "turn.listen=tls://127.0.0.1:0,tcp+tls://127.0.0.1:0",
                "turn.relay-address=127.0.0.1",
                "turn.users.ann=fixed password",
                "turn.tls-host=localhost",
                "tls.certificate=" + files.certificate(),
                "tls.key=" + files.key());
        assertThat(servers.iceUrls().turn())
                .containsExactly(
                        "turns:localhost:"
                                + servers.turnAddresses().get(0).address().port() + "?transport=tcp",
                        "turn:" + servers.turnAddresses().get(1).address() + "?transport=tcp");
        assertThat(servers.tlsWarning()).isNull();
        for (ListenAddress address : servers.turnAddresses()) {
            try (StunTestClient client = StunTestClient.overTls(address)) {
                StunMessage answer = client.allocate("ann", "fixed password");
                assertThat(answer.messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
            }
        }
    }

    @Test
    void certificatesThatCannotBeUsedStopTheStart() {
        ConfigException refusal = catchThrowableOfType(
                ConfigException.class,
                () -> start(
                        "turn.listen=tls://127.0.0.1:0",
                        "turn.relay-address=127.0.0.1",
                        "turn.users.ann=fixed password",
                        "tls.certificate=/no/such.pem",
                        "tls.key=/no/such.key"));
        assertThat(refusal.sentences())
                .singleElement()
                .asString()
                .startsWith("tls.certificate and tls.key: /no/such.pem");
    }

    @Test
    void peerGetsUrlsAndACredentialThatTheRelayAccepts() throws Exception {
        Servers servers = start(EVERYTHING);
        try (SignalingTestClient peer = new SignalingTestClient(pages(servers))) {
            peer.send(HELLO);
            JsonNode ice = peer.expect("welcome").get("ice");
            assertThat(ice.get("ttl").asLong()).isEqualTo(12 * 3600);
            JsonNode stun = ice.get("servers").get(0);
            JsonNode turn = ice.get("servers").get(1);
            assertThat(stun.get("urls"))
                    .extracting(JsonNode::asText)
                    .containsExactly("stun:" + servers.stunAddresses().get(0).address());
            assertThat(turn.get("urls"))
                    .extracting(JsonNode::asText)
                    .containsExactly(
                            "turn:" + servers.turnAddresses().get(0).address() + "?transport=udp",
                            "turn:" + servers.turnAddresses().get(1).address() + "?transport=tcp");
            try (StunTestClient client =
                    new StunTestClient(servers.turnAddresses().get(0))) {
                StunMessage answer = client.allocate(
                        turn.get("username").asText(), turn.get("credential").asText());
                assertThat(answer.messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
                awaitMetric(servers, "postern_turn_allocations_active 1.0");
            }
        }
    }

    @Test
    void storedKeysServeInPlaceOfThePassword() throws Exception {
        String keys = StoredKeys.of("ann", "example.org", "fixed password").toText();
        Servers servers = start("turn.listen=udp://127.0.0.1:0", "turn.realm=example.org", "turn.users.ann=" + keys);
        try (StunTestClient client = new StunTestClient(servers.turnAddresses().get(0))) {
            assertThat(client.allocate("ann", "fixed password").messageClass())
                    .isEqualTo(MessageClass.SUCCESS_RESPONSE);
        }
    }

    @Test
    void s20_everyOneOfSeveralSharedSecretsIsTakenAndTheFirstMakesNewCredentials() throws Exception {
        Servers servers = start(
                "signaling.listen=127.0.0.1:0",
                "signaling.allow-no-origin=true",
                "turn.listen=udp://127.0.0.1:0",
                "turn.shared-secret=new one,old one");
        for (String secret : List.of("new one", "old one")) {
            try (StunTestClient client =
                    new StunTestClient(servers.turnAddresses().get(0))) {
                String password = SharedSecretCredentials.password(secret, "4000000000:ann");
                assertThat(client.allocate("4000000000:ann", password).messageClass())
                        .isEqualTo(MessageClass.SUCCESS_RESPONSE);
            }
        }
        try (SignalingTestClient peer = new SignalingTestClient(pages(servers))) {
            peer.send(HELLO);
            JsonNode turn = peer.expect("welcome").at("/ice/servers/1");
            assertThat(turn.get("credential").asText())
                    .isEqualTo(SharedSecretCredentials.password(
                            "new one", turn.get("username").asText()));
        }
    }

    @Test
    void peersJoinARoomAndAreToldWhenTheServerGoes() throws Exception {
        Servers servers = start(EVERYTHING);
        try (SignalingTestClient peer = new SignalingTestClient(pages(servers))) {
            peer.send(HELLO);
            peer.expect("welcome");
            peer.send("{\"t\":\"join\",\"id\":1,\"room\":\"r\",\"name\":\"Ann\"}");
            assertThat(peer.expect("ok").get("room").asText()).isEqualTo("r");
            assertThat(servers.close(DEADLINE)).isTrue();
            assertThat(peer.expect("bye").get("code").asInt()).isEqualTo(4431);
        }
    }

    @Test
    void fixedPasswordsAreNotHandedToPeers() throws Exception {
        String[] sets = {
            "signaling.listen=127.0.0.1:0",
            "signaling.allow-no-origin=true",
            "turn.listen=udp://127.0.0.1:0",
            "turn.users.ann=fixed password"
        };
        Servers servers = start(sets);
        try (SignalingTestClient peer = new SignalingTestClient(pages(servers))) {
            peer.send(HELLO);
            JsonNode welcome = peer.expect("welcome");
            assertThat(welcome.get("ice").get("servers")).hasSize(1);
            assertThat(welcome.toString())
                    .contains("stun:")
                    .doesNotContain("turn:")
                    .doesNotContain("fixed password");
        }
        assertThat(new Announcement(plan(sets), servers).warnings())
                .containsExactly(
                        "browsers get no relay: turn.users are not handed to them, and turn.shared-secret, from which"
                                + " they get credentials of their own, is not set.");
    }

    @Test
    void oneAddressInBothListsIsOneSocket() throws Exception {
        Servers servers = start("stun.listen=udp://127.0.0.1:0", "turn.listen=udp://127.0.0.1:0", SECRET);
        assertThat(servers.stunAddresses()).isEmpty();
        assertThat(servers.iceUrls().stun())
                .containsExactly("stun:" + servers.turnAddresses().get(0).address());
        try (StunTestClient client = new StunTestClient(servers.turnAddresses().get(0))) {
            assertThat(client.bind().messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
        }
    }

    @Test
    void metricsCountEveryServerAndReadinessIsSaid() throws Exception {
        Servers servers = start(EVERYTHING);
        assertThat(get(servers, "/readyz")).isEqualTo("ready\n");
        try (StunTestClient client = new StunTestClient(servers.stunAddresses().get(0))) {
            client.bind();
        }
        awaitMetric(servers, "postern_stun_binding_successes_total 1.0");
        assertThat(get(servers, "/metrics"))
                .contains("\npostern_stun_transport_client_datagrams_received_total 1.0\n")
                .contains("\npostern_turn_allocations_opened_total 0.0\n")
                .contains("\npostern_turn_transport_client_datagrams_received_total 0.0\n")
                .contains("\npostern_signaling_sessions_started_total 0.0\n");
    }

    @Test
    void portInUseNamesTheKeyAndLeavesNothingRunning() throws Exception {
        Servers running = start(EVERYTHING);
        URI metrics = Objects.requireNonNull(running.metrics());
        for (ListenAddress taken : running.turnAddresses()) {
            assertThat(refusal("turn.listen=" + taken, SECRET)).startsWith(inUse("turn.listen", taken));
            assertThat(refusal("stun.listen=" + taken)).startsWith(inUse("stun.listen", taken));
        }
        String free = "stun.listen=" + freeAddress();
        assertThat(refusal(free, "signaling.listen=" + pages(running).getAuthority()))
                .startsWith(inUse("signaling.listen", pages(running).getAuthority()));
        assertThat(refusal(free, "metrics.listen=" + metrics.getAuthority()))
                .startsWith(inUse("metrics.listen", metrics.getAuthority()));
        assertThat(start(free).stunAddresses()).hasSize(1);
    }

    /** An answer may arrive before its counter has grown. */
    private static void awaitMetric(Servers servers, String line) throws IOException, InterruptedException {
        long end = System.nanoTime() + DEADLINE.toNanos();
        String page = get(servers, "/metrics");
        while (!page.contains("\n" + line + "\n") && System.nanoTime() - end < 0) {
            page = get(servers, "/metrics");
        }
        assertThat(page).contains("\n" + line + "\n");
    }

    private static String inUse(String key, Object address) {
        return key + " names " + address
                + " (--set), and that port is in use: stop the program that holds it, or use another" + " port: --set "
                + key + "=";
    }

    private static String refusal(String... sets) {
        StartException refused = catchThrowableOfType(StartException.class, () -> startUnowned(sets));
        assertThat(refused).as("a refusal").isNotNull();
        return String.valueOf(refused.getMessage());
    }

    /** An address that was free a moment ago. */
    private ListenAddress freeAddress() throws Exception {
        Servers servers = startUnowned("stun.listen=udp://127.0.0.3:0");
        ListenAddress address = servers.stunAddresses().get(0);
        servers.close(DEADLINE);
        return address;
    }

    private Servers start(String... sets) throws Exception {
        Servers servers = startUnowned(sets);
        started.add(servers);
        return servers;
    }

    private static Servers startUnowned(String... sets) throws Exception {
        return Servers.start(plan(sets), new LocalHost(), InstantSource.system());
    }

    private static Plan plan(String... sets) throws Exception {
        return Plan.of(
                ConfigSources.of(null, Map.of(), List.of(sets)).read(),
                EnumSet.allOf(Part.class),
                "serve",
                new LocalHost());
    }

    private static URI pages(Servers servers) {
        return Objects.requireNonNull(servers.pages());
    }

    private static String get(Servers servers, String path) throws IOException, InterruptedException {
        URI uri = Objects.requireNonNull(servers.metrics()).resolve(path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }
}
