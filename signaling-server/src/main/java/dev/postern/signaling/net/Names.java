package dev.postern.signaling.net;

import dev.postern.signaling.Backplane;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which rooms this node has, as the backplane is told: the latest word for each room is said until it was taken. On the hub's turn only; what
 * the backplane answers comes back as a task.
 */
final class Names {

    private static final Logger LOG = LoggerFactory.getLogger(Names.class);
    private static final String ROOM = "room:";
    private static final String SESSION = "session:";
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Backplane backplane;
    private final Duration keptFor;
    private final Consumer<HubLoop.Task> tasks;
    /** The latest word for each room that is not taken yet. */
    private final Map<String, Word> words = new HashMap<>();
    /** What failed, the first to be said again first. */
    private final Deque<Failed> failed = new ArrayDeque<>();

    private enum Kind {
        CLAIM,
        TAKE,
        RELEASE
    }

    /** Words are the same only if they are the same object: a claim may be followed by another one. */
    private static final class Word {

        private final Kind kind;
        private final String room;
        /** Who gives it, if it is taken. */
        private final String giver;

        Word(Kind kind, String room, String giver) {
            this.kind = kind;
            this.room = room;
            this.giver = giver;
        }
    }

    /** A word that failed, and when it is said again. */
    private record Failed(Word word, long againNanos) {}

    Names(Backplane backplane, Duration keptFor, Consumer<HubLoop.Task> tasks) {
        this.backplane = backplane;
        this.keptFor = keptFor;
        this.tasks = tasks;
    }

    void claim(String room) {
        say(new Word(Kind.CLAIM, room, ""));
    }

    void take(String room, String giver) {
        say(new Word(Kind.TAKE, room, giver));
    }

    void release(String room) {
        say(new Word(Kind.RELEASE, room, ""));
    }

    private void say(Word word) {
        words.put(word.room, word);
        String name = ROOM + word.room;
        switch (word.kind) {
            case CLAIM -> whenAnswered(backplane.claim(name), (node, failure) -> onClaimed(word, node, failure));
            case TAKE ->
                whenAnswered(backplane.take(name, word.giver), (node, failure) -> onClaimed(word, node, failure));
            case RELEASE -> whenAnswered(backplane.release(name), (done, failure) -> onAnswered(word, failure));
        }
    }

    private static <T> void whenAnswered(CompletionStage<T> answer, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        answer.whenComplete(then);
    }

    private void onClaimed(Word word, @Nullable String node, @Nullable Throwable failure) {
        onAnswered(word, failure);
        if (node != null && failure == null) {
            tasks.accept((nowNanos, hub) -> {
                if (hub.nodes() != null) {
                    hub.nodes().onClaimed(nowNanos, word.room, node);
                }
            });
        }
    }

    private void onAnswered(Word word, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.atDebug().setCause(failure).log("the backplane did not take a word");
        }
        tasks.accept((nowNanos, hub) -> {
            if (failure == null) {
                words.remove(word.room, word);
            } else if (words.get(word.room) == word) {
                failed.addLast(new Failed(word, nowNanos + AGAIN_NANOS));
            }
        });
    }

    /** Writes down that a session lives here. */
    void register(String sid) {
        backplane.register(SESSION + sid, keptFor).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.atDebug().setCause(failure).log("a session that came could not be registered");
            }
        });
    }

    /** Looks up where a session lives; of a question that fails nothing comes, and the client comes again. */
    void locate(String sid) {
        backplane.locate(SESSION + sid).whenComplete((node, failure) -> {
            if (failure == null) {
                tasks.accept((nowNanos, hub) -> {
                    if (hub.nodes() != null) {
                        hub.nodes().onLocated(nowNanos, sid, node);
                    }
                });
            }
        });
    }

    /** The backplane cannot be reached: the hub will claim again by itself when it can. */
    void onDown() {
        words.values().removeIf(word -> word.kind == Kind.CLAIM);
    }

    /** Says again what is due. */
    void run(long nowNanos) {
        for (Failed first = failed.peekFirst(); first != null; first = failed.peekFirst()) {
            if (first.againNanos() - nowNanos > 0) {
                return;
            }
            failed.removeFirst();
            if (words.get(first.word().room) == first.word()) {
                say(first.word());
            }
        }
    }

    /** When {@link #run} has something to do; {@link Long#MAX_VALUE} for never. */
    long nextTimeout() {
        Failed first = failed.peekFirst();
        return first == null ? Long.MAX_VALUE : first.againNanos();
    }
}
