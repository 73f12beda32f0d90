package dev.postern.natsim.tester;

import dev.postern.natsim.Packet;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how the NAT between a {@link ProbeNet} and a server behaves, by the server's answers alone (RFC 5780, RFC 4787). Filtering
 * first, since a filter opens when it is asked about mappings; what takes longest last. A pure engine with one owner thread:
 *
 * <pre>
 *   start(now), then onDatagram(now, ..) and onTimeout(now) until isDone()
 * </pre>
 *
 * <p>Time is in nanoseconds from any origin and never goes back. Not for a server of others without their leave: a test sends some
 * thousand requests.
 */
public final class NatTester {

    /** What comes after {@link ServerStage}, {@link PortReachStage} and {@link TcpReachStage} rests on a server that does what it is asked. */
    private static final int LAST_SERVER_STAGE = 5;

    /** Where a packet arrives. */
    public enum End {
        CLIENT,
        SERVER
    }

    private final Bench bench;
    private final Facts facts;
    private final List<Stage> stages;
    private final @Nullable Wire wire;
    private final long mostNanos;
    private int stage = -1;
    private boolean done;

    /**
     * A test that has not begun.
     *
     * @param net where sockets come from
     * @param random picks ports and transaction ids
     */
    public NatTester(TesterConfig config, ProbeNet net, RandomGenerator random) {
        this.bench = new Bench(net, random, config.maxSockets());
        this.facts = new Facts(config.server());
        this.mostNanos = config.mostTime().toNanos();
        Probes probes = new Probes(bench, facts, config);
        this.wire = probes.wire;
        this.stages = List.of(
                new ReachStage(probes),
                new FilterStage(probes),
                new OpeningStage(probes),
                new ServerStage(probes),
                new PortReachStage(probes),
                new TcpReachStage(probes),
                new MappingStage(probes),
                new PortStage(probes),
                new EarlyStage(probes),
                new SynStage(probes),
                new ProtocolStage(probes),
                new CrowdStage(probes),
                new HairpinStage(probes),
                new FlowHairpinStage(probes),
                new FragmentStage(probes),
                new PortControlStage(probes),
                new Nat64Stage(probes),
                new ErrorStage(probes),
                new HeaderStage(probes),
                new IcmpStage(probes),
                new LifetimeStage(probes),
                new Together(new RefreshStage(probes), new ReuseStage(probes), new ErrorRefreshStage(probes)),
                new HopStage(probes),
                new SessionStage(probes),
                new FlowLifetimeStage(probes));
    }

    /** Begins; to be called once. */
    public void start(long nowNanos) {
        bench.begin(nowNanos);
        bench.after(mostNanos, this::onTimeIsUp);
        next();
    }

    /** A datagram has arrived at a socket. The buffer is not kept. */
    public void onDatagram(long nowNanos, ProbeSocket at, TransportAddress from, ByteBuffer data) {
        if (!done) {
            bench.onDatagram(nowNanos, at, from, data);
        }
    }

    /** An ICMP error about what a socket sent has arrived. */
    public void onIcmpError(long nowNanos, ProbeSocket at, IcmpArrival error) {
        if (!done) {
            bench.onIcmpError(nowNanos, at, error);
        }
    }

    /** Whether a packet that has arrived at an end of {@link ProbeNet#wire} is one of the tester's own, for {@link #onPacket}. */
    public boolean takes(Packet packet) {
        return !done && wire != null && wire.takes(packet);
    }

    /** A packet that it takes has arrived. */
    public void onPacket(long nowNanos, End at, Packet packet) {
        if (!done && wire != null) {
            bench.passed(nowNanos);
            wire.onPacket(at, packet);
        }
    }

    /** Time has passed. */
    public void onTimeout(long nowNanos) {
        if (!done) {
            bench.onTimeout(nowNanos);
        }
    }

    /** When {@link #onTimeout} is to be called; {@link Long#MAX_VALUE} when done. */
    public long nextTimeout() {
        return bench.nextTimeout();
    }

    /** Whether everything that can be found out is; all sockets are closed then. */
    public boolean isDone() {
        return done;
    }

    /** What was found out so far. */
    public NatReport report() {
        return facts.report(bench);
    }

    /**
     * Hands out the observations that were made since.
     *
     * @param told how many were told before, 0 or what the last call answered
     * @return how many are told now
     */
    public int tellObservations(int told, Consumer<Observation> listener) {
        return bench.tellObservations(told, listener);
    }

    private void next() {
        stage++;
        boolean beyondServer = stage > LAST_SERVER_STAGE;
        if (beyondServer && !facts.find(Topic.SERVER).is(true)) {
            end(
                    facts.find(Topic.UDP).is(false)
                            ? "UDP does not come through"
                            : "the server is not usable: "
                                    + facts.find(Topic.SERVER).reason());
        } else if (stage < stages.size()) {
            stages.get(stage).run(this::next);
        } else {
            end("it was not tried");
        }
    }

    private void onTimeIsUp() {
        bench.observe("", "the time is up");
        end("the time was up");
    }

    private void end(String reason) {
        for (Topic<?> topic : Topic.ALL) {
            if (!facts.isKnown(topic)) {
                facts.notMeasurable(topic, reason);
            }
        }
        done = true;
        if (wire != null) {
            wire.closeAll();
        }
        bench.closeAll();
    }
}
