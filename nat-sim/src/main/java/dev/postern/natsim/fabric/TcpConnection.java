package dev.postern.natsim.fabric;

import dev.postern.natsim.Content;
import dev.postern.natsim.Content.Tcp;
import dev.postern.natsim.IcmpReason;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection of a virtual host (RFC 9293): opened by one side or by both at once, data in order and sent again where it
 * was lost, closed by FIN or RST. Used on the thread that runs the network.
 *
 * <p>Left out: options (window scaling, SACK, timestamps), delayed acknowledgements, Nagle's algorithm, keep-alives, and windows
 * that close: the program takes bytes as they come.
 */
public final class TcpConnection {

    private static final int SYN_RETRIES = 6;
    private static final int DATA_RETRIES = 15;
    private static final long TIME_WAIT_NANOS = Duration.ofSeconds(60).toNanos();
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TcpStack stack;
    private final TransportAddress local;
    private final TransportAddress remote;
    private final TcpSender sender;
    private final RetransmissionTimer timer = new RetransmissionTimer();
    private final @Nullable TcpListener listener;
    private @Nullable TcpHandler handler;
    private @Nullable TcpReceiver receiver;
    private TcpState state = TcpState.SYN_SENT;
    private final Alarm alarm;
    private long timedPosition = -1;
    private long timedNanos;
    private boolean peerFinishedTold;

    /** One that this host opens, or with a listener one whose first SYN has come. */
    TcpConnection(
            TcpStack stack,
            TransportAddress local,
            TransportAddress remote,
            @Nullable TcpHandler handler,
            @Nullable TcpListener listener) {
        this.stack = stack;
        this.local = local;
        this.remote = remote;
        this.handler = handler;
        this.listener = listener;
        this.sender = new TcpSender(stack.newSequence(), stack.segmentBytes(remote));
        this.alarm = stack.alarm(this::onTimer);
    }

    public TransportAddress local() {
        return local;
    }

    public TransportAddress remote() {
        return remote;
    }

    /** Whether data can be sent: it is open and {@link #close} was not called. */
    public boolean isOpen() {
        return state == TcpState.ESTABLISHED || state == TcpState.CLOSE_WAIT;
    }

    /** The state of RFC 9293, such as {@code SYN_SENT}. */
    public String state() {
        return state.name();
    }

    /**
     * Sends a copy of the bytes between position and limit, which stay where they are.
     *
     * @return how many were taken: fewer than all if {@value TcpSender#MAX_BUFFERED} wait to be acknowledged, none if the
     *     connection is not open
     */
    public int send(ByteBuffer data) {
        if (!isOpen()) {
            return 0;
        }
        int taken = sender.offer(data);
        pump();
        return taken;
    }

    /** Sends what is left, and then that there is no more. Of no effect if it is closed; aborts what is not yet open. */
    public void close() {
        if (state.isOpening()) {
            end(TcpEnd.ABORTED);
            return;
        }
        if (isOpen()) {
            state = state == TcpState.ESTABLISHED ? TcpState.FIN_WAIT_1 : TcpState.LAST_ACK;
            sender.finish();
            pump();
        }
    }

    /** Ends it at once with a RST. */
    public void abort() {
        if (state != TcpState.CLOSED) {
            if (receiver != null && state != TcpState.TIME_WAIT) {
                emit(Tcp.RST | Tcp.ACK, sender.highest(), NOTHING);
            }
            end(TcpEnd.ABORTED);
        }
    }

    /** Sends the first SYN. */
    void open() {
        sendSyn();
    }

    /** Answers the first SYN of the other side. */
    void onSyn(Tcp syn) {
        receiver = new TcpReceiver(syn.sequence());
        state = TcpState.SYN_RECEIVED;
        sendSyn();
    }

    private void sendSyn() {
        emit(receiver == null ? Tcp.SYN : Tcp.SYN | Tcp.ACK, 0, NOTHING);
        if (timedPosition < 0 && timer.retries() == 0) {
            time(1);
        }
        sender.synSent();
        alarm.set(timer.timeoutNanos());
    }

