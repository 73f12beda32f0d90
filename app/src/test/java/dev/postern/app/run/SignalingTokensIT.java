package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postern.app.cli.CommandTree;
import dev.postern.app.cli.Surroundings;
import dev.postern.app.config.ConfigSources;
import dev.postern.stun.MessageClass;
import dev.postern.stun.auth.TimeLimitedName;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Signed tokens from the command line to the relay, with every server wired together over loopback. */
class SignalingTokensIT {

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String API_KEY = "signaling.api-keys.web=0123456789abcdef0123456789abcdef";
    private static final List<String> SETTINGS = List.of(
            "signaling.listen=127.0.0.1:0",
            "signaling.allow-no-origin=true",
            "signaling.auth=jwt",
            API_KEY,
            "turn.listen=udp://127.0.0.1:0",
            "turn.shared-secret=0123456789abcdef0123456789abcdef",
            "turn.warm-up=0s",
            "admin.listen=127.0.0.1:0");

    private @Nullable Servers servers;

    @AfterEach
    void stop() throws InterruptedException {
        if (servers != null) {
            servers.close(DEADLINE);
        }
    }

    private Servers start() throws Exception {
        Plan plan = Plan.of(
                ConfigSources.of(null, Map.of(), SETTINGS).read(), EnumSet.allOf(Part.class), "serve", new LocalHost());
        Servers started = Servers.start(plan, new LocalHost(), InstantSource.system());
        servers = started;
        return started;
    }

    private static URI pages(Servers running) {
        return Objects.requireNonNull(running.pages());
    }

    @Test
    void withoutATokenThereIsNoSessionAndNoCredential() throws Exception {
        try (SignalingTestClient eve = new SignalingTestClient(pages(start()))) {
            eve.send("{\"t\":\"hello\",\"v\":1}");
            assertThat(eve.expect("bye").get("code").asInt()).isEqualTo(4501);
        }
    }

    @Test
    void tokenOfTheCommandLineOpensItsRoomsAndTheRelayUntilItsUserIsRevoked() throws Exception {
        Servers running = start();
        String token = postern(
                "credentials", "token", "--key=web", "--user=ann", "--room=kitchen", "--ttl=10m", "--set=" + API_KEY);
        try (SignalingTestClient ann = new SignalingTestClient(pages(running));
                SignalingTestClient again = new SignalingTestClient(pages(running));
                StunTestClient relay =
                        new StunTestClient(running.turnAddresses().get(0))) {
            ann.send(hello(token));
            JsonNode turn = ann.expect("welcome").at("/ice/servers/1");
            TimeLimitedName name = Objects.requireNonNull(
                    TimeLimitedName.parse(turn.get("username").asText()));
            assertThat(name.user()).isEqualTo("ann");
            assertThat(name.expiresAtSeconds() - Instant.now().getEpochSecond()).isBetween(500L, 600L);
            assertThat(relay.allocate(
                                    turn.get("username").asText(),
                                    turn.get("credential").asText())
                            .messageClass())
                    .isEqualTo(MessageClass.SUCCESS_RESPONSE);
            ann.send("{\"t\":\"join\",\"id\":1,\"room\":\"cellar\"}");
            assertThat(ann.expect("err").get("name").asText()).isEqualTo("not_allowed");
            ann.send("{\"t\":\"join\",\"id\":2,\"room\":\"kitchen\"}");
            ann.expect("ok");
            assertThat(postern("credentials", "revoke", "ann", "--admin", String.valueOf(running.admin())))
                    .isEqualTo(String.format("allocations ended: 1%nsessions ended: 1"));
            assertThat(ann.expect("bye").get("code").asInt()).isEqualTo(4503);
            again.send(hello(token));
            assertThat(again.expect("bye").get("code").asInt()).isEqualTo(4503);
        }
    }

    private static String hello(String token) {
        return "{\"t\":\"hello\",\"v\":1,\"token\":\"" + token + "\"}";
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
