package dev.postern.signaling.net;

import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.core.Connection;
import dev.postern.signaling.core.Hub;
import dev.postern.signaling.core.HubOutput;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.Decoded;
import dev.postern.signaling.protocol.ServerMessage;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The real server, sockets and threads and all, with somebody who listens at its hub, in the hub's own turn and order. */
public final class HeardServer implements AutoCloseable {

    private final SignalingShell shell;

    /**
     * Hears each input before the hub has it and each result before the carrier has it; what a method answers takes the place of
     * what it was given. None may throw.
     */
    public interface Ear {

        /** An input comes. */
        void begins(long nowNanos);

        void opened(Connection connection);

        List<ClientMessage> takes(Connection connection, ClientMessage message);

        /** The hub has worked off a message. */
        void taken(Connection connection);

        /** A message began and did not end. */
        void unfinished(Connection connection);

        void malformed(String detail);

        /** Whether it was on purpose; nothing if the hub is not told. */
        List<Boolean> closed(Connection connection, boolean onPurpose);

        /** What is due by this time is done. */
        void hasDoneWhatWasDue();

        void stops();

        List<ServerMessage> says(Connection to, ServerMessage message);

        void closes(Connection connection, CloseCode code);

        void fault(RuntimeException exception);
    }

    private HeardServer(SignalingShell shell) {
        this.shell = shell;
    }

    public static HeardServer start(SignalingConfig config, Ear ear) throws IOException {
        return new HeardServer(SignalingShell.start(
                config,
                (now, known, random, output, node, cluster) ->
                        new HeardHub(now, known, random, output, node, cluster, ear)));
    }

    public int port() {
        return shell.uri().getPort();
    }

    public long count(SignalingCounter counter) {
        return shell.switchboard().counters().getOrDefault(counter, 0L);
    }

    @Override
    public void close() {
        shell.close();
    }

    private static final class HeardHub extends Hub {

        private final Ear ear;

        HeardHub(
                long nowNanos,
                SignalingConfig config,
                RandomGenerator random,
                HubOutput output,
                String node,
                @Nullable ClusterOutput cluster,
                Ear ear) {
            super(nowNanos, config, random, new HeardOutput(output, ear), node, cluster);
            this.ear = ear;
        }

        @Override
        public Connection onOpen(long now, Object attachment, String address) {
            ear.begins(now);
            Connection connection = super.onOpen(now, attachment, address);
            ear.opened(connection);
            return connection;
        }

        @Override
        public void onMessage(long now, Connection connection, ClientMessage message, @Nullable Verdict asked) {
            ear.begins(now);
            for (ClientMessage one : ear.takes(connection, message)) {
                super.onMessage(now, connection, one, asked);
            }
            ear.taken(connection);
        }

        @Override
        public void onMalformed(long now, Connection connection, Decoded.Malformed<ClientMessage> malformed) {
            ear.malformed(malformed.detail());
            super.onMalformed(now, connection, malformed);
        }

        @Override
        public void onClosed(long now, Connection connection, boolean onPurpose) {
            ear.begins(now);
            for (boolean meant : ear.closed(connection, onPurpose)) {
                super.onClosed(now, connection, meant);
            }
        }

        @Override
        public void onSlow(long now, Connection connection) {
            ear.begins(now);
            super.onSlow(now, connection);
        }

        @Override
        public void onUnfinished(long now, Connection connection) {
            ear.begins(now);
            ear.unfinished(connection);
            super.onUnfinished(now, connection);
        }

        @Override
        public void onUnread(long now, Connection connection) {
            ear.begins(now);
            ear.unfinished(connection);
            super.onUnread(now, connection);
        }

        @Override
        public void onTimeout(long now) {
            ear.begins(now);
            super.onTimeout(now);
            ear.hasDoneWhatWasDue();
        }

        @Override
        public void onStop() {
            ear.stops();
            super.onStop();
        }
    }

    private record HeardOutput(HubOutput output, Ear ear) implements HubOutput {

        @Override
        public void send(Connection to, ServerMessage message) {
            ear.says(to, message).forEach(one -> output.send(to, one));
        }

        @Override
        public void close(Connection connection, CloseCode code) {
            ear.closes(connection, code);
            output.close(connection, code);
        }

        @Override
        public void count(SignalingCounter counter) {
            output.count(counter);
        }

        @Override
        public void note(SignalingEvent event) {
            output.note(event);
        }

        @Override
        public void fault(RuntimeException exception) {
            ear.fault(exception);
            output.fault(exception);
        }
    }
}