    void onSegment(Tcp segment) {
        TcpReceiver half = receiver;
        if (half == null) {
            onSegmentInSynSent(segment);
        } else if (state == TcpState.SYN_RECEIVED && segment.has(Tcp.SYN)) {
            onSynInSynReceived(half, segment);
        } else {
            onSynchronized(half, segment);
        }
    }

    private void onSegmentInSynSent(Tcp segment) {
        boolean acknowledges = segment.has(Tcp.ACK) && sender.position(segment.acknowledgement()) == 1;
        if (segment.has(Tcp.RST)) {
            if (acknowledges) {
                end(TcpEnd.REFUSED);
            }
        } else if (segment.has(Tcp.ACK) && !acknowledges) {
            stack.reset(local, remote, segment);
        } else if (segment.has(Tcp.SYN)) {
            receiver = new TcpReceiver(segment.sequence());
            if (acknowledges) {
                acknowledged(1, segment.window());
                establish();
                acknowledge();
            } else {
                state = TcpState.SYN_RECEIVED;
                sendSyn();
            }
        }
    }

    /** Both sides opened at once, or the other has not heard the answer to its SYN. */
    private void onSynInSynReceived(TcpReceiver half, Tcp segment) {
        if (segment.has(Tcp.ACK) && sender.position(segment.acknowledgement()) == 1) {
            acknowledged(1, segment.window());
            establish();
            acknowledge();
        } else if (half.position(segment.sequence()) == 0) {
            sendSyn();
        }
    }

    private void onSynchronized(TcpReceiver half, Tcp segment) {
        long position = half.position(segment.sequence());
        ByteBuffer data = segment.payload();
        if (!half.isAwaited(position, data.remaining())) {
            if (!segment.has(Tcp.RST)) {
                acknowledge();
            }
            return;
        }
        if (segment.has(Tcp.RST)) {
            if (half.isNext(position)) {
                end(state == TcpState.SYN_RECEIVED && listener == null ? TcpEnd.REFUSED : TcpEnd.RESET);
            } else {
                acknowledge();
            }
            return;
        }
        if (segment.has(Tcp.SYN)) {
            acknowledge();
            return;
        }
        if (segment.has(Tcp.ACK) && onAcknowledgement(segment) && state != TcpState.CLOSED) {
            takeData(half, position, data, segment.has(Tcp.FIN));
        }
    }

    /** False if the segment goes no further. */
    private boolean onAcknowledgement(Tcp segment) {
        long position = sender.position(segment.acknowledgement());
        if (!sender.wasSent(position)) {
            acknowledge();
            return false;
        }
        if (state == TcpState.SYN_RECEIVED) {
            if (position != 1) {
                stack.reset(local, remote, segment);
                return false;
            }
            acknowledged(position, segment.window());
            establish();
        } else if (position > sender.unacknowledged()) {
            acknowledged(position, segment.window());
        } else if (position == sender.unacknowledged()
                && sender.hasUnacknowledged()
                && !segment.payload().hasRemaining()
                && !segment.has(Tcp.FIN)
                && sender.acknowledgedAgain()) {
            sendAgain();
        }
        onFinAcknowledged();
        pump();
        return true;
    }

    private void acknowledged(long position, int window) {
        timer.onProgress();
        if (timedPosition >= 0 && position >= timedPosition) {
            timer.onRoundTrip(stack.nowNanos() - timedNanos);
            timedPosition = -1;
        }
        sender.windowIs(window);
        if (sender.acknowledged(position)) {
            sendAgain();
        }
        if (sender.hasUnacknowledged()) {
            alarm.set(timer.timeoutNanos());
        } else {
            alarm.cancel();
        }
    }

    private void establish() {
        state = TcpState.ESTABLISHED;
        if (listener != null) {
            handler = listener.acceptor().accept(this);
        } else if (handler != null) {
            handler.onConnected(this);
        }
    }

    private void onFinAcknowledged() {
        if (!sender.isFinished()) {
            return;
        }
        if (state == TcpState.FIN_WAIT_1) {
            state = TcpState.FIN_WAIT_2;
        } else if (state == TcpState.CLOSING) {
            waitForStragglers();
        } else if (state == TcpState.LAST_ACK) {
            end(TcpEnd.FINISHED);
        }
    }

