package dev.postern.signaling.net;

import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CodecLimits;
import dev.postern.signaling.protocol.Decoded;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.MessageCodec;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Protocol;
import dev.postern.signaling.protocol.ServerMessage;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.jspecify.annotations.Nullable;

/** A well-behaved client on Jetty's WebSocket client. */
public final class JettyPeer implements Session.Listener.AutoDemanding, AutoCloseable {

    private static final long PATIENCE_SECONDS = 20;

    private final MessageCodec codec = new MessageCodec(CodecLimits.STANDARD);
    private final BlockingQueue<ServerMessage> inbox = new LinkedBlockingQueue<>();
    private final List<ServerMessage> backlog = new ArrayList<>();
    private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
    private final Session session;
    private long nextId = 1;
    private ServerMessage.@Nullable Welcome welcome;

    /** Connects from a page of the server's own origin. */
    JettyPeer(WebSocketClient client, URI socket) throws Exception {
        ClientUpgradeRequest request = new ClientUpgradeRequest(socket);
        String scheme = "wss".equals(socket.getScheme()) ? "https" : "http";
        request.setHeader("Origin", scheme + "://" + socket.getAuthority());
        request.setSubProtocols(Protocol.SUBPROTOCOL);
        session = client.connect(this, request).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void onWebSocketText(String text) {
        if (codec.decodeServer(text) instanceof Decoded.Message<ServerMessage> read) {
            if (read.message() instanceof ServerMessage.Ping ping) {
                send(new ClientMessage.Pong(ping.ts(), ClientMessage.NO_GOT));
            } else {
                inbox.add(read.message());
            }
        } else {
            throw new AssertionError("the server sent what is no message: " + text);
        }
    }

    @Override
    public void onWebSocketClose(int code, String reason, Callback callback) {
        closeCode.complete(code);
        callback.succeed();
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        closeCode.complete(1006);
    }

    JettyPeer hello() throws InterruptedException {
        return hello(null);
    }

    /** Says hello; whether the welcome came in time. */
    boolean isWelcome(Duration patience) throws InterruptedException {
        send(new ClientMessage.Hello(1, List.of(), null));
        if (inbox.poll(patience.toMillis(), TimeUnit.MILLISECONDS) instanceof ServerMessage.Welcome came) {
            welcome = came;
        }
        return welcome != null;
    }

    JettyPeer hello(ClientMessage.@Nullable Resume resume) throws InterruptedException {
        send(new ClientMessage.Hello(1, List.of(), resume));
        welcome = next(ServerMessage.Welcome.class);
        return this;
    }

    /** Says hello with a token and looks at no answer. */
    void knock(@Nullable String token, ClientMessage.@Nullable Resume resume) {
        send(new ClientMessage.Hello(1, List.of(), token, resume));
    }

    JettyPeer helloWith(String token, ClientMessage.@Nullable Resume resume) throws InterruptedException {
        knock(token, resume);
        welcome = next(ServerMessage.Welcome.class);
        return this;
    }

    /** What this client would ask to have back. */
    ClientMessage.Resume ticket(long got) {
        return new ClientMessage.Resume(known().sid(), known().resume(), known().epoch(), got);
    }

    ServerMessage.Welcome known() {
        return Objects.requireNonNull(welcome);
    }

    String peer() {
        return known().peer();
    }

    Joined join(String room) throws InterruptedException {
        send(new ClientMessage.Join(nextId++, room, null, Meta.EMPTY, ClientMessage.NO_GOT));
        return Objects.requireNonNull(next(ServerMessage.Ok.class).joined());
    }

    void send(ClientMessage message) {
        session.sendText(codec.encodeText(message), Callback.NOOP);
    }

    String subprotocol() {
        return session.getUpgradeResponse().getAcceptedSubProtocol();
    }

    /** The first message of this type that was not taken yet; others stay for later. */
    <M extends ServerMessage> M next(Class<M> type) throws InterruptedException {
        for (Iterator<ServerMessage> passedOver = backlog.iterator(); passedOver.hasNext(); ) {
            ServerMessage message = passedOver.next();
            if (type.isInstance(message)) {
                passedOver.remove();
                return type.cast(message);
            }
        }
        while (true) {
            ServerMessage message = inbox.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("no " + type.getSimpleName() + " came");
            }
            if (type.isInstance(message)) {
                return type.cast(message);
            }
            backlog.add(message);
        }
    }

    ServerMessage.PeerChange nextChange() throws InterruptedException {
        return next(ServerMessage.PeerChange.class);
    }

    int closeCode() throws Exception {
        return closeCode.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Cuts the connection without a close frame. */
    void cut() {
        session.disconnect();
    }

    void close(int code) {
        session.close(code, null, Callback.NOOP);
    }

    @Override
    public void close() {
        session.disconnect();
    }
}
