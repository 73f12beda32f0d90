package dev.postern.peer.model.cluster;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.core.HubProbe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Nodes, clients that go to any of them, and what is between them, in virtual time; all of it follows from the seed. */
final class ClusterWorld {

    static final List<String> ROOMS = List.of("red", "blue");

    /** Shorter than the resume window by what a client and two nodes may need to notice. */
    private static final long AWAY_TOO_LONG_NANOS = TimeUnit.SECONDS.toNanos(22);

    private static final long REVOKED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_DRAIN_NANOS = TimeUnit.SECONDS.toNanos(25);
    private static final SignalingConfig CONFIG = SignalingConfig.builder().build();

    final Net net;
    final Book book = new Book();
    private final SplittableRandom random;
    private final @Nullable List<String> story;
    private final List<Host> hosts = new ArrayList<>();
    private final List<Host> draining = new ArrayList<>();
    private final List<ClusterClient> clients = new ArrayList<>();
    private final List<Wire> wires = new ArrayList<>();
    /** Clients whose users were revoked, and when. */
    private final Map<ClusterClient, Long> revoked = new LinkedHashMap<>();

    private int serial;
    private int lives;
    private int tried;
    private int users;
    /** How often something happened that may cost sessions. */
    private int excuses;

    ClusterWorld(ClusterSchedule schedule, ClusterMutant mutant, @Nullable List<String> story) {
        this.random = new SplittableRandom(schedule.seed());
        this.story = story;
        this.net = new Net(random.nextLong(), mutant, this::tell);
        for (int i = 0; i < schedule.hosts(); i++) {
            hosts.add(newHost());
        }
        advance(TimeUnit.SECONDS.toNanos(1));
        for (int i = 0; i < schedule.clients(); i++) {
            clients.add(newClient(i));
        }
    }

    private Host newHost() {
        Host host = new Host("n" + ++lives, this, CONFIG, random.split());
        tell(() -> host.id() + " starts");
        net.add(host);
        return host;
    }

    private ClusterClient newClient(int index) {
        ClusterClient client = new ClusterClient(this, "client " + index, "user " + ++users, random.nextLong());
        client.engine.connect(net.nowNanos);
        return client;
    }

    void tell(Supplier<String> sentence) {
        if (story != null) {
            story.add(String.format(Locale.ROOT, "%9.3f s  %s", net.nowNanos / 1e9, sentence.get()));
        }
    }

    String nextSerial() {
        return Integer.toString(serial++);
    }

    ClusterClient client(int index) {
        return clients.get(index % clients.size());
    }

    private Host host(int index) {
        return hosts.get(index % hosts.size());
    }

    /** Any node will do; now and then one that leaves. */
    Wire open(ClusterClient client, int number) {
        Host host = hosts.get(random.nextInt(hosts.size()));
        if (!draining.isEmpty() && random.nextInt(6) == 0) {
            host = draining.get(0);
        }
        Host chosen = host;
        tell(() -> client.name + " goes to " + chosen.id());
        Wire wire = new Wire(client, number, chosen, net, TimeUnit.MILLISECONDS.toNanos(5) + 1_009L * ++tried);
        wires.add(wire);
        return wire;
    }

    /** Whether a session may be over whose client has been away since then. */
    void checkMayBeLost(String peer, long awaySinceNanos) {
        if (excuses == 0 && net.nowNanos - awaySinceNanos < AWAY_TOO_LONG_NANOS) {
            throw new AssertionError("the session of " + peer + " was lost for no reason");
        }
    }

    // ---- what happens ----------------------------------------------------------------------------------------------

    void replace(int index) {
        int slot = index % clients.size();
        ClusterClient old = clients.get(slot);
        old.engine.close(net.nowNanos);
        book.isOver(old.program.me());
        clients.set(slot, newClient(slot));
    }

    /** The client goes on trying, and its place has another one. */
    void revoke(int index, int at) {
        Host host = host(at);
        if (host.isAlive()) {
            int slot = index % clients.size();
            ClusterClient old = clients.get(slot);
            String user = old.user();
            tell(() -> host.id() + " revokes " + user);
            host.hub.onRevoke(net.nowNanos, user);
            book.isOver(old.program.me());
            revoked.put(old, net.nowNanos);
            clients.set(slot, newClient(slot));
        }
    }

    /** Where nothing else went wrong, a revoked user has no session a moment later, wherever he goes. */
    private void checkRevoked() {
        revoked.forEach((client, sinceNanos) -> {
            for (Host host : hosts) {
                boolean isIn = host.isAlive() && HubProbe.hasSessionOf(host.hub, client.user());
                if (isIn && excuses == 0 && net.nowNanos - sinceNanos > REVOKED_NANOS) {
                    throw new AssertionError(host.id() + " has a session of " + client.user() + ", who is revoked");
                }
            }
        });
    }

    void kill(int index, long forNanos) {
        Host host = host(index);
        if (host.isAlive()) {
            excuses++;
            tell(() -> host.id() + " is killed");
            host.kill();
            net.after(forNanos, () -> restart(host));
        }
    }

    private void restart(Host dead) {
        int slot = hosts.indexOf(dead);
        if (slot >= 0) {
            hosts.set(slot, newHost());
        }
    }

