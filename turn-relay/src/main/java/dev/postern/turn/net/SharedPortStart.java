package dev.postern.turn.net;

import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.transport.BindFailedException;
import dev.postern.transport.ListenAddress;
import dev.postern.turn.core.RelaySocket;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** That the shared ports of one shard are bound when the relay starts, or why one is not. Belongs to the shard's thread. */
final class SharedPortStart {

    private final Map<RelaySocket, TransportAddress> asked = new HashMap<>();
    private final CompletableFuture<Void> done;
    private @Nullable BindFailedException failure;

    /** Ends {@code done} when the last port is settled, exceptionally if one could not be bound. */
    SharedPortStart(CompletableFuture<Void> done) {
        this.done = done;
    }

    void asked(RelaySocket socket, TransportAddress bind) {
        asked.put(socket, bind);
    }

    /** Whether that was the last one. */
    boolean bound(Object socket) {
        asked.remove(socket);
        return endIfSettled();
    }

    /** Whether that was the last one. */
    boolean failed(Object socket, String reason) {
        TransportAddress bind = asked.remove(socket);
        if (bind != null && failure == null) {
            failure = new BindFailedException(new ListenAddress(TransportProtocol.UDP, bind), new IOException(reason));
        }
        return endIfSettled();
    }

    /** To be called also once all have been asked for, as there may be none; whether all are settled. */
    boolean endIfSettled() {
        if (!asked.isEmpty()) {
            return false;
        }
        if (failure == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(failure);
        }
        return true;
    }
}
