package dev.postern.peer.model;

import dev.postern.peer.SignalingClient;
import dev.postern.peer.SignalingClientConfig;
import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingListener;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.core.Draft;
import java.util.concurrent.CompletableFuture;

/** The real client of this module, over WebSockets. */
final class SocketPeer implements ChaosPeer {

    private final SignalingClient client;

    SocketPeer(SignalingClientConfig config, SignalingListener listener) {
        this.client = SignalingClient.start(config, listener);
    }

    @Override
    public CompletableFuture<SignalingOutcome> request(Draft draft) {
        if (draft instanceof Draft.Join join) {
            return client.join(join.room(), join.name(), join.meta());
        } else if (draft instanceof Draft.Sig sig) {
            return client.sendSig(sig.to(), sig.room(), sig.neg(), sig.gen(), sig.description());
        } else if (draft instanceof Draft.Ice ice) {
            return client.sendIce(ice.to(), ice.room(), ice.gen(), ice.candidates(), ice.end());
        }
        if (draft instanceof Draft.Leave leave) {
            return client.leave(leave.room());
        }
        throw new IllegalArgumentException("nothing that a program does: " + draft);
    }

    @Override
    public void drop() {
        client.dropConnection();
    }

    @Override
    public long counted(SignalingClientCounter counter) {
        return client.counters().getOrDefault(counter, 0L);
    }

    @Override
    public void close() {
        client.close();
    }
}
