package dev.postern.peer.model;

import dev.postern.signaling.core.Connection;
import dev.postern.signaling.net.HeardServer;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells the oracle what reaches the hub of one life of a real server, and how its connections end. The hub's thread, under the run's lock. */
final class ChaosEar implements HeardServer.Ear {

    private final ChaosRun run;
    private final Oracle oracle;
    private final ChaosFault fault;
    private final long deadNanos;
    private final IdentityHashMap<Connection, Line> lines = new IdentityHashMap<>();

    private long nowNanos;
    /** Whether this life goes on: what is heard after its end is nobody's. */
    private boolean isLive = true;

    /** What is known of one connection. */
    private static final class Line {

        private final int order;
        private long heardNanos;
        private boolean hasSaidHello;
        private boolean isUnfinished;
        private boolean isOver;
        private @Nullable Expected expected;
        private Oracle.@Nullable Seat seat;

        private Line(int order, long heardNanos) {
            this.order = order;
            this.heardNanos = heardNanos;
        }

        private boolean isOvertaken() {
            Expected must = expected;
            return must != null && must.isOvertaken();
        }
    }

    ChaosEar(ChaosRun run, Oracle oracle, ChaosFault fault, long deadNanos) {
        this.run = run;
        this.oracle = oracle;
        this.fault = fault;
        this.deadNanos = deadNanos;
    }

    private Line line(Connection connection) {
        return Objects.requireNonNull(lines.get(connection));
    }

    @Override
    public void begins(long now) {
        run.guard(() -> nowNanos = now);
    }

    @Override
    public void opened(Connection connection) {
        run.guard(() -> lines.put(connection, new Line(lines.size(), nowNanos)));
    }

    @Override
    public List<ClientMessage> takes(Connection connection, ClientMessage message) {
        return run.guarded(List.of(message), () -> {
            Line line = line(connection);
            if (!isLive || line.isOver) {
                return List.of(message);
            }
            run.tell(() -> "the server takes " + message + " over " + line.order);
            line.heardNanos = nowNanos;
            Oracle.Seat seat = line.seat;
            if (message instanceof ClientMessage.Hello hello && seat == null) {
                line.hasSaidHello = true;
                line.expected = oracle.hello(hello, line, attempt(hello));
            } else if (seat != null) {
                oracle.message(seat, message);
            }
            return fault.takes(connection, message);
        });
    }

    private static long attempt(ClientMessage.Hello hello) {
        ClientMessage.Resume resume = hello.resume();
        return resume == null ? ClientMessage.Resume.UNCOUNTED : resume.attempt();
    }

    @Override
    public void taken(Connection connection) {
        run.guard(() -> {
            if (isLive && line(connection).expected != null) {
                throw new Violation("a hello got no welcome");
            }
        });
    }

    @Override
    public void unfinished(Connection connection) {
        run.guard(() -> line(connection).isUnfinished = true);
    }

    @Override
    public void malformed(String detail) {
        run.guard(() -> {
            throw new Violation("the hub is given what no client has said: " + detail);
        });
    }

    @Override
    public List<Boolean> closed(Connection connection, boolean onPurpose) {
        return run.guarded(List.of(onPurpose), () -> {
            Line line = line(connection);
            if (!isLive || line.isOver) {
                return List.of(onPurpose);
            }
            run.tell(() -> "the server sees connection " + line.order + " end" + (onPurpose ? " on purpose" : ""));
            end(line, onPurpose);
            return fault.closed(onPurpose);
        });
    }

    private void end(Line line, boolean onPurpose) {
        line.isOver = true;
        line.seat = null;
        oracle.closed(nowNanos, line, onPurpose);
    }

    @Override
    public void hasDoneWhatWasDue() {
        run.guard(() -> {
            if (isLive) {
                oracle.onTimeout(nowNanos, null);
            }
        });
    }

    @Override
    public void stops() {
        run.guard(this::restart);
    }

    /** The server is killed: what it still does is as if it did nothing. */
    void restart() {
        if (isLive) {
            run.tell(() -> "the server ends");
            oracle.restart();
            isLive = false;
        }
    }

    @Override
    public List<ServerMessage> says(Connection to, ServerMessage message) {
        return run.guarded(List.of(message), () -> {
            if (!isLive) {
                return List.of(message);
            }
            Line line = line(to);
            Expected expected = line.expected;
            if (message instanceof ServerMessage.Welcome welcome && expected != null) {
                line.expected = null;
                line.seat = oracle.welcome(expected, welcome, line, ClientMessage.Resume.UNCOUNTED);
            } else if (message instanceof ServerMessage.PeerChange change) {
                letGo(change);
            }
            return fault.says(to, message);
        });
    }

    /** Of all that is due the hub says itself what comes first; whether it is due is the oracle's to say. */
    private void letGo(ServerMessage.PeerChange change) {
        if (change.event() == PeerEvent.LEAVE && change.why() == LeaveReason.TIMEOUT) {
            oracle.onTimeout(nowNanos, change.peer().id());
        }
    }

    @Override
    public void closes(Connection connection, CloseCode code) {
        run.guard(() -> {
            if (!isLive || line(connection).isOver) {
                return;
            }
            Line line = line(connection);
            run.tell(() -> "the server closes connection " + line.order + ": " + code);
            boolean lawful = switch (code) {
                case HEARTBEAT_LOST -> line.isUnfinished || nowNanos - line.heardNanos >= deadNanos;
                case HELLO_TIMEOUT -> !line.hasSaidHello;
                case OVERTAKEN -> line.isOvertaken();
                case SLOW, REPLACED, GOING_AWAY -> true;
                default -> false;
            };
            if (!lawful) {
                throw new Violation("the server closes connection " + line.order + " with " + code + " for no reason");
            }
            if (code == CloseCode.OVERTAKEN) {
                line.expected = null;
            }
            end(line, false);
        });
    }

    @Override
    public void fault(RuntimeException exception) {
        run.guard(() -> {
            throw new AssertionError("the server has a fault", exception);
        });
    }
}
