package dev.postern.signaling.redis;

import dev.postern.signaling.Backplane.Listener;
import dev.postern.signaling.Backplane.Presence;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.XTrimArgs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a node in Redis: connects, and connects again; shows the node before its presence expires; reads its stream. It runs on
 * one worker thread, on which the listener is called too; others only ask for {@link #connections}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails is told by the connection, which then counts as lost
final class Upkeep {

    /** The field of a stream's entry that holds a message, and that of one that says to look who lives. */
    static final String MESSAGE = "m";

    private static final String LOOK = "look";

    /** How many entries a stream keeps at most, about; those that were read are taken out at once. */
    static final long MAX_ENTRIES = 65_536;

    private static final int READ_AT_ONCE = 256;
    private static final long READ_WAIT_MILLIS = 1000;
    private static final long FIRST_RETRY_MILLIS = 100;
    private static final long LONGEST_RETRY_MILLIS = 2000;
    private static final Duration STREAM_LIFE = Duration.ofMinutes(2);
    /** A node is shown three times in the life of its presence. */
    private static final int BEATS = 3;

    private final RedisClient client;
    private final RedisURI uri;
    private final RedisKeys keys;
    private final Duration presenceLife;
    private final ScheduledExecutorService worker;
    private final Listener listener;

    private volatile @Nullable Connections connections;
    private Presence self;
    private Map<String, Presence> living = Map.of();
    private String lastRead = "0-0";
    private long retryMillis = FIRST_RETRY_MILLIS;
    private @Nullable String trouble;
    private @Nullable ScheduledFuture<?> nextBeat;
    private boolean isUp;
    private boolean isBeating;
    private boolean hasToBeatAgain;
    private boolean isClosed;

    Upkeep(
            RedisClient client,
            RedisURI uri,
            RedisKeys keys,
            Duration presenceLife,
            ScheduledExecutorService worker,
            Presence self,
            Listener listener) {
        this.client = client;
        this.uri = uri;
        this.keys = keys;
        this.presenceLife = presenceLife;
        this.worker = worker;
        this.self = self;
        this.listener = listener;
    }

    /** The connections while Redis can be reached; any thread. */
    @Nullable
    Connections connections() {
        return connections;
    }

    void connect() {
        if (isClosed) {
            return;
        }
        Connections.open(client, uri).whenCompleteAsync(this::onOpened, worker);
    }

    private void onOpened(@Nullable Connections opened, @Nullable Throwable failure) {
        if (opened == null) {
            retry(Trouble.sentence(uri, failure == null ? new IllegalStateException("no connection") : failure));
        } else if (isClosed) {
            opened.close();
        } else {
            connections = opened;
            isBeating = false;
            opened.onLost(() -> later(() -> fail(opened, Trouble.lost(uri))));
            beat();
        }
    }

    private void later(Runnable task) {
        try {
            worker.execute(task);
        } catch (RejectedExecutionException e) {
            // closed meanwhile
        }
    }

    /** The connections are of no more use. */
    private void fail(Connections failed, String sentence) {
        if (connections != failed) {
            return;
        }
        connections = null;
        isUp = false;
        cancelBeat();
        failed.close();
        retry(sentence);
    }

    private void retry(String sentence) {
        if (isClosed) {
            return;
        }
        long waitMillis = retryMillis / 2 + ThreadLocalRandom.current().nextLong(retryMillis / 2 + 1);
        retryMillis = Math.min(retryMillis * 2, LONGEST_RETRY_MILLIS);
        worker.schedule(this::connect, waitMillis, TimeUnit.MILLISECONDS);
        if (!sentence.equals(trouble)) {
            trouble = sentence;
            listener.onDown(sentence);
        }
    }

    /** Shows the node as it is now. */
    void announce(Presence now) {
        self = now;
        beat();
    }

    /** Shows the node and reads who lives; one such call at a time. */
    private void beat() {
        Connections used = connections;
        if (used == null) {
            return;
        }
        if (isBeating) {
            hasToBeatAgain = true;
            return;
        }
        isBeating = true;
        hasToBeatAgain = false;
        cancelBeat();
        CompletableFuture<List<byte[]>> answer = used.ask(redis -> redis.eval(
                Scripts.BEAT,
                ScriptOutputType.MULTI,
                new String[] {keys.presence(self.node()), keys.nodes(), keys.stream(self.node())},
                PresenceText.pack(self),
                number(presenceLife.toMillis()),
                bytes(self.node()),
                number(STREAM_LIFE.toMillis()),
                number(Scripts.CLEANED_AT_ONCE),
                bytes(keys.presenceStem()),
                bytes(keys.heldStem()),
                bytes(keys.nameStem()),
                bytes(keys.streamStem())));
        answer.whenCompleteAsync((told, failure) -> onBeat(used, told, failure), worker);
    }

    private void onBeat(Connections used, @Nullable List<byte[]> told, @Nullable Throwable failure) {
        if (used != connections) {
            return;
        }
        isBeating = false;
        if (told == null) {
            fail(used, failure == null ? Trouble.lost(uri) : Trouble.sentence(uri, failure));
            return;
        }
        boolean isKnown = told.get(0)[0] == '1';
        String firstEntry = text(told.get(1));
        if (!firstEntry.isEmpty()) {
            lastRead = firstEntry;
        }
        if (isUp && !isKnown) {
            listener.onDown("Redis at " + uri.getHost() + ":" + uri.getPort() + " has forgotten this node.");
        }
        boolean cameUp = !isUp;
        if (cameUp || !isKnown) {
            isUp = true;
            trouble = null;
            listener.onUp();
        }
        take(used, told.subList(2, told.size()).stream().map(PresenceText::unpack), cameUp);
        if (cameUp) {
            read(used);
        }
        if (hasToBeatAgain) {
            beat();
        } else if (nextBeat == null) {
            nextBeat = worker.schedule(this::beat, presenceLife.toMillis() / BEATS, TimeUnit.MILLISECONDS);
        }
    }

    private void cancelBeat() {
        if (nextBeat != null) {
            nextBeat.cancel(false);
            nextBeat = null;
        }
    }

    private void take(Connections used, Stream<@Nullable Presence> presences, boolean cameUp) {
        Map<String, Presence> now = new HashMap<>();
        presences.forEach(presence -> {
            if (presence != null) {
                now.put(presence.node(), presence);
            }
        });
        boolean isNews = cameUp || !self.equals(living.get(self.node()));
        if (!now.equals(living) || cameUp) {
            living = Map.copyOf(now);
            listener.onNodes(living.values());
        }
        if (isNews) {
            tellOthersToLook(used);
        }
    }

    private void tellOthersToLook(Connections used) {
        for (String node : living.keySet()) {
            if (!node.equals(self.node())) {
                used.ask(redis ->
                        redis.xadd(keys.stream(node), XAddArgs.Builder.nomkstream(), Map.of(LOOK, new byte[0])));
            }
        }
    }

    @SuppressWarnings("unchecked") // the one stream is an array of a generic type to Lettuce
    private void read(Connections used) {
        CompletableFuture<List<StreamMessage<String, byte[]>>> answer = used.read(redis -> redis.xread(
                XReadArgs.Builder.block(READ_WAIT_MILLIS).count(READ_AT_ONCE),
                StreamOffset.from(keys.stream(self.node()), lastRead)));
        answer.whenCompleteAsync((entries, failure) -> onRead(used, entries, failure), worker);
    }

    private void onRead(
            Connections used, @Nullable List<StreamMessage<String, byte[]>> entries, @Nullable Throwable failure) {
        if (used != connections) {
            return;
        }
        if (failure != null) {
            fail(used, Trouble.sentence(uri, failure));
            return;
        }
        retryMillis = FIRST_RETRY_MILLIS; // not before: a Redis that lets a node be shown may still not let it read
        if (entries != null && !entries.isEmpty()) {
            lastRead = entries.get(entries.size() - 1).getId();
            XTrimArgs read = new XTrimArgs().minId(lastRead).exactTrimming();
            used.ask(redis -> redis.xtrim(keys.stream(self.node()), read));
        }
        read(used);
        if (entries != null) {
            entries.forEach(entry -> take(entry.getBody()));
        }
    }

    private void take(@Nullable Map<String, byte[]> entry) {
        if (entry == null) {
            return;
        }
        byte[] message = entry.get(MESSAGE);
        if (message != null) {
            listener.onMessage(message);
        } else if (entry.containsKey(LOOK)) {
            beat();
        }
    }

    /** Takes the node out of Redis, as far as that can be reached; the answer never fails. */
    CompletableFuture<Void> close() {
        isClosed = true;
        Connections used = connections;
        connections = null;
        cancelBeat();
        if (used == null) {
            return CompletableFuture.completedFuture(null);
        }
        String node = self.node();
        CompletableFuture<byte[]> gone = used.ask(redis -> redis.eval(
                Scripts.CLOSE,
                ScriptOutputType.VALUE,
                new String[] {keys.presence(node), keys.stream(node), keys.nodes(), keys.held(node)},
                bytes(node),
                number(Scripts.CLEANED_AT_END),
                bytes(keys.nameStem())));
        tellOthersToLook(used);
        return gone.handle((count, failure) -> null)
                .thenCompose(done -> used.close())
                .exceptionally(failure -> null);
    }

    private static byte[] number(long value) {
        return bytes(Long.toString(value));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
