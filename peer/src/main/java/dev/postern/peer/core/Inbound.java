package dev.postern.peer.core;

import dev.postern.peer.SignalingListener;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.SignalingState;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.ServerMessage;

/** What each message of the server does to the engine; the context is the time. Owned by the engine. */
final class Inbound implements ServerMessage.Handler<Long> {

    private final SignalingEngine engine;
    private final EngineOutput output;
    private final Requests requests;
    private final RoomsHeld rooms;
    private final Settlement settlement;
    private final OwnRequests own;
    private final Speech speech;
    private final Tokens tokens;

    Inbound(
            SignalingEngine engine,
            EngineOutput output,
            Requests requests,
            RoomsHeld rooms,
            Settlement settlement,
            OwnRequests own,
            Speech speech,
            Tokens tokens) {
        this.engine = engine;
        this.output = output;
        this.requests = requests;
        this.rooms = rooms;
        this.settlement = settlement;
        this.own = own;
        this.speech = speech;
        this.tokens = tokens;
    }

    /** The welcome is the first that a server says to a hello that it took. */
    static boolean mayComeBeforeWelcome(ServerMessage message) {
        return message instanceof ServerMessage.Welcome
                || message instanceof ServerMessage.Bye
                || message instanceof ServerMessage.Err;
    }

    private SignalingListener listener() {
        return output.listener();
    }

    @Override
    public void onWelcome(Long nowNanos, ServerMessage.Welcome welcome) {
        if (engine.state() == SignalingState.CONNECTING) {
            engine.welcomed(welcome);
        }
    }

    @Override
    public void onOk(Long nowNanos, ServerMessage.Ok ok) {
        Requests.Pending done = requests.take(ok.re());
        Joined joined = ok.joined();
        if (done != null && joined != null) {
            rooms.joined(done, requests);
        }
        if (joined != null && (done != null || ok.number() != ServerMessage.UNNUMBERED)) {
            listener().onJoined(joined, done != null && done.isOwn());
        }
        if (done != null && done.draft() instanceof Draft.Leave leave) {
            listener().onLeft(leave.room());
        }
        if (done != null && done.draft() instanceof Draft.Auth auth) {
            tokens.use(auth.token());
        }
        if (done != null) {
            settlement.settle(done, new SignalingOutcome.Done(joined));
        }
    }

    @Override
    public void onErr(Long nowNanos, ServerMessage.Err err) {
        Long re = err.re();
        if (re == null) {
            listener().onError(err);
            if (engine.state() == SignalingState.CONNECTING) {
                engine.refused(err);
            }
            return;
        }
        Requests.Pending refused = requests.take(re);
        if (refused != null && !own.isAskedAgain(nowNanos, refused, err)) {
            settlement.settle(refused, new SignalingOutcome.Refused(err));
        }
    }

    @Override
    public void onSig(Long nowNanos, ServerMessage.Sig sig) {
        listener().onSig(sig);
    }

    @Override
    public void onIce(Long nowNanos, ServerMessage.Ice ice) {
        listener().onIce(ice);
    }

    @Override
    public void onPeerChange(Long nowNanos, ServerMessage.PeerChange change) {
        if (engine.isMe(change.peer().id())) {
            rooms.removed(change.room());
        }
        listener().onPeer(change);
    }

    @Override
    public void onRoomChange(Long nowNanos, ServerMessage.RoomChange change) {
        listener().onRoom(change);
    }

    @Override
    public void onExpiring(Long nowNanos, ServerMessage.Expiring expiring) {
        listener().onExpiring(expiring.inMillis());
        engine.renewToken();
    }

    @Override
    public void onIceServersChange(Long nowNanos, ServerMessage.IceServersChange change) {
        listener().onIceServers(change.ice());
    }

    @Override
    public void onBye(Long nowNanos, ServerMessage.Bye bye) {
        engine.announced(bye);
        listener().onBye(bye);
    }

    @Override
    public void onPing(Long nowNanos, ServerMessage.Ping ping) {
        speech.pong(nowNanos, ping.ts());
    }

    @Override
    public void onPong(Long nowNanos, ServerMessage.Pong pong) {
        // That something was heard is all there is to it.
    }
}
