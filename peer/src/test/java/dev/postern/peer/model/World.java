package dev.postern.peer.model;

import dev.postern.peer.SignalingCause;
import dev.postern.peer.SignalingState;
import dev.postern.peer.core.SignalingEngine;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.core.Connection;
import dev.postern.signaling.core.Hub;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Clients, a server and what is between them, in virtual time. Nothing in it is random but what the seed made so. */
final class World {

    private static final long NEVER = Long.MAX_VALUE;
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);

    final Oracle oracle;
    private final Setup setup;
    private final SignalingConfig config;
    private final Mutant mutant;
    private final SplittableRandom random;
    private final List<TestClient> clients = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private final ServerVoice voice;
    private final @Nullable List<String> story;
    private @Nullable Hub hub;
    private long serverStartsAt = NEVER;
    private long nowNanos;
    private int serial;
    private int tried;

    World(Schedule schedule, SignalingConfig config, Mutant mutant, @Nullable List<String> story) {
        this.setup = schedule.setup();
        this.config = config;
        this.mutant = mutant;
        this.story = story;
        this.random = new SplittableRandom(schedule.seed());
        this.oracle = new Oracle(setup.ringMessages(), setup.serversPerRoom(), WINDOW_NANOS);
        this.voice = new ServerVoice(this, setup, mutant);
        startServer();
        for (int i = 0; i < setup.clients(); i++) {
            clients.add(newClient(i));
        }
    }

    private TestClient newClient(int index) {
        TestClient client = new TestClient(this, "client " + index, random.nextLong(), setup);
        client.engine.connect(nowNanos);
        return client;
    }

    @Nullable
    Hub hub() {
        return hub;
    }

    long nowNanos() {
        return nowNanos;
    }

    String nextSerial() {
        return Integer.toString(serial++);
    }

    TestClient client(int index) {
        return clients.get(index % clients.size());
    }

    List<TestClient> clients() {
        return clients;
    }

    void tell(Supplier<String> sentence) {
        if (story != null) {
            story.add(String.format(Locale.ROOT, "%9.3f s  %s", nowNanos / 1e9, sentence.get()));
        }
    }

    // ---- what clients do -------------------------------------------------------------------------------------------

    Link open(TestClient client, int number) {
        // No two things happen at one instant that do not have one cause.
        long latencyNanos = TimeUnit.MILLISECONDS.toNanos(setup.latencyMillis()) + 1_009L * ++tried;
        Link link = new Link(client, number, latencyNanos, setup.streams() && number % 3 != 0);
        links.add(link);
        link.open(nowNanos);
        return link;
    }

    void sendUp(Link link, ClientMessage message) {
        for (ClientMessage one : mutant.fromClient(link, message)) {
            link.sendUp(nowNanos, one);
        }
        link.client.onSent(link, nowNanos);
    }

    void closedByClient(Link link, int code) {
        link.isOverAtClient = true;
        if (!link.isStream || (code == SignalingEngine.NORMAL && link.hasAnswered)) {
            link.sendUp(nowNanos, new Link.Close(code));
        }
    }

    /** Ends a client as its program would, and puts another in its place. */
    void replace(int index) {
        TestClient old = client(index);
        old.engine.close(nowNanos);
        old.program.checkSettled();
        int slot = index % clients.size();
        clients.set(slot, newClient(slot));
    }

    /** Somebody shows a ticket that is spent. */
    void steal(ClientMessage.Resume ticket, TestClient victim) {
        Hub running = hub;
        if (running == null || oracle.wouldOpen(ticket)) {
            return;
        }
        tell(() -> "a thief shows a spent ticket of " + victim.name);
        Link link = new Link(victim, -1, 0, false);
        link.isOverAtClient = true;
        connect(running, link);
        deliver(running, link, new ClientMessage.Hello(1, List.of(), ticket));
        end(running, link, false);
    }

    // ---- the server's life -----------------------------------------------------------------------------------------

    private void startServer() {
        serverStartsAt = NEVER;
        hub = new Hub(nowNanos, config, random.split(), voice);
        tell(() -> "the server starts");
    }

    void stopServer(boolean asItShould, long forNanos) {
        Hub running = hub;
        if (running == null) {
            return;
        }
        tell(() -> asItShould ? "the server stops" : "the server is killed");
        oracle.restart();
        if (asItShould) {
            running.onStop();
            voice.carryOut(null);
        }
        hub = null;
        for (Link link : links) {
            if (link.connection != null && !link.isOverAtServer) {
                link.isOverAtServer = true;
                link.outbox.clear();
                link.cut(nowNanos, 0, link.down.size(), false, true);
            }
            link.seat = null;
        }
        serverStartsAt = nowNanos + forNanos;
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    void advance(long nanos) {
        long end = nowNanos + nanos;
        for (long next = nextEvent(); next <= end; next = nextEvent()) {
            nowNanos = Math.max(nowNanos, next);
            runDue();
        }
        nowNanos = end;
    }

    private long nextEvent() {
        long next = Math.min(serverStartsAt, oracle.nextTimeout());
        Hub running = hub;
        if (running != null) {
            next = Math.min(next, running.nextTimeout());
        }
        for (TestClient client : clients) {
            next = Math.min(next, client.engine.nextTimeout());
        }
        for (Link link : links) {
            next = Math.min(Math.min(next, link.forcedAt), Math.min(link.dueUp(), link.dueDown()));
            if (link.isFull && !link.hasReportedSlow) {
                next = Math.min(next, nowNanos);
            }
        }
        return next;
    }

    private void runDue() {
        if (serverStartsAt <= nowNanos) {
            startServer();
        }
        oracle.onTimeout(nowNanos, null);
        Hub running = hub;
        if (running != null && running.nextTimeout() <= nowNanos) {
            running.onTimeout(nowNanos);
            voice.carryOut(null);
        }
        for (int i = 0; i < links.size(); i++) {
            runDue(links.get(i));
        }
        links.removeIf(link -> link.isDone() && (link.down.isEmpty() || !mutant.confusesConnections()));
        for (TestClient client : clients) {
            if (client.engine.nextTimeout() <= nowNanos) {
                client.engine.onTimeout(nowNanos);
            }
        }
    }

    private void runDue(Link link) {
        reportSlow(link);
        if (link.dueUp() <= nowNanos) {
            arriveAtServer(link, link.up.removeFirst().thing());
        }
        if (link.forcedAt <= nowNanos) {
            link.forcedAt = NEVER;
            link.cut(nowNanos, 0, 0, false, true);
            link.isStalled = false;
        }
        if (link.dueDown() <= nowNanos) {
            Object thing = link.down.removeFirst().thing();
            link.flush(nowNanos);
            arriveAtClient(link, thing);
        }
    }

    private void reportSlow(Link link) {
        Hub running = hub;
        Connection connection = link.connection;
        if (link.isFull && !link.hasReportedSlow) {
            link.hasReportedSlow = true;
            if (running != null && connection != null) {
                tell(() -> link.client.name + " reads too slowly");
                running.onSlow(nowNanos, connection);
                voice.carryOut(null);
            }
        }
    }

    // ---- what arrives ----------------------------------------------------------------------------------------------

    private void arriveAtServer(Link link, Object thing) {
        Hub running = hub;
        if (link.isOpenedBy(thing) && !link.isOverAtServer) {
            if (running == null) {
                link.isOverAtServer = true;
                link.isCut = true;
                link.down.add(new Link.Item(nowNanos, Link.GONE));
                return;
            }
            connect(running, link);
        }
        if (running == null || link.isOverAtServer) {
            return;
        }
        if (thing == Link.OPENING) {
            link.outbox.add(Link.OPENING);
            link.flush(nowNanos);
        } else if (thing instanceof Link.Close close) {
            tell(() -> "the server sees " + link.client.name + " close connection " + link.number + " (" + close.code()
                    + ")");
            end(running, link, close.code() == 1000);
        } else if (thing instanceof ClientMessage message) {
            deliver(running, link, message);
        }
    }

    private void connect(Hub running, Link link) {
        link.connection = running.onOpen(nowNanos, link);
        link.heardNanos = nowNanos;
    }

    private void end(Hub running, Link link, boolean onPurpose) {
        link.isOverAtServer = true;
        link.seat = null;
        Connection connection = link.connection;
        if (connection != null) {
            oracle.closed(nowNanos, link, onPurpose);
            running.onClosed(nowNanos, connection, onPurpose);
            voice.carryOut(null);
        }
    }

    /** The last request comes once more, as it does from a carrier that is not sure. */
    void repeat(Link link) {
        Hub running = hub;
        ClientMessage.Request request = link.lastRequest;
        if (running != null && request != null && !link.isOverAtServer) {
            deliver(running, link, request);
        }
    }

    private void deliver(Hub running, Link link, ClientMessage message) {
        tell(() -> "the server takes " + message + " of " + link.client.name + " over " + link.number);
        link.heardNanos = nowNanos;
        Expected expected = null;
        Oracle.Seat seat = link.seat;
        if (message instanceof ClientMessage.Hello hello && seat == null) {
            link.hasSaidHello = true;
            expected = oracle.hello(hello, link, link.number);
            link.isOvertaken = expected.isOvertaken();
        } else if (seat != null) {
            oracle.message(seat, message);
        }
        if (message instanceof ClientMessage.Request request) {
            link.lastRequest = request;
        }
        for (ClientMessage one : mutant.toServer(link, message)) {
            running.onMessage(nowNanos, Objects.requireNonNull(link.connection), one);
        }
        if (expected != null && !(link.isOvertaken && voice.hasClosed(link))) {
            link.served = oracle.welcome(expected, voice.welcomeTo(link), link, link.number);
            link.seat = link.served;
        }
        voice.carryOut(expected == null ? null : link);
    }

    private void arriveAtClient(Link link, Object thing) {
        if (link.isOverAtClient && !(mutant.confusesConnections() && thing instanceof ServerMessage)) {
            return;
        }
        if (thing == Link.OPENING) {
            link.client.engine.onOpen(nowNanos, link.number);
        } else if (thing instanceof Link.Close close) {
            link.isOverAtClient = true;
            link.forcedAt = NEVER;
            if (link.connection == null) {
                link.client.engine.onRefused(nowNanos, link.number, SignalingCause.UNREACHABLE);
            } else {
                link.client.engine.onClosed(nowNanos, link.number, close.code());
            }
        } else if (thing instanceof ServerMessage message) {
            link.hasAnswered = true;
            for (ServerMessage one : mutant.toClient(link, message)) {
                link.client.receives(link, nowNanos, one, mutant.confusesConnections());
            }
        }
    }

    /** Whether nothing is on its way, everyone is connected and every request has ended. */
    boolean isQuiet() {
        for (TestClient client : clients) {
            Link link = client.link();
            boolean atRest = client.engine.state() == SignalingState.OPEN
                    && client.program.isSettled()
                    && link != null
                    && !link.isCut
                    && link.up.isEmpty()
                    && link.down.isEmpty()
                    && link.outbox.isEmpty();
            if (!atRest) {
                return false;
            }
        }
        return true;
    }

    /** All faults end: what is held up comes, who does not read reads, the server is there. */
    void heal() {
        tell(() -> "all faults end");
        for (Link link : links) {
            link.holdUpUntil = 0;
            link.holdDownUntil = 0;
            link.isStalled = false;
        }
        for (TestClient client : clients) {
            client.heal();
        }
        if (hub == null) {
            startServer();
        }
    }
}
