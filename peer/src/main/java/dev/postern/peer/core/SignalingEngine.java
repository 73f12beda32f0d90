package dev.postern.peer.core;

import dev.postern.peer.SignalingCause;
import dev.postern.peer.SignalingClientConfig;
import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingListener;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.SignalingState;
import dev.postern.peer.core.Deadlines.Kind;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Protocol;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A signaling session as its client sees it, without the socket: requests, connections, messages and time in; connections,
 * messages and news out through {@link EngineOutput}, during the call. It reads no clock and starts no thread. Owned by one
 * thread, which also calls {@link #onTimeout} when {@link #nextTimeout} has come.
 *
 * <p>What the server numbers is taken once and in order, over however many connections it comes, and acknowledged only after
 * the listener had it. A request without an answer is sent again under its old id. Where the server no longer has the
 * session, every requester and the listener are told, and the rooms are joined again.
 */
public final class SignalingEngine {

    /** Our own close code for a connection that is given up: not 1000 or 1001, which would end the session. */
    public static final int GIVEN_UP = 3001;

    /** The close code that ends the session. */
    public static final int NORMAL = 1000;

    private static final int FIRST_TERMINAL = 4500;
    private static final int LAST_TERMINAL = 4999;
    /** What says nothing of the other side. */
    private static final Set<SignalingCause> OURS = Set.of(SignalingCause.NO_TOKEN, SignalingCause.DROPPED_HERE);

    private static final List<String> CAPS = List.of("end-of-candidates");

    private final SignalingClientConfig config;
    private final EngineOutput output;
    private final Requests requests;
    private final RoomsHeld rooms = new RoomsHeld();
    private final Deadlines deadlines = new Deadlines();
    private final Taken taken = new Taken();
    private final Settlement settlement;
    private final OwnRequests own;
    private final Speech speech;
    private final Tokens tokens;
    private final WayBack wayBack;
    private final Liveness liveness;
    private final Inbound inbound;

    private SignalingState state = SignalingState.IDLE;
    /** The number of the latest connection, which rises; what comes from another is late. */
    private int connection;
    /** Whether that connection exists, opening or open. */
    private boolean isConnected;

    private long openedNanos;
    private @Nullable Ticket ticket;
    private String peer = "";
    /** Whether a session was lost that no welcome has told of yet. */
    private boolean hasLostSession;
    /** The time of the input that is being worked on. */
    private long nowNanos;

    /** An engine that waits for {@link #connect}; the random source spreads attempts and guards nothing. */
    public SignalingEngine(SignalingClientConfig config, RandomGenerator random, EngineOutput output) {
        this.config = config;
        this.output = output;
        this.requests = new Requests(config.maxRequests());
        this.liveness = new Liveness(deadlines, config.silenceGrace().toNanos());
        this.settlement = new Settlement(requests, deadlines, output);
        this.own = new OwnRequests(requests, rooms, deadlines);
        this.speech = new Speech(config, output, requests, rooms, taken, deadlines);
        this.tokens = new Tokens(config.tokens(), output);
        this.wayBack = new WayBack(config, random, output);
        this.inbound = new Inbound(this, output, requests, rooms, settlement, own, speech, tokens);
    }

    public SignalingState state() {
        return state;
    }

    /** The highest number that was taken from the session. */
    public long got() {
        return taken.got();
    }

    /** Opens the session; only the first call does something. */
    public void connect(long now) {
        nowNanos = now;
        if (state == SignalingState.IDLE) {
            open();
        }
    }

    /** Asks something of the server; the requester is told what became of it, perhaps during the call. */
    public void request(long now, Draft draft, Object requester) {
        nowNanos = now;
        if (state == SignalingState.CLOSED) {
            settlement.refuse(requester, SignalingOutcome.Why.CLOSED);
        } else if (requests.isFull()) {
            settlement.refuse(requester, SignalingOutcome.Why.TOO_MANY);
        } else {
            requests.add(draft, requester, now + config.requestTimeout().toNanos());
            settlement.watch();
            speech.pump(now);
        }
    }

    /** The connection is open. */
    public void onOpen(long now, int number) {
        nowNanos = now;
        if (!isCurrent(number)) {
            return;
        }
        openedNanos = now;
        output.count(SignalingClientCounter.CONNECTIONS_OPENED);
        if (tokens.isAsked()) {
            tokens.ask(Tokens.Use.HELLO);
        } else {
            sayHello(tokens.held());
        }
    }

    private void sayHello(@Nullable String token) {
        Ticket mine = ticket;
        ClientMessage.Resume resume = mine == null ? null : mine.resume(taken.got(), connection);
        output.count(SignalingClientCounter.MESSAGES_SENT);
        output.send(connection, new ClientMessage.Hello(Protocol.VERSION, CAPS, token, resume));
    }

    /** The program has found the token that {@link EngineOutput#askToken} asked for; null where it could not. */
    public void onToken(long now, long number, @Nullable String token) {
        nowNanos = now;
        switch (tokens.take(number)) {
            case NOTHING -> {}
            case HELLO -> {
                if (token == null) {
                    giveUp(SignalingCause.NO_TOKEN, 0);
                } else {
                    sayHello(token);
                }
            }
            case RENEWAL -> {
                if (token == null) {
                    output.listener().onRenewed(new SignalingOutcome.Lost(SignalingOutcome.Why.NO_TOKEN, false));
                } else {
                    own.show(now, token);
                    speech.pump(now);
                }
            }
        }
    }

    /** A message came. */
    public void onMessage(long now, int number, ServerMessage message) {
        nowNanos = now;
        if (!isCurrent(number)) {
            output.count(SignalingClientCounter.LATE_DROPPED);
            return;
        }
        liveness.heard(now);
        if (state == SignalingState.CONNECTING && !Inbound.mayComeBeforeWelcome(message)) {
            output.count(SignalingClientCounter.LATE_DROPPED);
            return;
        }
        output.count(SignalingClientCounter.MESSAGES_RECEIVED);
        if (message.number() == ServerMessage.UNNUMBERED) {
            message.accept(inbound, nowNanos);
        } else if (taken.has(message.number())) {
            output.count(SignalingClientCounter.DUPLICATES_DROPPED);
        } else {
            taken.take(message.number());
            message.accept(inbound, nowNanos);
            if (isCurrent(number)) {
                speech.acknowledgeInTime(nowNanos);
            }
        }
    }

    /** Something came that is no message of this version. */
    public void onMalformed(long now, int number) {
        nowNanos = now;
        if (isCurrent(number)) {
            liveness.heard(now);
            output.count(SignalingClientCounter.MALFORMED);
        }
    }

    /** The connection has ended; the code is 1006 where the other side said none. */
    public void onClosed(long now, int number, int code) {
        nowNanos = now;
        if (isCurrent(number)) {
            boolean isTerminal = code >= FIRST_TERMINAL && code <= LAST_TERMINAL;
            lost(isTerminal ? SignalingCause.STOPPED : SignalingCause.CONNECTION_LOST, 0);
        }
    }

    /** The connection did not open. */
    public void onRefused(long now, int number, SignalingCause cause) {
        nowNanos = now;
        if (isCurrent(number)) {
            lost(cause, 0);
        }
    }

    /** Throws the connection away as a failing network would. */
    public void drop(long now) {
        nowNanos = now;
        if (isConnected) {
            giveUp(SignalingCause.DROPPED_HERE, 0);
        }
    }

    /** Ends the session: the rooms see us leave at once. */
    public void close(long now) {
        nowNanos = now;
        if (state == SignalingState.CLOSED) {
            return;
        }
        if (isConnected) {
            isConnected = false;
            output.close(connection, NORMAL);
        }
        end(SignalingCause.CLOSED_HERE);
    }

    /** When {@link #onTimeout} wants to be called, by the clock of the inputs; {@link Long#MAX_VALUE} for never. */
    public long nextTimeout() {
        return deadlines.next();
    }

    /** Does what is due. */
    public void onTimeout(long now) {
        nowNanos = now;
        if (deadlines.take(Kind.REQUEST, now)) {
            settlement.expire(now);
        }
        if (deadlines.take(Kind.WELCOME, now)) {
            giveUp(SignalingCause.NO_WELCOME, 0);
        }
        if (deadlines.take(Kind.SILENCE, now) && liveness.isDead(now)) {
            giveUp(SignalingCause.SILENCE, 0);
        }
        if (deadlines.take(Kind.PING, now) && liveness.wantsPing(now)) {
            speech.ping(now, TimeUnit.NANOSECONDS.toMillis(Math.max(0, now - openedNanos)));
        }
        if (deadlines.take(Kind.ACK, now)) {
            speech.acknowledge(now);
        }
        if (deadlines.take(Kind.AGAIN, now)) {
            own.askAgain(now, false);
            speech.pump(now);
        }
        if (deadlines.take(Kind.PACE, now)) {
            speech.pump(now);
        }
        if (deadlines.take(Kind.RETRY, now)) {
            open();
        }
    }

    /** The session is connected: it goes on, begins, or begins anew. */
    void welcomed(ServerMessage.Welcome welcome) {
        int number = connection;
        deadlines.clear(Kind.WELCOME);
        if (!welcome.resumed()) {
            loseSession();
        }
        boolean sessionLost = hasLostSession;
        hasLostSession = false;
        ticket = Ticket.of(welcome);
        peer = welcome.peer();
        if (welcome.resumed()) {
            taken.resumed();
        } else {
            taken.begin(welcome.seq());
        }
        speech.open(nowNanos, number, welcome.limits().messagesPerSecond());
        liveness.watch(welcome.heartbeat());
        List<String> joiningAgain = List.of();
        if (welcome.resumed()) {
            own.askAgain(nowNanos, true);
        } else {
            joiningAgain = own.joinAgain(nowNanos);
        }
        output.count(
                welcome.resumed() ? SignalingClientCounter.SESSIONS_RESUMED : SignalingClientCounter.SESSIONS_STARTED);
        become(SignalingState.OPEN, SignalingCause.NONE, 0);
        output.listener()
                .onWelcome(new SignalingListener.Welcomed(
                        peer, welcome.resumed(), sessionLost, welcome.lost(), joiningAgain, welcome.ice()));
        if (isCurrent(number)) {
            speech.begin(nowNanos, welcome.resumed());
        }
    }

    /** The server refused the hello. */
    void refused(ServerMessage.Err err) {
        if (isConnected) {
            giveUp(err.retry() ? SignalingCause.REFUSED_FOR_NOW : SignalingCause.REFUSED, err.afterMillis());
        }
    }

    /** The server will close and says how to go on. */
    void announced(ServerMessage.Bye message) {
        wayBack.announced(message);
    }

    /** The token ends soon: shows another where one can be asked for. */
    void renewToken() {
        if (isConnected && tokens.isAsked()) {
            tokens.ask(Tokens.Use.RENEWAL);
        }
    }

    boolean isMe(String peerId) {
        return peerId.equals(peer);
    }

    private boolean isCurrent(int number) {
        return isConnected && number == connection;
    }

    private void open() {
        connection++;
        isConnected = true;
        deadlines.set(Kind.WELCOME, nowNanos + config.welcomeDeadline().toNanos());
        output.count(SignalingClientCounter.CONNECTIONS_TRIED);
        become(SignalingState.CONNECTING, SignalingCause.NONE, 0);
        output.open(connection, wayBack.begin());
    }

    private void giveUp(SignalingCause cause, long afterMillis) {
        output.close(connection, GIVEN_UP);
        lost(cause, afterMillis);
    }

    /** There is no connection any more: wait and try again, or end. */
    private void lost(SignalingCause cause, long afterMillis) {
        isConnected = false;
        speech.close();
        tokens.forget();
        output.count(SignalingClientCounter.CONNECTIONS_LOST);
        deadlines.clearConnection();
        if (state == SignalingState.OPEN
                && nowNanos - openedNanos >= config.stableAfter().toNanos()) {
            wayBack.wasStable();
        }
        requests.sendAllAgain();
        SignalingCause why = wayBack.judge(cause);
        if (!why.passes()) {
            end(why);
            return;
        }
        if (wayBack.beginsAnew()) {
            loseSession();
        }
        wayBack.choosePlace(state == SignalingState.OPEN || OURS.contains(cause));
        long delayNanos = wayBack.delayNanos(afterMillis);
        deadlines.set(Kind.RETRY, nowNanos + delayNanos);
        become(SignalingState.WAITING, why, TimeUnit.NANOSECONDS.toMillis(delayNanos));
    }

    private void end(SignalingCause cause) {
        deadlines.clearAll();
        speech.close();
        tokens.forget();
        ticket = null;
        rooms.takeAll();
        become(SignalingState.CLOSED, cause, 0);
        settlement.loseAll(SignalingOutcome.Why.CLOSED);
    }

    private void become(SignalingState next, SignalingCause cause, long retryInMillis) {
        state = next;
        output.listener().onState(next, cause, retryInMillis);
    }

    /** The session is gone: no answer will come, and a resume is pointless. */
    private void loseSession() {
        if (ticket != null) {
            ticket = null;
            hasLostSession = true;
            output.count(SignalingClientCounter.SESSIONS_LOST);
            settlement.loseAll(SignalingOutcome.Why.SESSION_LOST);
        }
    }
}
