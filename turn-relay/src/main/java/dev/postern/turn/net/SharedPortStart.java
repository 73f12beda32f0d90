package dev.postern.turn.net;

import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.transport.BindFailedException;
import dev.postern.transport.ListenAddress;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * That the shared ports of one shard are bound when the relay starts, or why one is not. It is told of no other sockets. A client may have
 * asked for a shared port before the start does. Belongs to the shard's thread.
 */
final class SharedPortStart {

    private final Map<Object, TransportAddress> asked = new HashMap<>();
    private @Nullable CompletableFuture<Void> done;
    private @Nullable BindFailedException failure;

    /** A shared port is to be bound. */
    void asked(Object socket, TransportAddress bind) {
        asked.put(socket, bind);
    }

    /** All are asked for from now on, also those that could not be bound before. */
    void forgetFailure() {
        failure = null;
    }

    /** Ends {@code whenSettled} when the last one is settled, exceptionally if one could not be bound; whether all are. */
    boolean allAsked(CompletableFuture<Void> whenSettled) {
        done = whenSettled;
        return endIfSettled();
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

    private boolean endIfSettled() {
        if (done == null || !asked.isEmpty()) {
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
