package dev.postern.signaling.example;

import dev.postern.signaling.IceServersProvider;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.protocol.IceServer;
import java.net.URI;
import java.util.function.Consumer;

/** A signaling server in five lines. */
final class FiveLines {

    private FiveLines() {}

    static void serve(Consumer<URI> whileItRuns) throws Exception {
        IceServersProvider ice = IceServersProvider.fixed(IceServer.of("stun:127.0.0.1:3478"));
        SignalingConfig config =
                SignalingConfig.builder().listen("127.0.0.1", 0).iceServers(ice).build();
        try (SignalingServer server = SignalingServer.start(config)) {
            whileItRuns.accept(server.uri());
        }
    }
}
