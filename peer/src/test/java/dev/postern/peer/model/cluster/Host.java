package dev.postern.peer.model.cluster;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.core.Connection;
import dev.postern.signaling.core.Hub;
import dev.postern.signaling.core.HubOutput;
import dev.postern.signaling.core.Nodes;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** One life of one node: a hub, and the connections that clients have to it. */
final class Host implements Net.Member, HubOutput {

    private final String id;
    private final ClusterWorld world;
    final Hub hub;
    private final List<Wire> wires = new ArrayList<>();
    private boolean isAlive = true;
    private boolean isLeaving;

    Host(String id, ClusterWorld world, SignalingConfig config, RandomGenerator random) {
        this.id = id;
        this.world = world;
        this.hub = new Hub(world.net.nowNanos, config, random, this, id, world.net.outputOf(this));
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Nodes nodes() {
        return Objects.requireNonNull(hub.nodes());
    }

    @Override
    public boolean isAlive() {
        return isAlive;
    }

    @Override
    public boolean isLeaving() {
        return isLeaving;
    }

    void kill() {
        isAlive = false;
        List.copyOf(wires).forEach(wire -> wire.cut(0, 0, false, true));
        wires.clear();
        world.net.gone(id);
    }

    /** Whether there is another node to go to. */
    boolean drain() {
        isLeaving = true;
        world.net.tellAll();
        return nodes().onDrain(world.net.nowNanos, null);
    }

    void stop() {
        hub.onStop();
        isAlive = false;
        wires.clear();
        world.net.leave(id);
    }

    /** Something of a client arrives. */
    void takes(Wire wire, Object thing) {
        if (!isAlive || wire.isOverAtServer) {
            if (thing == Wire.OPENING) {
                wire.cut(0, 0, false, true);
            }
            return;
        }
        long now = world.net.nowNanos;
        if (thing == Wire.OPENING) {
            wire.connection = hub.onOpen(now, wire);
            wires.add(wire);
            wire.sendDown(Wire.OPENING);
        } else if (thing instanceof Wire.Close close) {
            end(wire, close.code() == 1000);
        } else if (thing instanceof ClientMessage message) {
            world.tell(() -> id + " takes " + message + " of " + wire.client.name);
            hub.onMessage(now, Objects.requireNonNull(wire.connection), message, wire.client.verdict);
        }
    }

    private void end(Wire wire, boolean onPurpose) {
        wire.isOverAtServer = true;
        wires.remove(wire);
        Connection connection = wire.connection;
        if (connection != null) {
            world.tell(() -> id + " sees the end of a connection of " + wire.client.name);
            hub.onClosed(world.net.nowNanos, connection, onPurpose);
        }
    }

    @Override
    public void send(Connection to, ServerMessage message) {
        ((Wire) to.attachment()).sendDown(message);
    }

    @Override
    public void close(Connection connection, CloseCode code) {
        Wire wire = (Wire) connection.attachment();
        world.tell(() -> id + " closes a connection of " + wire.client.name + ": " + code);
        wire.sendDown(new Wire.Close(code.number()));
        wire.isOverAtServer = true;
        wires.remove(wire);
        world.net.after(0, () -> {
            if (isAlive) {
                hub.onClosed(world.net.nowNanos, connection, false);
            }
        });
    }

    @Override
    public void count(SignalingCounter counter) {}

    @Override
    public void note(SignalingEvent event) {}

    @Override
    public void fault(RuntimeException exception) {
        throw new AssertionError(id + " has a fault", exception);
    }
}
