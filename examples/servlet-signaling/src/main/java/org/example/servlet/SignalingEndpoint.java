package org.example.servlet;

import dev.postern.signaling.SignalingBridge;
import dev.postern.signaling.SignalingBridge.Handshake;
import dev.postern.signaling.SignalingBridge.Inbound;
import dev.postern.signaling.SignalingBridge.Outbound;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** One WebSocket of the container's: its texts go to the bridge, and the bridge's to it. */
public final class SignalingEndpoint extends Endpoint {

    /** signaling.message-bytes, unless it was set otherwise. */
    private static final int MESSAGE_CHARS = 65_536;

    private static final int BINARY_BYTES = 1_024;

    private final SignalingBridge signaling;
    private final Handshake handshake;
    private volatile Inbound inbound;

    SignalingEndpoint(SignalingBridge signaling, Handshake handshake) {
        this.signaling = signaling;
        this.handshake = handshake;
    }

    @Override
    public void onOpen(Session session, EndpointConfig config) {
        session.setMaxIdleTimeout(0); // the signaling's own heartbeat finds out who is gone
        session.setMaxTextMessageBufferSize(MESSAGE_CHARS);
        session.setMaxBinaryMessageBufferSize(BINARY_BYTES);
        // Tomcat's: how long a close may wait for a client that does not read; others do not know it.
        session.getUserProperties().put("org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT", 1_000L);
        Inbound in = signaling.open(handshake, new Way(session));
        inbound = in;
        session.addMessageHandler(String.class, (MessageHandler.Whole<String>) in::onText);
        session.addMessageHandler(ByteBuffer.class, (MessageHandler.Whole<ByteBuffer>) message -> in.onBinary());
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
        Inbound in = inbound;
        if (in != null) {
            in.onClosed(reason.getCloseCode().getCode());
        }
    }

    /** Jakarta's way out, which takes one message at a time, as the bridge gives them. */
    private record Way(Session session) implements Outbound {

        @Override
        public void send(String text, Runnable sent) {
            session.getAsyncRemote().sendText(text, result -> sent.run());
        }

        @Override
        public void close(int code, String reason) {
            try {
                session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(code), reason));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
