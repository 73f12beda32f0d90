package dev.postern.peer.model;

import dev.postern.peer.SignalingClientConfig;
import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingListener;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.core.Draft;
import dev.postern.peer.core.EngineOutput;
import dev.postern.peer.core.SignalingEngine;
import dev.postern.signaling.protocol.Candidate;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A real engine, the connections that it has, and a program that listens to it and asks for things. */
final class TestClient implements EngineOutput {

    private static final URI SOCKET = URI.create("ws://192.0.2.1/signal/v1/ws");

    final String name;
    final SignalingEngine engine;
    final Program program;
    /** Every ticket that a welcome gave. */
    final List<ClientMessage.Resume> tickets = new ArrayList<>();

    private final World world;
    private @Nullable Link link;
    private long freezeUpNanos;

    TestClient(World world, String name, long seed, Setup setup) {
        this.world = world;
        this.name = name;
        SignalingClientConfig config = SignalingClientConfig.of(SOCKET)
                .withRequestTimeout(Duration.ofSeconds(setup.requestSeconds()))
                .withPatience(
                        Duration.ofMillis(400), Duration.ofSeconds(15), Duration.ofSeconds(setup.welcomeSeconds()));
        this.engine = new SignalingEngine(config, new SplittableRandom(seed), this);
        this.program = new Program(name, world.oracle, world::tell);
    }

    /** The connection that the engine has, opening or open. */
    @Nullable
    Link link() {
        return link;
    }

    void join(String room) {
        ask("j", room, text -> new Draft.Join(room, text, Meta.EMPTY));
    }

    void leave(String room) {
        ask("l", room, text -> new Draft.Leave(room));
    }

    void sig(String room, int which) {
        String to = program.peer(room, which);
        ask("s", room, text -> new Draft.Sig(to, room, 1, 1, new Description(SdpType.OFFER, text)));
    }

    void ice(String room, int which) {
        String to = program.peer(room, which);
        ask("i", room, text -> new Draft.Ice(to, room, 1, List.of(new Candidate(text, null, 0, null)), false));
    }

    private void ask(String kind, String room, Function<String, Draft> draft) {
        Program.Asked asked = program.asks(kind + world.nextSerial(), room);
        engine.request(world.nowNanos(), draft.apply(asked.text()), asked);
    }

    @Override
    public void open(int number, URI socket) {
        link = world.open(this, number);
    }

    @Override
    public void askToken(long number) {
        throw new Violation(name + " asks for a token, and nobody wants one");
    }

    @Override
    public void send(int number, ClientMessage message) {
        Link open = link;
        if (open == null || open.number != number || open.isOverAtClient) {
            throw new Violation(name + " sends " + message + " over a connection that it does not have");
        }
        world.sendUp(open, message);
    }

    @Override
    public void close(int number, int code) {
        Link open = link;
        if (open == null || open.number != number || open.isOverAtClient) {
            throw new Violation(name + " closes a connection that it does not have");
        }
        world.closedByClient(open, code);
    }

    /** Something has left; a freeze that waited for a connection to say something begins. */
    void onSent(Link link, long nowNanos) {
        if (freezeUpNanos > 0) {
            link.holdUpUntil = nowNanos + freezeUpNanos;
            freezeUpNanos = 0;
        }
    }

    /** Holds up what goes to the server: over the connection that there is, or else behind what the next one says first. */
    void freezeUp(long nanos) {
        Link open = link;
        if (open == null || open.isOverAtClient) {
            freezeUpNanos = nanos;
        } else {
            open.holdUpUntil = Math.max(open.holdUpUntil, world.nowNanos() + nanos);
        }
    }

    void freezeDown(long nanos) {
        Link open = link;
        if (open != null) {
            open.holdDownUntil = Math.max(open.holdDownUntil, world.nowNanos() + nanos);
        }
    }

    void heal() {
        freezeUpNanos = 0;
    }

    void receives(Link from, long nowNanos, ServerMessage message, boolean overWhateverItHas) {
        if (message instanceof ServerMessage.Welcome welcome) {
            tickets.add(new ClientMessage.Resume(welcome.sid(), welcome.resume(), welcome.epoch(), welcome.seq()));
        }
        Link open = link;
        engine.onMessage(nowNanos, overWhateverItHas && open != null ? open.number : from.number, message);
    }

    @Override
    public void settled(Object requester, SignalingOutcome outcome) {
        program.settled((Program.Asked) requester, outcome);
    }

    @Override
    public SignalingListener listener() {
        return program;
    }

    @Override
    public void count(SignalingClientCounter counter) {}
}
