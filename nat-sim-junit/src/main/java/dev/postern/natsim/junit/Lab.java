package dev.postern.natsim.junit;

import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Why;
import dev.postern.natsim.ice4j.LiveNet;
import dev.postern.natsim.ice4j.Pace;
import dev.postern.natsim.ice4j.VirtualDatagramSocket;
import dev.postern.natsim.ice4j.VirtualPace;
import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.oracle.Placement;
import dev.postern.natsim.report.RunRecord;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Two peers behind NATs, and a STUN and TURN server on the internet, in virtual time: the parameter of a test with {@link
 * NatLab} or {@link NatMatrix}. Each test has a lab of its own, which is gone when the test ends; no packet leaves the JVM.
 *
 * <p>The time jumps to the next event whenever the test's thread, ice4j's threads and those of the usual executors wait. {@link
 * System#nanoTime} and {@link Thread#sleep} know nothing of it. Assertions wait until the agents have connected or given up,
 * for {@value #PATIENCE_SECONDS} s of the lab's time at most. Any thread may use it; the thread that got it is watched.
 */
public final class Lab {

    /** The configuration parameter with the folder for reports and captures of runs that fail; none are written without. */
    public static final String REPORTS = "postern.natlab.reports";

    private static final long PATIENCE_SECONDS = 60;
    private static final long STANDSTILL_SECONDS = 120;

    private final LabRun run;
    private final LabClock clock;
    private final Thread user = Thread.currentThread();
    private final Scene scene;
    private final boolean virtualTime;
    private final LiveNet net;
    private final Peer a;
    private final Peer b;
    private final List<VirtualDatagramSocket> sockets = new CopyOnWriteArrayList<>();
    private final Object changes = new Object();
    private @Nullable LabAgents agents;
    private String files = "";
    private volatile String standstill = "";

    Lab(LabRun run, LabClock clock) {
        this.run = run;
        this.clock = clock;
        this.scene = run.plan().build(run.seed());
        if (run.reports() != null) {
            scene.net().keepTables(VirtualNet.TABLE_CHANGES);
        }
        Pace pace = clock.open();
        this.virtualTime = pace instanceof VirtualPace;
        this.net = new LiveNet(scene.net(), pace);
        this.a = peer(scene.a());
        this.b = peer(scene.b());
    }

    /** The peer behind the NATs on the left, or the first of a file unless the annotation says which. */
    public Peer a() {
        return a;
    }

    /** The peer behind the NATs on the right, or the other one of a file. */
    public Peer b() {
        return b;
    }

    /**
     * Any machine: {@code A} or {@code B}, or a host by its name in the file.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public Peer peer(String name) {
        return new Peer(this, scene.host(name), () -> scene.natsOf(name));
    }

    /**
     * Where the STUN and TURN server is reached over UDP, by {@link #username} and {@link #password}.
     *
     * @throws IllegalStateException if the lab is of a file that has no server
     */
    public InetSocketAddress server() {
        return known().address().toSocketAddress();
    }

    /** For the TURN server. */
    public String username() {
        return known().user();
    }

    /** For the TURN server. */
    public String password() {
        return known().password();
    }

    private Scene.Server known() {
        Scene.Server server = scene.server();
        if (server == null) {
            throw new IllegalStateException(nats() + " has no server; write one under servers.");
        }
        return server;
    }

    /** The NATs or the file, as the annotation has them. */
    public String nats() {
        return run.plan().text();
    }

    public long seed() {
        return run.seed();
    }

    /**
     * The network itself, for what is not here: {@code lab.net().run(net -> lab.a().nats().get(0).reboot())}, or at a time of
     * its own by {@link VirtualNet#at}.
     */
    public LiveNet net() {
        return net;
    }

    /**
     * Whether the time is virtual; otherwise it is the wall clock's, because ice4j was used in this JVM before any lab was, and
     * keeps the timers that it had then.
     */
    public boolean isTimeVirtual() {
        return virtualTime;
    }

    /** The time since the lab was opened. */
    public Duration now() {
        return Duration.ofNanos(net.with(VirtualNet::nowNanos));
    }

    /**
     * Lets time pass.
     *
     * @throws IllegalStateException if it does not, within two minutes of the wall clock
     */
    public void pass(Duration duration) {
        Duration until = now().plus(duration);
        await(() -> false, duration);
        if (now().compareTo(until) < 0) {
            throw new IllegalStateException("the lab's time " + standstill);
        }
    }

    /**
     * How ICE agents that do their best connect, TURN over UDP included. Where it depends on whose packets come first, A's do; see
     * {@link #assertAsPredicted}.
     */
    public Outcome predicted() {
        return Oracle.predict(placement());
    }

    /**
     * How A and B are connected. If there are ice4j agents, by their word, when they have decided; otherwise by the packets that
     * have arrived up to now: direct if some came both ways, relay if the server relayed some.
     */
    public Outcome outcome() {
        LabAgents attached = attached();
        if (attached != null && !attached.isEmpty()) {
            await(attached::areDecided, Duration.ofSeconds(PATIENCE_SECONDS));
            return attached.outcome();
        }
        return byPackets();
    }

    private Outcome byPackets() {
        Why why = net.with(owned -> owned.why(a.host(), b.host()));
        boolean relayed = why.servers().stream()
                .anyMatch(server -> server.first().relayed() + server.second().relayed() > 0);
        return why.direct() ? Outcome.DIRECT : relayed ? Outcome.RELAY : Outcome.NONE;
    }

    /** Fails unless A and B are connected without a relay. */
    public void assertDirect() {
        require(Set.of(Outcome.DIRECT));
    }

    /** Fails unless A and B are connected through the relay. */
    public void assertRelayed() {
        require(Set.of(Outcome.RELAY));
    }

    /** Fails unless A and B are connected, directly or through the relay. */
    public void assertConnected() {
        require(Set.of(Outcome.DIRECT, Outcome.RELAY));
    }

    /** Fails if A and B are connected. */
    public void assertNotConnected() {
        require(Set.of(Outcome.NONE));
    }

    /** Fails unless A and B are connected as the oracle says, by any of its words where it depends on whose packets come first. */
    public void assertAsPredicted() {
        require(Oracle.allowed(placement()));
    }

    private Placement placement() {
        return net.with(owned -> scene.placement());
    }

    private void require(Set<Outcome> right) {
        Outcome outcome = outcome();
        if (!right.contains(outcome)) {
            throw failure("A and B are " + words(outcome) + ", but should be " + words(right), outcome, null);
        }
    }

    private static String words(Set<Outcome> outcomes) {
        return outcomes.equals(Set.of(Outcome.DIRECT, Outcome.RELAY))
                ? "connected"
                : outcomes.stream().sorted().map(Lab::words).collect(Collectors.joining(" or "));
    }

    private static String words(Outcome outcome) {
        return switch (outcome) {
            case DIRECT -> "connected directly";
            case RELAY -> "connected through the relay";
            case NONE -> "not connected";
        };
    }

    /** What became of the packets that A and B sent towards each other and to the server, in one sentence. */
    public String why() {
        return net.with(owned -> owned.why(a.host(), b.host()).sentence());
    }

    /** Fails if something of the file was to happen up to now and could not, such as a host going where its address is taken. */
    void requirePossible() {
        List<String> impossible = net.with(owned -> scene.impossible());
        if (!impossible.isEmpty()) {
            throw failure(
                    "not all events of " + nats() + " could happen: " + String.join("; ", impossible),
                    outcomeNow(),
                    null);
        }
    }

    /** What a test fails with, and the files about it. */
    LabFailure failure(String what, Outcome observed, @Nullable Throwable cause) {
        String why = why();
        String title = run.test() + ", " + nats();
        Outcome right = predictedIfAny();
        String prediction = right == null ? "nothing" : right.label();
        RunRecord.Summary summary =
                new RunRecord.Summary(title, run.replay(), prediction, observed.label(), right == observed, why);
        if (run.reports() != null && files.isEmpty()) {
            files = LabFiles.write(run.reports(), net.with(owned -> RunRecord.of(owned, summary)));
        }
        return new LabFailure(
                what
                        + "\n  why: " + why
                        + "\n  lab: " + nats() + ", seed " + seed() + "; the oracle predicts "
                        + prediction
                        + (scene.server() == null ? ", without a TURN server" : ", with a TURN server over UDP")
                        + time()
                        + "\n  again: " + run.replay()
                        + (files.isEmpty() ? "" : "\n  " + files),
                cause);
    }

    /** Null where more NATs are nested than the oracle takes. */
    private @Nullable Outcome predictedIfAny() {
        try {
            return predicted();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private String time() {
        String words = virtualTime ? "" : "the wall clock's, as ice4j was used before the first lab of this JVM";
        String all = standstill.isEmpty() ? words : "it " + standstill;
        return all.isEmpty() ? "" : "\n  time: " + all;
    }

    /** The text and files for a test that failed by itself. */
    LabFailure failure(Throwable cause) {
        String message = cause.getMessage();
        String what = cause instanceof AssertionError && message != null ? message : cause.toString();
        return failure(what, outcomeNow(), cause);
    }

    /** Without waiting for agents. */
    private Outcome outcomeNow() {
        LabAgents attached = attached();
        return attached == null ? byPackets() : attached.outcome();
    }

    private void await(BooleanSupplier done, Duration longest) {
        boolean[] over = {false};
        net.run(owned -> owned.at(owned.nowNanos() + longest.toNanos(), () -> {
            synchronized (changes) {
                over[0] = true;
                changes.notifyAll();
            }
        }));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STANDSTILL_SECONDS);
        synchronized (changes) {
            while (!over[0] && !done.getAsBoolean()) {
                long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (leftMillis <= 0) {
                    standstill = clock.standstill();
                    return;
                }
                try {
                    changes.wait(leftMillis);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private void changed() {
        synchronized (changes) {
            changes.notifyAll();
        }
    }

    synchronized LabAgents agents() {
        LabAgents present = agents;
        if (present == null) {
            present = new LabAgents(net, this::changed);
            agents = present;
        }
        return present;
    }

    private synchronized @Nullable LabAgents attached() {
        return agents;
    }

    VirtualDatagramSocket closing(VirtualDatagramSocket socket) {
        sockets.add(socket);
        return socket;
    }

    /** Ends the agents, closes the sockets and stops the time. */
    void close() {
        LabAgents attached = attached();
        if (attached != null) {
            attached.close();
        }
        sockets.forEach(VirtualDatagramSocket::close);
        net.close();
        clock.close(user);
    }
}
