package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.IceServersProvider;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.protocol.IceServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.EndPoint;
import org.junit.jupiter.api.Test;

/** Another version of Jetty may make its connections elsewhere: then nothing breaks, but every message takes several threads again. */
class SignalConnectionIT {

    @Test
    void socketIsReadByOurConnectionAndItsReaderWorksForTheHub() throws Exception {
        Set<String> workers = ConcurrentHashMap.newKeySet();
        IceServersProvider ice = peer -> {
            workers.add(Thread.currentThread().getName());
            return IceServers.of();
        };
        try (SignalingShell shell = SignalingShell.start(
                        SignalingConfig.builder().iceServers(ice).build());
                RawSocket raw = RawSocket.hello(shell.uri())) {
            raw.text("{\"t\":\"ping\",\"ts\":7}");
            assertThat(raw.readUntil("pong")).contains("7");
            assertThat(shell.endPoints())
                    .extracting(EndPoint::getConnection)
                    .hasOnlyElementsOfType(SignalConnection.class)
                    .isNotEmpty();
            // the hub's own thread has it for a moment now and then, and does what comes meanwhile
            Await.until("a reader that works for the hub", () -> {
                greetOnce(shell);
                return workers.stream().anyMatch(name -> !name.equals("postern-signaling-hub"));
            });
        }
    }

    private static void greetOnce(SignalingShell shell) {
        try (RawSocket another = RawSocket.hello(shell.uri())) {
            another.text("{\"t\":\"ping\",\"ts\":8}");
            another.readUntil("pong");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void manyMessagesInOneSegmentAreAllAnsweredInOrder() throws Exception {
        int messages = 2_000;
        SignalingConfig config = SignalingConfig.builder()
                .limit(SignalingLimit.MESSAGES_PER_SECOND, 100_000)
                .limit(SignalingLimit.ADDRESS_MESSAGES_PER_SECOND, 1_000_000)
                .limit(SignalingLimit.ROOM_MESSAGES_PER_SECOND, 1_000_000)
                .limit(SignalingLimit.MESSAGE_BURST, 100_000)
                .build();
        try (SignalingShell shell = SignalingShell.start(config);
                RawSocket raw = RawSocket.hello(shell.uri())) {
            for (int i = 0; i < messages; i++) {
                raw.text("{\"t\":\"ping\",\"ts\":" + i + "}");
            }
            for (int i = 0; i < messages; i++) {
                assertThat(raw.readUntil("pong")).contains("\"ts\":" + i + "}");
            }
        }
    }
}
