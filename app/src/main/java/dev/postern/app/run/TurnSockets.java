package dev.postern.app.run;

import dev.postern.signaling.SocketEndpoint;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.transport.CarriedStream;
import dev.postern.transport.StreamCarrier;
import dev.postern.turn.TurnRelay;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * TURN over WebSocket at {@value #PATH}: each binary message is one STUN message, or one ChannelData message without padding. No
 * RFC has this and no browser's ICE speaks it: it is ours alone, for {@code postern tunnel} behind proxies that let nothing but
 * HTTP through. To the relay it is a stream like TCP, with the same bounds.
 */
final class TurnSockets implements SocketEndpoint {

    static final String PATH = "/turn";

    /** What a client must offer. */
    static final String SUBPROTOCOL = "turn.postern";

    /** The longest STUN message: a header and the largest length that is a multiple of 4. */
    private static final int LONGEST_MESSAGE = 65_552;

    private final TurnRelay relay;

    TurnSockets(TurnRelay relay) {
        this.relay = relay;
    }

    @Override
    public String subprotocol() {
        return SUBPROTOCOL;
    }

    @Override
    public int maxMessageBytes() {
        return LONGEST_MESSAGE;
    }

    @Override
    public @Nullable Inbound open(InetSocketAddress client, InetSocketAddress server, boolean secure, Outbound out) {
        TransportProtocol protocol = secure ? TransportProtocol.TLS : TransportProtocol.TCP;
        FiveTuple path = new FiveTuple(protocol, TransportAddress.of(client), TransportAddress.of(server));
        CarriedStream stream = relay.attach(path, new StreamCarrier() {
            @Override
            public void send(ByteBuffer message, Runnable sent) {
                out.send(message, sent);
            }

            @Override
            public void close() {
                out.close();
            }
        });
        return stream == null
                ? null
                : new Inbound() {
                    @Override
                    public void onMessage(ByteBuffer message, Runnable more) {
                        stream.onMessage(message, more);
                    }

                    @Override
                    public void onClosed() {
                        stream.ended();
                    }
                };
    }
}
