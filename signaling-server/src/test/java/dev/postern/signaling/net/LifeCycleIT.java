package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifeCycleIT {

    @Test
    void noThreadIsLeftAfterTheClose() throws Exception {
        for (int i = 0; i < 3; i++) {
            SignalingServer server = SignalingServer.start(SignalingConfig.builder()
                    .time(SignalingTime.STOP_DEADLINE, Duration.ofMillis(300))
                    .build());
            try (RawSocket raw = RawSocket.hello(server.uri())) {
                assertThat(threads()).isNotEmpty();
                raw.text("{\"t\":\"join\",\"id\":1,\"room\":\"r\"}");
                raw.readUntil("ok");
                server.close();
            }
            server.close();
        }
        Await.until("the end of every thread", () -> threads().isEmpty());
    }

    @Test
    void aPortInUseIsOneSentenceWithItsKeyAndLeavesNoThread() throws Exception {
        try (SignalingServer first =
                SignalingServer.start(SignalingConfig.builder().build())) {
            int port = first.uri().getPort();
            assertThatThrownBy(() -> SignalingServer.start(
                            SignalingConfig.builder().listen("127.0.0.1", port).build()))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("signaling.listen: 127.0.0.1:" + port + " cannot be bound (")
                    .hasMessageEndingWith("choose an address of this host and a free port.");
        }
        Await.until("the end of every thread", () -> threads().isEmpty());
    }

    @Test
    void anAddressThatIsNotOfThisHostIsSaidAsWell() {
        assertThatThrownBy(() -> SignalingServer.start(
                        SignalingConfig.builder().listen("192.0.2.1", 0).build()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("signaling.listen: 192.0.2.1:0");
    }

    @Test
    void twoServersLiveBesideEachOther() throws Exception {
        try (SignalingServer one =
                        SignalingServer.start(SignalingConfig.builder().build());
                SignalingServer other =
                        SignalingServer.start(SignalingConfig.builder().build());
                RawSocket ann = RawSocket.hello(one.uri());
                RawSocket bob = RawSocket.hello(other.uri())) {
            for (RawSocket raw : List.of(ann, bob)) {
                raw.text("{\"t\":\"join\",\"id\":1,\"room\":\"r\"}");
                assertThat(raw.readUntil("ok")).contains("\"peers\":[]");
            }
        }
    }

    @Test
    void theUrisSayWhatWasBound() throws Exception {
        try (SignalingServer server = SignalingServer.start(
                SignalingConfig.builder().listen("127.0.0.2", 0).build())) {
            URI pages = server.uri();
            assertThat(pages.toString()).matches("http://127\\.0\\.0\\.2:[1-9][0-9]*/");
            assertThat(server.socketUri()).hasToString("ws://" + pages.getAuthority() + "/signal/v1/ws");
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("postern-signaling"))
                .toList();
    }
}
