package dev.postern.natsim.tester;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.TcpConnection;
import dev.postern.natsim.fabric.TcpEnd;
import dev.postern.natsim.fabric.TcpHandler;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The TCP of virtual hosts, for a tester on them. */
final class VirtualTcp implements ProbeTcp {

    private final VirtualNet net;
    private final List<Host> hosts;
    private final Runnable afterEvent;

    /**
     * What the hosts have.
     *
     * @param afterEvent run after each event that a tester was told
     */
    VirtualTcp(VirtualNet net, List<Host> hosts, Runnable afterEvent) {
        this.net = net;
        this.hosts = hosts;
        this.afterEvent = afterEvent;
    }

    @Override
    public @Nullable ProbeStream connect(int host, int port, TransportAddress to, Events events) {
        Stream stream = new Stream(events);
        try {
            stream.connection = hosts.get(host).connect(port, to, stream);
        } catch (IllegalStateException taken) {
            return null;
        }
        return stream;
    }

    private final class Stream implements ProbeStream, TcpHandler {

        private final Events events;
        private @Nullable TcpConnection connection;
        private boolean closed;

        Stream(Events events) {
            this.events = events;
        }

        @Override
        public void send(ByteBuffer data) {
            if (connection != null) {
                connection.send(data);
            }
        }

        @Override
        public void close() {
            closed = true;
            if (connection != null) {
                connection.close();
            }
        }

        private void tell(Runnable event) {
            if (!closed) {
                event.run();
                afterEvent.run();
            }
        }

        @Override
        public void onConnected(TcpConnection opened) {
            tell(() -> events.onOpen(net.nowNanos()));
        }

        @Override
        public void onData(TcpConnection from, ByteBuffer data) {
            tell(() -> events.onData(net.nowNanos(), data));
        }

        @Override
        public void onClosed(TcpConnection over, TcpEnd end) {
            tell(() -> events.onEnd(net.nowNanos(), of(end)));
        }
    }

    private static End of(TcpEnd end) {
        return switch (end) {
            case REFUSED, UNREACHABLE -> End.REFUSED;
            case TIMED_OUT -> End.SILENT;
            case FINISHED, ABORTED, RESET -> End.CLOSED;
        };
    }
}