    private void takeData(TcpReceiver half, long position, ByteBuffer data, boolean fin) {
        TcpHandler current = handler;
        if (!data.hasRemaining() && !fin) {
            return;
        }
        half.take(position, data, fin, bytes -> {
            if (current != null && state != TcpState.CLOSED) {
                current.onData(this, bytes);
            }
        });
        if (state == TcpState.CLOSED) {
            return;
        }
        acknowledge();
        if (half.isFinished() && !peerFinishedTold) {
            peerFinishedTold = true;
            onPeerFinished(current);
        }
    }

    private void onPeerFinished(@Nullable TcpHandler current) {
        if (state == TcpState.ESTABLISHED) {
            state = TcpState.CLOSE_WAIT;
        } else if (state == TcpState.FIN_WAIT_1) {
            state = TcpState.CLOSING;
        } else if (state == TcpState.FIN_WAIT_2) {
            waitForStragglers();
        }
        if (current != null) {
            current.onFinished(this);
        }
    }

    private void waitForStragglers() {
        state = TcpState.TIME_WAIT;
        alarm.set(TIME_WAIT_NANOS);
    }

    /** An ICMP error about a segment of this connection. */
    void onError(Content.IcmpError error) {
        if (error.reason() == IcmpReason.TOO_BIG) {
            sender.segmentsAre(stack.segmentBytes(remote));
            pump();
        } else if (state.isOpening()) {
            end(error.reason() == IcmpReason.PORT_UNREACHABLE ? TcpEnd.REFUSED : TcpEnd.UNREACHABLE);
        }
    }

    /** Sends what the windows allow. */
    private void pump() {
        if (state.isOpening() || state == TcpState.CLOSED || state == TcpState.TIME_WAIT) {
            return;
        }
        while (true) {
            ByteBuffer data = sender.nextSegment();
            int bytes = data.remaining();
            boolean fin = bytes > 0 ? sender.carriesFin(sender.next(), bytes) : sender.isFinNext();
            if (bytes == 0 && !fin) {
                return;
            }
            sendData(sender.next(), data, fin);
            if (timedPosition < 0 && timer.retries() == 0) {
                time(sender.next() + bytes);
            }
            sender.sent(bytes, fin);
            if (!alarm.isSet()) {
                alarm.set(timer.timeoutNanos());
            }
        }
    }

    private void sendAgain() {
        timedPosition = -1;
        ByteBuffer data = sender.firstSegment();
        sendData(sender.unacknowledged(), data, sender.carriesFin(sender.unacknowledged(), data.remaining()));
    }

    private void sendData(long position, ByteBuffer data, boolean fin) {
        int push = data.hasRemaining() ? Tcp.PSH : 0;
        emit(Tcp.ACK | push | (fin ? Tcp.FIN : 0), position, data);
    }

    private void acknowledge() {
        emit(Tcp.ACK, sender.highest(), NOTHING);
    }

    private void emit(int flags, long position, ByteBuffer data) {
        long acknowledgement = receiver == null ? 0 : receiver.acknowledgement();
        stack.send(
                local,
                remote,
                new Tcp(flags, sender.sequence(position), acknowledgement, TcpReceiver.WINDOW_BYTES, data));
    }

    private void time(long position) {
        timedPosition = position;
        timedNanos = stack.nowNanos();
    }

    private void onTimer() {
        if (state == TcpState.TIME_WAIT) {
            end(TcpEnd.FINISHED);
        } else if (timer.retries() >= (state.isOpening() ? SYN_RETRIES : DATA_RETRIES)) {
            end(TcpEnd.TIMED_OUT);
        } else {
            timer.onTimeout();
            timedPosition = -1;
            if (state.isOpening()) {
                sendSyn();
            } else {
                sender.onTimeout();
                alarm.set(timer.timeoutNanos());
                pump();
            }
        }
    }

    private void end(TcpEnd how) {
        state = TcpState.CLOSED;
        alarm.cancel();
        stack.forget(this);
        if (handler != null) {
            handler.onClosed(this, how);
        }
    }
}
