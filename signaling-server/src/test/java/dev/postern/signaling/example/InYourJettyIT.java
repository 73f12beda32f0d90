package dev.postern.signaling.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingEvent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.DefaultHandler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InYourJettyIT {

    private final BlockingQueue<String> inbox = new LinkedBlockingQueue<>();

    private final class Listener implements WebSocket.Listener {

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            inbox.add(text.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            inbox.add("closed " + code);
            return null;
        }
    }

    private String next() throws InterruptedException {
        return Objects.requireNonNull(inbox.poll(20, TimeUnit.SECONDS), "nothing came");
    }

    @Test
    void theSignalingIsBelowItsPathWithItsRulesAndItsListenerAndSaysGoodbye() throws Exception {
        List<SignalingEvent.Kind> heard = new CopyOnWriteArrayList<>();
        SignalingConfig config = SignalingConfig.builder()
                .interceptor(new SoundOnly())
                .listener(event -> heard.add(event.kind()))
                .build();
        Server server = InYourJetty.server(config, new DefaultHandler());
        server.start();
        String authority = server.getURI().getAuthority();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Origin", "http://" + authority)
                .buildAsync(URI.create("ws://" + authority + "/calls/signal/v1/ws"), new Listener())
                .join();
        socket.sendText("{\"t\":\"hello\",\"v\":1}", true).join();
        assertThat(next()).contains("welcome");
        socket.sendText("{\"t\":\"join\",\"id\":1,\"room\":\"r\",\"meta\":{\"a\":1}}", true)
                .join();
        assertThat(next()).contains("guests have no meta");
        server.stop();
        assertThat(next()).contains("\"bye\"");
        assertThat(next()).isEqualTo("closed 4431");
        assertThat(heard).containsExactly(SignalingEvent.Kind.SESSION_STARTED, SignalingEvent.Kind.SESSION_ENDED);
    }
}