    void drain(int index) {
        Host host = host(index);
        int slot = hosts.indexOf(host);
        if (!host.isAlive() || net.isDown() || net.isCut(host.id()) || !draining.isEmpty()) {
            return;
        }
        tell(() -> host.id() + " drains");
        if (host.drain()) {
            draining.add(host);
            hosts.set(slot, newHost());
            long deadline = net.nowNanos + LONGEST_DRAIN_NANOS;
            net.after(TimeUnit.SECONDS.toNanos(1), () -> stopWhenDrained(host, deadline));
        }
    }

    private void stopWhenDrained(Host host, long deadline) {
        boolean isLate = net.nowNanos >= deadline;
        if ((host.nodes().isDrained() && net.isQuiet(host.id())) || isLate) {
            excuses += isLate ? 1 : 0;
            tell(() -> host.id() + (isLate ? " stops, and is not empty" : " stops"));
            host.stop();
            draining.remove(host);
        } else {
            net.after(TimeUnit.SECONDS.toNanos(1), () -> stopWhenDrained(host, deadline));
        }
    }

    void stampede(ClusterClient stays, int at, int moment) {
        clients.stream().filter(client -> client != stays).forEach(client -> client.engine.drop(net.nowNanos));
        net.after(TimeUnit.MILLISECONDS.toNanos(20 + 60L * moment), () -> stays.comeOrGo(ROOMS.get(0)));
        net.after(TimeUnit.MILLISECONDS.toNanos(45 + 60L * moment), () -> drain(at));
    }

    void partition(int index, long forNanos) {
        Host host = host(index);
        if (host.isAlive() && !net.isCut(host.id()) && !net.isDown()) {
            excuses++;
            tell(() -> host.id() + " is cut off");
            net.cut(host.id());
            net.after(forNanos, () -> heal(host));
        }
    }

    private void heal(Host host) {
        if (host.isAlive() && net.isCut(host.id())) {
            tell(() -> host.id() + " is not cut off any more");
            net.heal(host.id());
        }
    }

    void lose(int one, int other) {
        Host at = host(one);
        Host of = host(other);
        if (at != of && at.isAlive() && of.isAlive() && !net.isDown()) {
            excuses++;
            tell(() -> at.id() + " takes " + of.id() + " for lost");
            net.lose(at.id(), of.id());
        }
    }

    void down(boolean forgets, long forNanos) {
        if (!net.isDown()) {
            excuses++;
            tell(() -> "the backplane is down" + (forgets ? " and forgets" : ""));
            net.down(forgets);
            net.after(forNanos, this::up);
        }
    }

    private void up() {
        if (net.isDown()) {
            tell(() -> "the backplane is up");
            net.up();
        }
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    void advance(long nanos) {
        long end = net.nowNanos + nanos;
        for (long next = nextEvent(); next <= end; next = nextEvent()) {
            net.nowNanos = Math.max(net.nowNanos, next);
            net.runDue();
            runDue(revoked.keySet());
            for (Host host : hosts) {
                runDue(host);
            }
            for (Host host : draining) {
                runDue(host);
            }
            runDue(clients);
        }
        net.nowNanos = end;
        wires.removeIf(wire -> wire.isOverAtClient && wire.isOverAtServer);
    }

    private void runDue(Collection<ClusterClient> some) {
        for (ClusterClient client : some) {
            if (client.engine.nextTimeout() <= net.nowNanos) {
                client.engine.onTimeout(net.nowNanos);
            }
        }
    }

    private void runDue(Host host) {
        if (host.isAlive() && host.hub.nextTimeout() <= net.nowNanos) {
            host.hub.onTimeout(net.nowNanos);
        }
    }

    private long nextEvent() {
        long next = net.nextEvent();
        for (Host host : hosts) {
            next = Math.min(next, host.isAlive() ? host.hub.nextTimeout() : Long.MAX_VALUE);
        }
        for (Host host : draining) {
            next = Math.min(next, host.hub.nextTimeout());
        }
        for (ClusterClient client : clients) {
            next = Math.min(next, client.engine.nextTimeout());
        }
        for (ClusterClient client : revoked.keySet()) {
            next = Math.min(next, client.engine.nextTimeout());
        }
        return next;
    }

    /** All faults end. */
    void heal() {
        tell(() -> "all faults end");
        checkRevoked();
        revoked.keySet().forEach(client -> client.engine.close(net.nowNanos));
        revoked.clear();
        up();
        for (Host host : List.copyOf(hosts)) {
            heal(host);
            if (!host.isAlive()) {
                restart(host);
            }
        }
    }

    boolean isSettled() {
        return draining.isEmpty() && clients.stream().allMatch(client -> client.program.isSettled());
    }

    void check() {
        clients.forEach(client -> client.program.checkSettled());
        book.check();
        List<ClusterProgram> programs =
                clients.stream().map(client -> client.program).toList();
        ClusterProgram.checkViews(programs);
        ClusterProgram.checkLocks(programs.subList(1, programs.size()));
    }

    void closeAll() {
        tell(() -> "all clients close");
        clients.forEach(client -> client.engine.close(net.nowNanos));
    }

    /** Nothing of what has ended is left. */
    void checkEmpty() {
        for (Host host : hosts) {
            String left = HubProbe.left(host.hub);
            if (!left.isEmpty()) {
                throw new AssertionError(host.id() + " has left " + left);
            }
        }
        if (net.directory.nameCount() > 0) {
            throw new AssertionError("names are left in the directory");
        }
    }
}
