package dev.postern.peer.model;

import dev.postern.peer.SignalingClientConfig;
import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.model.ChaosPlan.Way;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.net.HeardServer;
import dev.postern.signaling.protocol.ClientMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One schedule of the model on a real server and real clients through proxies: time is real and {@value ChaosSetup#HASTE} times as
 * fast. One lock guards the oracle, the programs and the story; whoever tells them something holds it for a moment.
 */
final class ChaosRun implements AutoCloseable {

    private static final int NOBODY = 0;
    private static final long[] PATIENCE_MILLIS = {2, 20, 100, 210, 400, 900};
    private static final long LONGEST_PAUSE_MILLIS = 800;
    private static final long TICK_MILLIS = 10;

    private final Schedule schedule;
    private final Setup setup;
    private final Duration patience;
    private final boolean hops;
    private final Oracle oracle;
    private final ChaosFault fault;
    private final List<ChaosProxy> proxies = new ArrayList<>();
    private final List<ChaosClient> clients = new ArrayList<>();
    private final List<Program> ended = new ArrayList<>();
    private final List<Thread> closing = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private final Object lock = new Object();
    private final long startNanos = System.nanoTime();
    private volatile int serverPort = NOBODY;
    private volatile @Nullable HeardServer server;
    private @Nullable ChaosEar ear;
    private @Nullable Throwable violation;
    private long serverStartsNanos = Long.MAX_VALUE;
    private int serial;

    /** @param patience how long everything may take to come after the last fault */
    ChaosRun(Schedule schedule, boolean hops, ChaosFault.Kind fault, Duration patience) throws IOException {
        Setup model = schedule.setup();
        this.schedule = schedule;
        this.setup = new Setup(
                model.clients() + 1,
                model.ringMessages(),
                model.queueMessages(),
                model.serversPerRoom(),
                0,
                0,
                0,
                false);
        this.patience = patience;
        this.hops = hops;
        this.oracle = new Oracle(setup.ringMessages(), setup.serversPerRoom(), ChaosSetup.WINDOW.toNanos());
        this.fault = new ChaosFault(fault);
        oracle.ledger.expectReplays();
        startServer();
        for (int i = 0; i < setup.clients(); i++) {
            proxies.add(new ChaosProxy(new ChaosPlan(schedule.seed(), i, hops ? 60 : 9), () -> serverPort));
            clients.add(newClient(i));
        }
    }

    // ---- what everybody tells --------------------------------------------------------------------------------------

    /** Does something with the oracle or a program, unless something is wrong already. */
    void guard(Runnable action) {
        guarded(true, () -> {
            action.run();
            return true;
        });
    }

    /** Tells a program something that has come from the server. */
    void told(Runnable action) {
        guard(() -> {
            noticeWhatWasLeftOut();
            action.run();
        });
    }

    /** The same with an answer; the other one if something is wrong. */
    <T> T guarded(T otherwise, Supplier<T> action) {
        synchronized (lock) {
            if (isOver()) {
                return otherwise;
            }
            try {
                return action.get();
            } catch (RuntimeException | AssertionError e) {
                violation = e;
                tell(() -> "=> " + e.getMessage());
                return otherwise;
            } finally {
                lock.notifyAll();
            }
        }
    }

    private boolean isOver() {
        return violation != null;
    }

    void tell(Supplier<String> sentence) {
        synchronized (lock) {
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            story.add(String.format(Locale.ROOT, "%9.4f s  %s", seconds, sentence.get()));
        }
    }

    String nextSerial() {
        return Integer.toString(serial++);
    }

    // ---- the server's lives ----------------------------------------------------------------------------------------

    private void startServer() throws IOException {
        serverStartsNanos = Long.MAX_VALUE;
        ChaosEar listening = new ChaosEar(this, oracle, fault, ChaosSetup.DEAD.toNanos());
        HeardServer started = HeardServer.start(ChaosSetup.server(setup), listening);
        ear = listening;
        server = started;
        serverPort = started.port();
        tell(() -> "the server starts");
    }

    private ChaosClient newClient(int slot) {
        ChaosProxy proxy = proxies.get(slot);
        SignalingClientConfig client = ChaosSetup.client(proxy.socketUri());
        Program program = new Program("client " + slot, oracle, this::tell);
        return new ChaosClient(
                this,
                program,
                listener -> hops
                        ? new HoppingPeer(proxy.uri(), slot, client, listener, this::fault)
                        : new SocketPeer(client, listener));
    }

    private void fault(Throwable cause) {
        guard(() -> {
            throw new AssertionError("a carrier of the test has a fault", cause);
        });
    }

    private void stopServer(boolean asItShould, long forNanos) {
        HeardServer running = server;
        ChaosEar listening = ear;
        if (running == null || listening == null) {
            return;
        }
        tell(() -> asItShould ? "the server stops" : "the server is killed");
        serverPort = NOBODY;
        guard(this::noticeWhatWasLeftOut);
        server = null;
        if (asItShould) {
            running.close();
        } else {
            proxies.forEach(ChaosProxy::resetAll);
            guard(listening::restart);
            Thread thread = new Thread(running::close, "chaos-killed");
            thread.start();
            closing.add(thread);
        }
        serverStartsNanos = System.nanoTime() + forNanos;
    }

    // ---- the schedule ----------------------------------------------------------------------------------------------

    /** Runs it; null if the property holds. */
    @Nullable
    Throwable run() throws IOException, InterruptedException {
        clients.forEach(client -> guard(() -> client.join(Setup.ROOMS.get(0))));
        pause(TimeUnit.SECONDS.toMillis(1) / ChaosSetup.HASTE);
        for (Step step : schedule.steps()) {
            if (System.nanoTime() - serverStartsNanos >= 0) {
                startServer();
            }
            tell(() -> "* " + step);
            take(step);
            if (pause(Math.min(LONGEST_PAUSE_MILLIS, step.thenMillis() / ChaosSetup.HASTE))) {
                break;
            }
        }
        heal();
        return violation;
    }

    /** Lets time pass; true if the run is over. */
    private boolean pause(long millis) throws InterruptedException {
        await(Duration.ofMillis(millis), () -> false);
        return isOver();
    }

    /**
     * Waits until this is so, time is up, or something is wrong; whether it is so. Time in which the machine does not let this thread run
     * does not count: it does not let the others run either.
     */
    private boolean await(Duration longest, BooleanSupplier condition) throws InterruptedException {
        long leftNanos = longest.toNanos();
        synchronized (lock) {
            while (!isOver() && !condition.getAsBoolean()) {
                if (leftNanos <= 0) {
                    return false;
                }
                long startedNanos = System.nanoTime();
                lock.wait(Math.min(TICK_MILLIS, TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1));
                leftNanos -= Math.min(System.nanoTime() - startedNanos, TimeUnit.MILLISECONDS.toNanos(2 * TICK_MILLIS));
            }
            return !isOver();
        }
    }

    private void take(Step step) {
        int slot = (step.who() + step.b()) % clients.size();
        ChaosClient client = clients.get(slot);
        ChaosProxy proxy = proxies.get(slot);
        ChaosWire wire = proxy.latest();
        String room = Setup.ROOMS.get(step.a() % Setup.ROOMS.size());
        long patienceNanos = TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS[step.a() % PATIENCE_MILLIS.length]);
        switch (step.kind()) {
            case JOIN -> guard(() -> client.join(room));
            case LEAVE -> guard(() -> client.leave(room));
            case SIG ->
                guard(() -> {
                    for (int i = 0; i <= step.b() * step.b() / 2; i++) {
                        client.sig(room, step.a());
                    }
                });
            case ICE -> guard(() -> client.ice(room, step.b()));
            case CUT -> cut(wire, true, true);
            case CUT_UNNOTICED_BY_SERVER -> cut(wire, false, true);
            case CUT_UNNOTICED_BY_CLIENT -> cut(wire, true, false);
            case FREEZE_UP -> freeze(wire, Way.UP, patienceNanos);
            case FREEZE_DOWN -> freeze(wire, Way.DOWN, patienceNanos);
            case STALL -> stall(wire, true);
            case READ -> stall(wire, false);
            case DROP -> client.drop();
            case REPEAT, STEAL -> replay(proxy, step.a());
            case REPLACE -> replace(slot);
            case KILL -> stopServer(false, patienceNanos);
            case DRAIN -> stopServer(true, patienceNanos);
            case WAIT -> {
                // Time passes behind every step.
            }
        }
    }

    private static void cut(@Nullable ChaosWire wire, boolean serverNotices, boolean clientNotices) {
        if (wire != null) {
            wire.cut(serverNotices, clientNotices);
        }
    }

    private static void freeze(@Nullable ChaosWire wire, Way way, long nanos) {
        if (wire != null) {
            wire.gate(way).shutFor(nanos);
        }
    }

    private static void stall(@Nullable ChaosWire wire, boolean stalls) {
        if (wire != null) {
            wire.gate(Way.DOWN).shut(stalls);
        }
    }

    /** A former connection comes once more, unless its hello would still open the session, as the server never had it: then it would be the client. */
    private void replay(ChaosProxy proxy, int which) {
        List<byte[]> recordings = proxy.recordings();
        if (recordings.isEmpty()) {
            return;
        }
        byte[] recording = recordings.get(which * 7 % recordings.size());
        guard(() -> {
            List<ClientMessage.Hello> hellos = ChaosRecording.hellos(recording);
            if (hellos.stream().noneMatch(this::opensSession)) {
                tell(() -> "a former connection comes again, with " + hellos);
                proxy.replay(recording);
            }
        });
    }

    private boolean opensSession(ClientMessage.Hello hello) {
        ClientMessage.Resume resume = hello.resume();
        return resume != null && oracle.wouldOpen(resume);
    }

    private void replace(int slot) {
        ChaosClient old = clients.get(slot);
        old.close();
        guard(old.program::checkSettled);
        ended.add(old.program);
        clients.set(slot, newClient(slot));
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    private void heal() throws IOException, InterruptedException {
        tell(() -> "all faults end");
        proxies.forEach(ChaosProxy::calm);
        if (server == null && !isOver()) {
            startServer();
        }
        await(patience, this::isAtRest);
        // What is asked now is answered behind whatever was said twice.
        clients.forEach(client -> guard(() -> client.sig(Setup.ROOMS.get(0), 0)));
        await(patience, this::isAtRest);
        guard(this::checkComplete);
    }

    private boolean isAtRest() {
        noticeWhatWasLeftOut();
        if (!clients.stream().allMatch(client -> client.program.isAtRest())) {
            return false;
        }
        checkComplete();
        return true;
    }

    private void checkComplete() {
        Set<String> peers = new HashSet<>();
        ended.forEach(program -> peers.addAll(program.peers));
        for (ChaosClient client : clients) {
            client.program.checkComplete();
            peers.addAll(client.program.peers);
        }
        oracle.ledger.checkAskedOnce(peers);
    }

    private void noticeWhatWasLeftOut() {
        HeardServer running = server;
        if (running != null && running.count(SignalingCounter.PRESENCE_COALESCED) > 0) {
            oracle.hasLeftOut();
        }
    }

    /** What happened, for a person. */
    String story() {
        StringBuilder words = new StringBuilder("seed " + schedule.seed() + ", " + setup + "\n");
        proxies.forEach(proxy -> words.append(proxy.words()));
        synchronized (lock) {
            story.forEach(line -> words.append(line).append('\n'));
        }
        return words.toString();
    }

    /** What there was to see. */
    ChaosCounts counts() {
        long resumed = 0;
        long opened = 0;
        for (ChaosClient client : clients) {
            resumed += client.count(SignalingClientCounter.SESSIONS_RESUMED);
            opened += client.count(SignalingClientCounter.CONNECTIONS_TRIED);
        }
        return new ChaosCounts(opened, resumed, serial);
    }

    @Override
    public void close() throws IOException {
        clients.forEach(ChaosClient::close);
        HeardServer running = server;
        if (running != null) {
            running.close();
        }
        for (ChaosProxy proxy : proxies) {
            proxy.close();
        }
        closing.forEach(ChaosProxy::await);
    }
}
