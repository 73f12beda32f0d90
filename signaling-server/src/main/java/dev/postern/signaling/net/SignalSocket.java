package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.core.Hub;
import dev.postern.signaling.core.RateBucket;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.Decoded;
import dev.postern.signaling.protocol.ServerMessage;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket between Jetty and the hub.
 *
 * <p>Reading: Jetty delivers one frame for each {@link CoreSession#demand}. Every delivered frame leads to exactly one
 * more demand: at once where it is a part of a message or a control frame; where it ends a message, as soon as little of this client's waits for
 * the hub. So a client that the hub cannot keep up with fills its own TCP window and nothing here. After the
 * server has decided to close, frames are read and thrown away until the client's close or the deadline.
 *
 * <p>Frames come straight from Jetty's core API, because what must be bounded are frames: empty fragments and pings
 * never show in a message API.
 *
 * <p>Threads: Jetty calls {@code on...}, one at a time; the hub's thread calls {@link #send}, {@link #close} and
 * everything that touches the hub; the watch calls {@link #check}.
 */
final class SignalSocket implements Carrier, FrameHandler, Outbox.Wire, Watch.Watched {

    private static final Logger LOG = LoggerFactory.getLogger(SignalSocket.class);
    /** A data frame with at least this payload is paid for by the bound on messages. */
    private static final int SMALL_FRAME_BYTES = 512;

    /** A client is read on while no more than this is in the hub, and one message in any case. */
    private static final int READ_ON_BYTES = 16_384;

    private static final int NONE = -1;
    static final Decoded.Malformed<ClientMessage> BINARY = new Decoded.Malformed<>(
            Decoded.Reason.UNKNOWN_TYPE, 0, "binary messages are not part of this subprotocol", null);

    private final SocketSettings settings;
    private final SocketAddress remote;
    private final Link link;
    private final Outbox outbox;
    private final Assembly assembly;
    private final RateBucket smallFrames;

    /** Set when the socket opens, before anything else can happen. */
    private volatile @Nullable CoreSession session;

    private volatile boolean isClosing;
    private volatile long closingSinceNanos;
    /** When the unfinished message began; read by the watch. */
    private volatile boolean isUnfinished;

    private volatile long unfinishedSinceNanos;
    private int receivedClose = NONE;

    /** What is read by the thread that works for the hub; null over HTTP/2, and before the handshake is over. */
    private volatile @Nullable SignalConnection connection;

    private @Nullable SignalUpgrade upgrade;

    /** Bytes of messages that the hub has not taken yet. */
    private final AtomicInteger inHub = new AtomicInteger();
    /** {@link #NONE}, or that a frame is to be asked for when no more than so many bytes are in the hub. */
    private final AtomicInteger owedBelow = new AtomicInteger(NONE);

    /** @param origin whose page opened it; null where no browser said so */
    SignalSocket(SocketSettings settings, SocketAddress remote, @Nullable String origin) {
        this.settings = settings;
        this.remote = remote;
        this.link = new Link(settings, remote, origin, this, this::handOver);
        this.assembly = new Assembly(settings.messageBytes());
        this.smallFrames =
                new RateBucket(System.nanoTime(), settings.smallFramesPerSecond(), settings.smallFrameBurst());
        this.outbox = new Outbox(
                this,
                settings.queueBytes(),
                settings.queueMessages(),
                () -> link.report(Hub::onSlow),
                dropped -> settings.counters().add(SignalingCounter.PRESENCE_COALESCED, dropped));
    }

    @Override
    public void onOpen(CoreSession opened, Callback callback) {
        session = opened;
        settings.addresses().takeAnyway(remote);
        settings.watch().add(this);
        link.open(opened::demand);
        callback.succeeded();
    }

    @Override
    public void onFrame(Frame frame, Callback callback) {
        byte opCode = frame.getOpCode();
        if (opCode == OpCode.CLOSE) {
            receivedClose = CloseStatus.getCloseStatus(frame).getCode();
            callback.succeeded();
        } else if (isClosing) {
            callback.succeeded();
            demand();
        } else if (isSmall(frame) && !smallFrames.take(nowNanos())) {
            callback.succeeded();
            link.toHub(Hub::onFlood, this::demand);
        } else if (frame.isDataFrame()) {
            onData(frame, opCode, callback);
        } else {
            onControl(frame, opCode, callback);
        }
    }

    private static boolean isSmall(Frame frame) {
        boolean wholeMessage = frame.getOpCode() == OpCode.TEXT && frame.isFin();
        return !wholeMessage && frame.getPayloadLength() < SMALL_FRAME_BYTES;
    }

    /** A ping is answered before the next frame is read, so that pings cannot pile up answers. */
    private void onControl(Frame frame, byte opCode, Callback callback) {
        if (opCode != OpCode.PING) {
            callback.succeeded();
            demand();
            return;
        }
        ByteBuffer payload = BufferUtil.copy(frame.getPayload());
        callback.succeeded();
        opened().sendFrame(new Frame(OpCode.PONG, payload), Callback.from(this::demand), false);
    }

    private void onData(Frame frame, byte opCode, Callback callback) {
        if (opCode != OpCode.CONTINUATION) {
            assembly.begin(opCode == OpCode.TEXT);
        }
        boolean fits = assembly.add(frame.getPayload());
        callback.succeeded();
        if (!fits) {
            assembly.drop();
            closeProtocol(CloseStatus.MESSAGE_TOO_LARGE, "message too large");
        } else if (frame.isFin()) {
            isUnfinished = false;
            onWhole();
        } else {
            if (!isUnfinished) {
                unfinishedSinceNanos = nowNanos();
                isUnfinished = true;
            }
            demand();
        }
    }

    private void onWhole() {
        int length = assembly.length();
        if (!assembly.isText()) {
            assembly.drop();
            settings.counters().count(SignalingCounter.BINARY_IGNORED);
            link.toHub((hub, now, at) -> hub.onMalformed(now, at, BINARY), this::demand);
            return;
        }
        String text = assembly.takeText();
        if (text == null) {
            closeProtocol(CloseStatus.BAD_PAYLOAD, "not UTF-8");
            return;
        }
        inHub.addAndGet(length);
        boolean mayReadOn = link.receive(text, length, () -> {
            inHub.addAndGet(-length);
            payDemand();
        });
        owedBelow.set(mayReadOn ? READ_ON_BYTES : 0);
        payDemand();
    }

    private void payDemand() {
        int below = owedBelow.get();
        if (below != NONE && inHub.get() <= below && owedBelow.compareAndSet(below, NONE)) {
            demand();
        }
    }

    /** What a read brings is done at its end, in one row; what does not come from there is done at once. */
    private void handOver(HubLoop.Task task) {
        SignalConnection at = connection;
        if (at != null && at.isReadHere()) {
            settings.loop().leave(task);
        } else {
            settings.loop().executeHere(task);
        }
    }

    void upgrade(SignalUpgrade request) {
        upgrade = request;
    }

    /** The session that Jetty has made for this socket; during the handshake. */
    void session(WebSocketCoreSession made) {
        SignalUpgrade request = upgrade;
        if (request != null) {
            request.session(made);
        }
    }

    /** What this socket is read by; during the handshake. */
    void connection(SignalConnection made) {
        connection = made;
        upgrade = null;
    }

    private void demand() {
        CoreSession open = opened();
        if (open.isInputOpen()) {
            open.demand();
        }
    }

    private CoreSession opened() {
        return Objects.requireNonNull(session);
    }

    /**
     * Closes for a breach of WebSocket itself: no {@code bye}, and Jetty ends the connection behind the close frame.
     */
    private void closeProtocol(int status, String reason) {
        isClosing = true;
        closingSinceNanos = nowNanos();
        opened().close(status, reason, Callback.NOOP);
    }

    @Override
    public void send(ServerMessage message) {
        outbox.send(message, link.encode(message));
    }

    @Override
    public void close(CloseCode code) {
        closingSinceNanos = nowNanos();
        isClosing = true;
        outbox.end(code);
    }

    @Override
    public void flush() {
        outbox.flush();
    }

    @Override
    public void send(ByteBuffer text, boolean more, Callback callback) {
        opened().sendFrame(new Frame(OpCode.TEXT, text), callback, more);
    }

    @Override
    public void close(CloseCode code, Callback callback) {
        opened().close(code.number(), code.wireName(), callback);
    }

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public void check(long nowNanos) {
        if (isClosing) {
            if (nowNanos - closingSinceNanos > settings.closeDeadlineNanos()) {
                settings.watch().remove(this);
                settings.counters().count(SignalingCounter.CLOSES_FORCED);
                opened().abort();
            }
        } else if (outbox.isStuck(nowNanos, settings.sendDeadlineNanos())) {
            link.report(Hub::onSlow);
        } else if (isUnfinished && nowNanos - unfinishedSinceNanos > settings.messageDeadlineNanos()) {
            link.report(Hub::onUnfinished);
        }
    }

    @Override
    public void onError(Throwable cause, Callback callback) {
        LOG.atDebug().setCause(cause).log("a WebSocket failed");
        callback.succeeded();
    }

    @Override
    public void onClosed(CloseStatus status, Callback callback) {
        settings.watch().remove(this);
        assembly.drop();
        boolean isBreach = status.getCode() == CloseStatus.PROTOCOL
                || status.getCode() == CloseStatus.BAD_PAYLOAD
                || status.getCode() == CloseStatus.MESSAGE_TOO_LARGE;
        if (isBreach) {
            settings.counters().count(SignalingCounter.CLOSED_PROTOCOL);
        }
        link.ended(isOnPurpose(receivedClose));
        callback.succeeded();
    }

    /** A page that is closed or reloaded sends 1001, {@code WebSocket.close()} sends 1000 or no code at all. */
    static boolean isOnPurpose(int closeCode) {
        return closeCode == CloseStatus.NORMAL || closeCode == CloseStatus.SHUTDOWN || closeCode == CloseStatus.NO_CODE;
    }
}
