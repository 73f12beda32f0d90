package dev.postern.peer.model;

import dev.postern.peer.SignalingClientConfig;
import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingListener;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.core.Draft;
import dev.postern.peer.core.EngineOutput;
import dev.postern.peer.core.SignalingEngine;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CodecLimits;
import dev.postern.signaling.protocol.Decoded;
import dev.postern.signaling.protocol.MessageCodec;
import dev.postern.signaling.protocol.ServerMessage;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The engine of the real client, whose every connection goes over the next of the three carriers: WebSocket, event stream, long poll. */
final class HoppingPeer implements ChaosPeer, EngineOutput {

    static final MessageCodec CODEC = new MessageCodec(CodecLimits.STANDARD);
    private static final long LAST_TASK_SECONDS = 5;

    private final URI server;
    private final SignalingListener listener;
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final Map<SignalingClientCounter, AtomicLong> counters = new EnumMap<>(SignalingClientCounter.class);
    private final SignalingEngine engine;
    private final int firstHop;
    private final Consumer<Throwable> onFault;
    private @Nullable Carrier carrier;
    private @Nullable ScheduledFuture<?> alarm;

    /** One connection. The loop's thread. */
    interface Carrier {

        void send(String text);

        /** Ends it: as a page does that is left, or as a network does. */
        void close(boolean onPurpose);
    }

    /** What a carrier tells, by any thread. */
    final class Ear {

        private final int number;

        private Ear(int number) {
            this.number = number;
        }

        ScheduledExecutorService loop() {
            return loop;
        }

        /** Does something on the loop's thread. */
        void run(Runnable action) {
            input(now -> action.run());
        }

        void opened() {
            input(now -> engine.onOpen(now, number));
        }

        void received(String json) {
            if (CODEC.decodeServer(json) instanceof Decoded.Message<ServerMessage> whole) {
                input(now -> engine.onMessage(now, number, whole.message()));
            } else {
                input(now -> engine.onMalformed(now, number));
            }
        }

        void closed(int code) {
            input(now -> engine.onClosed(now, number, code));
        }
    }

    HoppingPeer(
            URI server,
            int firstHop,
            SignalingClientConfig config,
            SignalingListener listener,
            Consumer<Throwable> onFault) {
        this.server = server;
        this.onFault = onFault;
        this.firstHop = firstHop;
        this.listener = listener;
        for (SignalingClientCounter counter : SignalingClientCounter.values()) {
            counters.put(counter, new AtomicLong());
        }
        this.engine = new SignalingEngine(config, new SplittableRandom(), this);
        input(engine::connect);
    }

    private void input(LongConsumer action) {
        if (!loop.isShutdown()) {
            loop.execute(() -> guarded(() -> action.accept(System.nanoTime())));
        }
    }

    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | AssertionError e) {
            onFault.accept(e);
        }
        setAlarm();
    }

    private void setAlarm() {
        ScheduledFuture<?> before = alarm;
        if (before != null) {
            before.cancel(false);
        }
        long due = engine.nextTimeout();
        alarm = due == Long.MAX_VALUE || loop.isShutdown()
                ? null
                : loop.schedule(
                        () -> guarded(() -> engine.onTimeout(System.nanoTime())),
                        Math.max(0, due - System.nanoTime()),
                        TimeUnit.NANOSECONDS);
    }

    @Override
    public CompletableFuture<SignalingOutcome> request(Draft draft) {
        CompletableFuture<SignalingOutcome> answer = new CompletableFuture<>();
        input(now -> engine.request(now, draft, answer));
        return answer;
    }

    @Override
    public void drop() {
        input(engine::drop);
    }

    @Override
    public long counted(SignalingClientCounter counter) {
        return counters.getOrDefault(counter, new AtomicLong()).get();
    }

    @Override
    public void close() {
        input(engine::close);
        loop.shutdown();
        try {
            loop.awaitTermination(LAST_TASK_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void open(int number, URI socket) {
        Ear ear = new Ear(number);
        int hop = firstHop + number;
        carrier = hop % 3 == 0 ? new HopSocket(server, ear) : new HopStream(server, hop % 3 == 1, ear);
    }

    /** No schedule has tokens. */
    @Override
    public void askToken(long number) {
        throw new IllegalStateException("asked for a token");
    }

    @Override
    public void send(int number, ClientMessage message) {
        Carrier open = carrier;
        if (open != null) {
            open.send(CODEC.encodeText(message));
        }
    }

    @Override
    public void close(int number, int code) {
        Carrier open = carrier;
        if (open != null) {
            open.close(code == SignalingEngine.NORMAL);
            carrier = null;
        }
    }

    @Override
    @SuppressWarnings("unchecked") // request() gave it
    public void settled(Object requester, SignalingOutcome outcome) {
        ((CompletableFuture<SignalingOutcome>) requester).complete(outcome);
    }

    @Override
    public SignalingListener listener() {
        return listener;
    }

    @Override
    public void count(SignalingClientCounter counter) {
        counters.getOrDefault(counter, new AtomicLong()).incrementAndGet();
    }
}
