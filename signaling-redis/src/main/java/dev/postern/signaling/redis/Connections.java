package dev.postern.signaling.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The two connections with Redis: one for commands, and one on which nothing but the blocking read of this node's stream waits.
 * They are opened together, and when one ends both are given up.
 */
final class Connections {

    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final StatefulRedisConnection<String, byte[]> commands;
    private final StatefulRedisConnection<String, byte[]> reads;

    private Connections(
            StatefulRedisConnection<String, byte[]> commands, StatefulRedisConnection<String, byte[]> reads) {
        this.commands = commands;
        this.reads = reads;
    }

    /** Opens both; if either fails, so does the answer, and nothing stays open. */
    @SuppressWarnings("FutureReturnValueIgnored") // a close that fails leaves nothing to do
    static CompletableFuture<Connections> open(RedisClient client, RedisURI uri) {
        CompletableFuture<StatefulRedisConnection<String, byte[]>> first =
                client.connectAsync(CODEC, uri).toCompletableFuture();
        CompletableFuture<StatefulRedisConnection<String, byte[]>> second =
                client.connectAsync(CODEC, uri).toCompletableFuture();
        CompletableFuture<Connections> both = first.thenCombine(second, Connections::new);
        both.whenComplete((pair, failure) -> {
            if (failure != null) {
                first.thenAccept(StatefulRedisConnection::closeAsync);
                second.thenAccept(StatefulRedisConnection::closeAsync);
            }
        });
        return both;
    }

    /** Calls back once or twice, on a thread of Lettuce's, when a connection has ended. */
    void onLost(Runnable lost) {
        RedisConnectionStateListener listener = new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
                lost.run();
            }
        };
        commands.addListener(listener);
        reads.addListener(listener);
        if (!commands.isOpen() || !reads.isOpen()) {
            lost.run();
        }
    }

    /** Gives a command; what cannot be given fails the answer. */
    <T> CompletableFuture<T> ask(Function<RedisAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
        return given(commands, command);
    }

    /** Gives a command that waits, which holds up nobody but the next of its kind. */
    <T> CompletableFuture<T> read(Function<RedisAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
        return given(reads, command);
    }

    private static <T> CompletableFuture<T> given(
            StatefulRedisConnection<String, byte[]> connection,
            Function<RedisAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
        try {
            return command.apply(connection.async()).toCompletableFuture();
        } catch (RedisException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    CompletableFuture<Void> close() {
        return CompletableFuture.allOf(commands.closeAsync(), reads.closeAsync());
    }
}
