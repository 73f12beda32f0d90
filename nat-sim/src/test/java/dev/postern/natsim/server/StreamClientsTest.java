package dev.postern.natsim.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.TcpConnection;
import dev.postern.natsim.fabric.TcpEnd;
import dev.postern.natsim.fabric.TcpHandler;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.stun.IpAddress;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A server that listens for TCP too. */
class StreamClientsTest {

    private static final long SECOND = 1_000_000_000;

    private final VirtualNet net = new VirtualNet(1);
    private final StunTurnHost server = new StunTurnHost(
            net,
            net.host("server", net.internet(), IpAddress.parse("203.0.113.10"), Link.PERFECT),
            3478,
            TurnConfig.builder()
                    .listen("udp://203.0.113.10:3478")
                    .realm("lab")
                    .user("lab", "lab")
                    .build());
    private final List<String> heard = new ArrayList<>();
    private final TcpHandler client = new TcpHandler() {
        @Override
        public void onData(TcpConnection connection, ByteBuffer data) {
            StunMessage message = new StunMessage();
            message.decode(data);
            heard.add(message.messageClass() + " " + message.method());
        }

        @Override
        public void onClosed(TcpConnection connection, TcpEnd end) {
            heard.add(end.name());
        }
    };

    private TcpConnection connected() {
        TransportAddress address = server.listenTcp(443);
        TcpConnection connection = net.host("client", net.internet(), IpAddress.parse("198.51.100.1"), Link.PERFECT)
                .connect(0, address, client);
        net.runUntil(SECOND);
        return connection;
    }

    @Test
    void requestInPiecesIsAnswered() {
        TcpConnection connection = connected();
        ByteBuffer request = new StunEncoder()
                .begin(ByteBuffer.allocate(40), MessageClass.REQUEST, Method.BINDING, TransactionId.of(1, 1))
                .finish();

        connection.send(request.slice(0, 7));
        net.runUntil(2 * SECOND);
        assertThat(heard).isEmpty();
        connection.send(request.slice(7, request.remaining() - 7));
        net.runUntil(3 * SECOND);

        assertThat(heard).containsExactly("SUCCESS_RESPONSE BINDING");
    }

    @Test
    void connectionThatBringsNoMessageIsReset() {
        TcpConnection connection = connected();

        connection.send(ByteBuffer.wrap("GET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII)));
        net.runUntil(2 * SECOND);

        assertThat(heard).containsExactly("RESET");
    }
}
