package dev.postern.peer.model;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.core.Connection;
import dev.postern.signaling.core.Hub;
import dev.postern.signaling.core.HubOutput;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the server says during an input, and how it goes on its way when the input is over. */
final class ServerVoice implements HubOutput {

    private static final long DEAD_NANOS = TimeUnit.SECONDS.toNanos(35);
    private static final long FORCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final World world;
    private final Setup setup;
    private final Mutant mutant;
    private final List<Said> said = new ArrayList<>();

    /** A message, or the end of a connection. */
    private record Said(Link link, Object thing) {}

    ServerVoice(World world, Setup setup, Mutant mutant) {
        this.world = world;
        this.setup = setup;
        this.mutant = mutant;
    }

    @Override
    public void send(Connection to, ServerMessage message) {
        said.add(new Said((Link) to.attachment(), message));
    }

    @Override
    public void close(Connection connection, CloseCode code) {
        Link link = (Link) connection.attachment();
        world.tell(() -> "the server closes connection " + link.number + " of " + link.client.name + ": " + code);
        boolean lawful = switch (code) {
            case HEARTBEAT_LOST -> world.nowNanos() - link.heardNanos >= DEAD_NANOS;
            case SLOW -> link.isFull;
            case HELLO_TIMEOUT -> !link.hasSaidHello;
            case OVERTAKEN -> link.isOvertaken;
            case REPLACED, GOING_AWAY -> true;
            default -> false;
        };
        if (!lawful) {
            throw new Violation(
                    "the server closes a connection of " + link.client.name + " with " + code + " for no reason");
        }
        world.oracle.closed(world.nowNanos(), link, false);
        link.seat = null;
        said.add(new Said(link, new Link.Close(code.number())));
    }

    /** The welcome that this connection was sent during the input that is being worked on. */
    ServerMessage.Welcome welcomeTo(Link link) {
        for (Said one : said) {
            if (one.link() == link && one.thing() instanceof ServerMessage.Welcome welcome) {
                return welcome;
            }
        }
        throw new Violation("a hello got no welcome");
    }

    /** Whether this connection was closed during the input that is being worked on. */
    boolean hasClosed(Link link) {
        return said.stream().anyMatch(one -> one.link() == link && one.thing() instanceof Link.Close);
    }

    /** Puts what was said on its way; {@code greeted} is the connection whose hello the input was. */
    void carryOut(@Nullable Link greeted) {
        if (said.isEmpty()) {
            return;
        }
        List<Said> all = List.copyOf(said);
        said.clear();
        Map<Link, List<ServerMessage>> messages = new HashMap<>();
        List<Link> order = new ArrayList<>();
        for (Said one : all) {
            List<ServerMessage> toOne = messages.get(one.link());
            if (toOne == null) {
                toOne = new ArrayList<>();
                messages.put(one.link(), toOne);
                order.add(one.link());
            }
            if (one.thing() instanceof ServerMessage message) {
                toOne.add(message);
            }
        }
        for (Link link : order) {
            for (ServerMessage message :
                    mutant.fromServer(link, messages.getOrDefault(link, List.of()), link == greeted)) {
                enqueue(link, message);
            }
        }
        for (Said one : all) {
            if (one.thing() instanceof Link.Close close) {
                closeBehind(one.link(), close);
            }
        }
        order.forEach(link -> link.flush(world.nowNanos()));
    }

    private void enqueue(Link link, ServerMessage message) {
        link.flush(world.nowNanos());
        boolean fits = link.enqueue(message, setup.queueMessages(), mutant, world.oracle);
        if (!fits && mutant.isTooSlow(link)) {
            link.isFull = true;
            link.outbox.clear();
        }
    }

    private void closeBehind(Link link, Link.Close close) {
        link.outbox.add(close);
        link.isOverAtServer = true;
        link.forcedAt = world.nowNanos() + FORCE_NANOS;
        Hub running = world.hub();
        Connection connection = link.connection;
        if (running != null && connection != null) {
            running.onClosed(world.nowNanos(), connection, false);
        }
    }

    @Override
    public void count(SignalingCounter counter) {}

    @Override
    public void note(SignalingEvent event) {}

    @Override
    public void fault(RuntimeException exception) {
        throw new AssertionError("the server has a fault", exception);
    }
}
