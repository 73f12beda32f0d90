package dev.postern.peer.model.cluster;

import dev.postern.peer.SignalingCause;
import dev.postern.peer.SignalingClientConfig;
import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingListener;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.core.Draft;
import dev.postern.peer.core.EngineOutput;
import dev.postern.peer.core.SignalingEngine;
import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.Grant;
import dev.postern.signaling.RoomRule;
import dev.postern.signaling.protocol.Candidate;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A real engine that goes to any node each time, and a program that listens to it. */
final class ClusterClient implements EngineOutput {

    private static final URI SOCKET = URI.create("ws://192.0.2.1/signal/v1/ws");

    final String name;
    /** What hosts take it for: another one for each client. */
    final Verdict verdict;

    private final String user;
    final SignalingEngine engine;
    final ClusterProgram program;
    private final ClusterWorld world;
    private @Nullable Wire wire;

    ClusterClient(ClusterWorld world, String name, String user, long seed) {
        this.world = world;
        this.name = name;
        this.user = user;
        this.verdict = new Verdict.Granted(new Grant(user, null, List.of(RoomRule.moderator("*")), null));
        SignalingClientConfig config = SignalingClientConfig.of(SOCKET)
                .withRequestTimeout(Duration.ofHours(1))
                .withPatience(Duration.ofMillis(400), Duration.ofSeconds(5), Duration.ofSeconds(10));
        this.engine = new SignalingEngine(config, new SplittableRandom(seed), this);
        this.program = new ClusterProgram(name, world);
    }

    String user() {
        return user;
    }

    @Nullable
    Wire wire() {
        return wire;
    }

    void join(String room) {
        String text = "j" + world.nextSerial();
        ask(text, new Draft.Join(room, text, Meta.EMPTY));
    }

    void comeOrGo(String room) {
        if (program.isIn(room)) {
            leave(room);
        } else {
            join(room);
        }
    }

    void leave(String room) {
        ask("l" + world.nextSerial(), new Draft.Leave(room));
    }

    void sig(String room, int which) {
        String to = program.peer(room, which);
        String text = "s" + world.nextSerial();
        world.book.sends(text, program.me(), to, room);
        ask(text, new Draft.Sig(to, room, 1, 1, new Description(SdpType.OFFER, text)));
    }

    void ice(String room, int which) {
        String to = program.peer(room, which);
        String text = "i" + world.nextSerial();
        world.book.sends(text, program.me(), to, room);
        ask(text, new Draft.Ice(to, room, 1, List.of(new Candidate(text, null, 0, null)), false));
    }

    void lock(String room, boolean on) {
        world.book.asksLock(room, on);
        ask("k" + world.nextSerial(), new Draft.Lock(room, on));
    }

    void kick(String room, int which) {
        ask("o" + world.nextSerial(), new Draft.Kick(room, program.peer(room, which)));
    }

    private void ask(String text, Draft draft) {
        world.tell(() -> name + " asks " + text + " " + draft);
        program.asked(text);
        engine.request(world.net.nowNanos, draft, text);
    }

    @Override
    public void open(int number, URI socket) {
        Wire opened = world.open(this, number);
        wire = opened;
        opened.sendUp(Wire.OPENING);
    }

    @Override
    public void askToken(long number) {
        throw new AssertionError(name + " asks for a token, and nobody wants one");
    }

    @Override
    public void send(int number, ClientMessage message) {
        Wire open = wire;
        if (open != null && open.number == number) {
            open.sendUp(message);
        }
    }

    @Override
    public void close(int number, int code) {
        Wire open = wire;
        if (open != null && open.number == number) {
            open.isOverAtClient = true;
            open.sendUp(new Wire.Close(code));
        }
    }

    /** Something of a node arrives. */
    void takes(Wire from, Object thing) {
        if (from.isOverAtClient) {
            return;
        }
        long now = world.net.nowNanos;
        if (thing == Wire.OPENING) {
            engine.onOpen(now, from.number);
        } else if (thing instanceof Wire.Close close) {
            from.isOverAtClient = true;
            if (from.connection == null) {
                engine.onRefused(now, from.number, SignalingCause.UNREACHABLE);
            } else {
                engine.onClosed(now, from.number, close.code());
            }
        } else if (thing instanceof ServerMessage message) {
            engine.onMessage(now, from.number, message);
        }
    }

    @Override
    public void settled(Object requester, SignalingOutcome outcome) {
        program.settled((String) requester, outcome);
    }

    @Override
    public SignalingListener listener() {
        return program;
    }

    @Override
    public void count(SignalingClientCounter counter) {}
}
