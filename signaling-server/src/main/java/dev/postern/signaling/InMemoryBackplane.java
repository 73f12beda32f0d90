package dev.postern.signaling;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A backplane for several servers in one JVM: tests, and programs that embed more than one. Each server has one of its own over a {@link
 * Memory} that all share. Not for servers in several processes. Any thread; its listener is called on a thread of its own.
 */
public final class InMemoryBackplane implements Backplane {

    /** How many messages may wait for a server; more are dropped. */
    static final int MAX_WAITING = 16_384;

    private static final String THREAD_NAME = "postern-backplane";

    private final Memory memory;
    private final BlockingQueue<Consumer<Listener>> events = new LinkedBlockingQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile @Nullable Thread thread;
    /** Guarded by the memory; null before it is open and after it is closed. */
    private @Nullable Presence self;

    /** A server's door to a memory. */
    public InMemoryBackplane(Memory memory) {
        this.memory = memory;
    }

    /** What the servers of one JVM have in common. It can be told to fail, as a real one does. Any thread. */
    public static final class Memory {

        private final Map<String, InMemoryBackplane> open = new LinkedHashMap<>();
        private final Map<String, String> holders = new LinkedHashMap<>();
        private final Map<String, Registered> registered = new LinkedHashMap<>();
        private @Nullable String whyDown;

        private record Registered(String node, long untilNanos) {}

        /** Cannot be reached from now on: what is sent is lost, and what is asked fails. */
        public synchronized void goDown(String sentence) {
            whyDown = sentence;
            tellAll(listener -> listener.onDown(sentence));
        }

        /** Can be reached again. */
        public synchronized void comeUp() {
            whyDown = null;
            tellAll(Listener::onUp);
            tellNodes();
        }

        /** Forgets who has which name, as a store does that was started again empty. */
        public synchronized void forget() {
            holders.clear();
            registered.clear();
        }

        /** How many names are held. */
        synchronized int held() {
            return holders.size();
        }

        private void tellAll(Consumer<Listener> event) {
            open.values().forEach(each -> each.events.add(event));
        }

        private void tellNodes() {
            if (whyDown == null) {
                List<Presence> living = new ArrayList<>();
                for (InMemoryBackplane each : open.values()) {
                    Presence presence = each.self;
                    if (presence != null) {
                        living.add(presence);
                    }
                }
                tellAll(listener -> listener.onNodes(List.copyOf(living)));
            }
        }

        /** Empty for nowhere. */
        private String located(String name, long nowNanos) {
            Registered known = registered.get(name);
            return known == null || known.untilNanos() - nowNanos < 0 ? "" : known.node();
        }

        private String holder(String name, String asking, String giver) {
            String known = holders.get(name);
            if (known == null || known.equals(giver) || !open.containsKey(known)) {
                holders.put(name, asking);
                return asking;
            }
            return known;
        }
    }

    @Override
    public void open(Presence presence, Listener listener) {
        Thread starting = new Thread(() -> run(listener), THREAD_NAME);
        starting.setDaemon(true);
        synchronized (memory) {
            if (self != null || thread != null) {
                throw new IllegalStateException("a backplane is opened once");
            }
            self = presence;
            thread = starting;
            memory.open.put(presence.node(), this);
            String why = memory.whyDown;
            events.add(why == null ? Listener::onUp : each -> each.onDown(why));
            memory.tellNodes();
        }
        starting.start();
    }

    private void run(Listener listener) {
        while (thread != null) {
            try {
                events.take().accept(listener);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void announce(Presence presence) {
        synchronized (memory) {
            if (self != null) {
                self = presence;
                memory.tellNodes();
            }
        }
    }

    @Override
    public void send(String node, byte[] message) {
        synchronized (memory) {
            InMemoryBackplane to = memory.open.get(node);
            if (self != null && to != null && memory.whyDown == null && to.waiting.get() < MAX_WAITING) {
                to.waiting.incrementAndGet();
                to.events.add(listener -> {
                    to.waiting.decrementAndGet();
                    listener.onMessage(message);
                });
            }
        }
    }

    /** Something to do with the memory while it can be reached. */
    private interface Question<T> {

        T ask(String self);
    }

    private <T> CompletionStage<T> ask(Question<T> question) {
        synchronized (memory) {
            Presence presence = self;
            String why = presence == null ? "the backplane is closed" : memory.whyDown;
            return presence == null || why != null
                    ? CompletableFuture.failedFuture(new IllegalStateException(why))
                    : CompletableFuture.completedFuture(question.ask(presence.node()));
        }
    }

    private CompletionStage<Void> tell(Consumer<String> statement) {
        return ask(node -> {
                    statement.accept(node);
                    return true;
                })
                .thenAccept(done -> {});
    }

    @Override
    public CompletionStage<String> claim(String name) {
        return ask(node -> memory.holder(name, node, node));
    }

    @Override
    public CompletionStage<String> take(String name, String giver) {
        return ask(node -> memory.holder(name, node, giver));
    }

    @Override
    public CompletionStage<Void> release(String name) {
        return tell(node -> memory.holders.remove(name, node));
    }

    @Override
    public CompletionStage<Void> register(String name, Duration keptFor) {
        long nowNanos = System.nanoTime();
        return tell(node -> {
            memory.registered.values().removeIf(each -> each.untilNanos() - nowNanos < 0);
            memory.registered.put(name, new Memory.Registered(node, nowNanos + keptFor.toNanos()));
        });
    }

    @Override
    public CompletionStage<@Nullable String> locate(String name) {
        long nowNanos = System.nanoTime();
        return ask(node -> memory.located(name, nowNanos)).thenApply(known -> known.isEmpty() ? null : known);
    }

    /** Takes the server out, without a word of its own. */
    @Override
    public void close() {
        Thread ending;
        synchronized (memory) {
            Presence presence = self;
            self = null;
            ending = thread;
            thread = null;
            if (presence != null) {
                memory.open.remove(presence.node());
                memory.holders.values().removeIf(presence.node()::equals);
                memory.tellNodes();
            }
        }
        if (ending != null) {
            ending.interrupt();
        }
    }
}
