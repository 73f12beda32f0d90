package dev.postern.peer.model;

import dev.postern.peer.SignalingCause;
import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingListener;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.SignalingState;
import dev.postern.peer.core.Draft;
import dev.postern.signaling.protocol.Candidate;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.IceServers;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A client with its carriers and threads, and a program that listens to it and asks for things. The run's thread, under its lock. */
final class ChaosClient {

    final Program program;
    private final ChaosRun run;
    private final ChaosPeer peer;

    ChaosClient(ChaosRun run, Program program, Function<SignalingListener, ChaosPeer> peer) {
        this.run = run;
        this.program = program;
        this.peer = peer.apply(new Guarded());
    }

    void join(String room) {
        ask("j", room, text -> new Draft.Join(room, text, Meta.EMPTY));
    }

    void leave(String room) {
        ask("l", room, text -> new Draft.Leave(room));
    }

    void sig(String room, int which) {
        String to = program.peer(room, which);
        ask("s", room, text -> new Draft.Sig(to, room, 1, 1, new Description(SdpType.OFFER, text)));
    }

    void ice(String room, int which) {
        String to = program.peer(room, which);
        ask("i", room, text -> new Draft.Ice(to, room, 1, List.of(new Candidate(text, null, 0, null)), false));
    }

    private void ask(String kind, String room, Function<String, Draft> draft) {
        Program.Asked asked = program.asks(kind + run.nextSerial(), room);
        CompletableFuture<SignalingOutcome> unused = peer.request(draft.apply(asked.text()))
                .whenComplete((outcome, failure) -> run.guard(() -> program.settled(asked, outcome)));
    }

    long count(SignalingClientCounter counter) {
        return peer.counted(counter);
    }

    void drop() {
        peer.drop();
    }

    /** Ends it as its program would; the caller holds no lock. */
    void close() {
        peer.close();
    }

    /** The program under the run's lock. */
    private final class Guarded implements SignalingListener {

        @Override
        public void onState(SignalingState state, SignalingCause cause, long retryInMillis) {
            run.told(() -> program.onState(state, cause, retryInMillis));
        }

        @Override
        public void onWelcome(Welcomed welcomed) {
            run.told(() -> program.onWelcome(welcomed));
        }

        @Override
        public void onJoined(Joined joined, boolean again) {
            run.told(() -> program.onJoined(joined, again));
        }

        @Override
        public void onLeft(String room) {
            run.told(() -> program.onLeft(room));
        }

        @Override
        public void onRoomLost(String room, SignalingOutcome why) {
            run.told(() -> program.onRoomLost(room, why));
        }

        @Override
        public void onPeer(ServerMessage.PeerChange change) {
            run.told(() -> program.onPeer(change));
        }

        @Override
        public void onSig(ServerMessage.Sig sig) {
            run.told(() -> program.onSig(sig));
        }

        @Override
        public void onIce(ServerMessage.Ice ice) {
            run.told(() -> program.onIce(ice));
        }

        @Override
        public void onIceServers(IceServers ice) {
            run.told(() -> program.onIceServers(ice));
        }

        @Override
        public void onError(ServerMessage.Err error) {
            run.told(() -> program.onError(error));
        }
    }
}
