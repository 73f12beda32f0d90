package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Case 32: the packaged program and a service, over TLS, that is told what happens in the rooms. */
class EventWebhookE2E {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static TestCertificate certificate;

    @BeforeAll
    static void makeCertificate() {
        certificate = TestCertificate.make();
    }

    private static PosternProcess postern(EventReceiver receiver, List<String> trust) throws InterruptedException {
        List<String> jvm = new ArrayList<>(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        jvm.addAll(trust);
        return PosternProcess.serve()
                .signalingAlone()
                .jvm(jvm.toArray(String[]::new))
                .set("signaling.allow-no-origin", "true")
                .set("signaling.webhook.url", receiver.url())
                .set("signaling.webhook.secret", EventReceiver.SECRET)
                .start();
    }

    private static long counted(PosternProcess postern, String what) {
        try {
            return postern.metrics().sum("postern_events_" + what + "_total");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aServiceIsToldOverTlsSignedAndOnceMoreWhatItDidNotTake() throws Exception {
        try (EventReceiver receiver = EventReceiver.start(certificate)) {
            receiver.failOnce();
            String one;
            try (PosternProcess postern = postern(receiver, certificate.trustedByJvm())) {
                try (NumberedPeer first = new NumberedPeer(postern.socket(), "blue")) {
                    Eventually.holds(SOON, () -> receiver.names().contains("peer_joined"), postern::log);
                    one = Objects.requireNonNull(first.id());
                }
                Eventually.holds(SOON, () -> counted(postern, "told") == 5, () -> receiver.names() + postern.log());
                assertThat(counted(postern, "attempts_failed")).isEqualTo(1);
            }
            assertThat(receiver.refusals())
                    .as("signatures that were not genuine")
                    .isEmpty();
            assertThat(receiver.names())
                    .containsExactlyInAnyOrder(
                            "room_opened", "peer_joined", "peer_left", "session_ended", "room_closed")
                    .containsSubsequence("room_opened", "peer_joined", "peer_left", "room_closed");
            JsonNode joined = receiver.events().get(receiver.names().indexOf("peer_joined"));
            assertThat(joined.get("room").asText()).isEqualTo("blue");
            assertThat(joined.get("peer").asText()).isEqualTo(one);
            List<String> deliveries = receiver.deliveries();
            assertThat(deliveries).allMatch(name -> name.matches("[0-9a-f]{32}"));
            assertThat(deliveries.get(1)).as("what was not taken comes again").isEqualTo(deliveries.get(0));
            assertThat(deliveries.subList(1, deliveries.size())).doesNotHaveDuplicates();
        }
    }

    @Test
    void aServiceWhoseCertificateTheJvmDoesNotTrustIsToldNothing() throws Exception {
        try (EventReceiver receiver = EventReceiver.start(certificate);
                PosternProcess postern = postern(receiver, List.of());
                NumberedPeer peer = new NumberedPeer(postern.socket(), "blue")) {
            Eventually.holds(
                    SOON,
                    () -> postern.log().contains("the webhook for events does not take them"),
                    () -> peer + postern.log());
            assertThat(postern.log()).contains("SSLHandshakeException");
            assertThat(counted(postern, "attempts_failed")).isPositive();
            assertThat(counted(postern, "told")).isZero();
            assertThat(receiver.deliveries()).isEmpty();
            assertThat(receiver.refusals()).isEmpty();
        }
    }
}
