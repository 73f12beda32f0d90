package dev.postern.natsim.ice4j;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatPreset;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.oracle.Reach;
import dev.postern.natsim.report.RunRecord;
import dev.postern.natsim.server.StunTurnHost;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.turn.TurnConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * One pair of agents on a network of their own: a STUN and TURN server on the internet, and each agent behind a NAT. Used by
 * one thread, which it blocks.
 */
final class CellRun {

    private static final Link ACCESS = Link.latency(Duration.ofMillis(10));
    private static final Link DATACENTRE = Link.latency(Duration.ofMillis(5));
    private static final int TURN_PORT = 3478;
    private static final String USER = "matrix";

    private final NatPreset presetA;
    private final NatPreset presetB;
    private final Duration timeout;
    private final boolean recording;
    private final VirtualNet virtual;
    private final Host hostA;
    private final Host hostB;
    private final IceServer server;

    CellRun(NatPreset presetA, NatPreset presetB, long seed, Duration timeout, boolean recording) {
        this.presetA = presetA;
        this.presetB = presetB;
        this.timeout = timeout;
        this.recording = recording;
        this.virtual = new VirtualNet(seed);
        if (recording) {
            virtual.keepTables(VirtualNet.TABLE_CHANGES);
        }
        Host serverHost = virtual.host("server", virtual.internet(), ip("203.0.113.10"), DATACENTRE);
        String password = Long.toHexString(seed);
        StunTurnHost turn = new StunTurnHost(virtual, serverHost, TURN_PORT, turnConfig(serverHost.ip(), password));
        this.server = new IceServer(turn.address(), USER, password);
        this.hostA = site("A", presetA.behaviour(), "198.51.100.1", "10.0.0.2");
        this.hostB = site("B", presetB.behaviour(), "198.51.100.2", "192.168.1.2");
    }

    /** The addresses of the simulation are ones that a relay denies for good reason; here they are the internet. */
    private static TurnConfig turnConfig(IpAddress address, String password) {
        return TurnConfig.builder()
                .listen("udp://" + address + ":" + TURN_PORT)
                .relayAddress(address.toString())
                .realm("natsim")
                .user(USER, password)
                .allowPeers("198.51.100.0/24")
                .build();
    }

    private Host site(String name, NatBehaviour behaviour, String external, String inside) {
        Zone zone = virtual.zone("home of " + name);
        String router = name + "'s router";
        if (!behaviour.translates()) {
            virtual.firewall(router, zone, virtual.internet(), behaviour, IpPrefix.parse(external), ACCESS);
            return virtual.host(name, zone, ip(external), Link.PERFECT);
        }
        virtual.nat(router, zone, virtual.internet(), behaviour, ip(external), ACCESS);
        return virtual.host(name, zone, ip(inside), Link.PERFECT);
    }

    /** Gathers on both sides at once, exchanges candidates, connects, and looks at what came of it. */
    MatrixCell run(Pace pace, Executor helpers) throws InterruptedException {
        try (LiveNet net = new LiveNet(virtual, pace);
                VirtualAgent a = new VirtualAgent(net, hostA, server, true);
                VirtualAgent b = new VirtualAgent(net, hostB, server, false)) {
            long start = now(net);
            gatherBoth(a, b, helpers);
            a.learn(b);
            b.learn(a);
            long gathered = now(net);
            b.connect();
            a.connect();
            a.awaitDecision(timeout);
            return cell(net, a, Duration.ofNanos(gathered - start), Duration.ofNanos(a.decidedNanos() - gathered));
        }
    }

    static void gatherBoth(VirtualAgent a, VirtualAgent b, Executor helpers) {
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> gather(b), helpers);
        gather(a);
        other.join();
    }

    private static void gather(VirtualAgent agent) {
        try {
            agent.gather();
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private MatrixCell cell(LiveNet net, VirtualAgent a, Duration gathering, Duration connecting) {
        Outcome expected =
                Oracle.predict(Reach.of(presetA.behaviour()), Reach.of(presetB.behaviour()), Oracle.Turn.UDP);
        Outcome observed = a.outcome();
        String pair = a.pair();
        return net.with(owned -> recorded(
                owned,
                new MatrixCell(
                        presetA,
                        presetB,
                        expected,
                        observed,
                        owned.arrived(hostA, hostB),
                        owned.arrived(hostB, hostA),
                        pair,
                        gathering,
                        connecting,
                        owned.why(hostA, hostB).sentence(),
                        null)));
    }

    private MatrixCell recorded(VirtualNet owned, MatrixCell cell) {
        return recording ? cell.with(RunRecord.of(owned, summary(owned.seed(), cell))) : cell;
    }

    /** A matrix of one cell with the seed of this one is this one. */
    private static RunRecord.Summary summary(long seed, MatrixCell cell) {
        String row = cell.controlling().label();
        String column = cell.controlled().label();
        return new RunRecord.Summary(
                row + " against " + column,
                "postern lab matrix --rows \"" + row + "\" --columns \"" + column + "\" --seed " + seed,
                cell.expected().label(),
                cell.words(),
                cell.agrees(),
                cell.explanation());
    }

    private static long now(LiveNet net) {
        return net.with(VirtualNet::nowNanos);
    }

    private static IpAddress ip(String address) {
        return IpAddress.parse(address);
    }
}
