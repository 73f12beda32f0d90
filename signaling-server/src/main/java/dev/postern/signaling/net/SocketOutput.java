package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.core.Connection;
import dev.postern.signaling.core.HubOutput;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ServerMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Takes the hub's results to the sockets, the counters and the log. The hub's thread only. */
final class SocketOutput implements HubOutput {

    private static final Logger LOG = LoggerFactory.getLogger(SocketOutput.class);

    private final Counters counters;

    SocketOutput(Counters counters) {
        this.counters = counters;
    }

    @Override
    public void send(Connection to, ServerMessage message) {
        ((SignalSocket) to.attachment()).send(message);
    }

    @Override
    public void close(Connection connection, CloseCode code) {
        ((SignalSocket) connection.attachment()).close(code);
    }

    @Override
    public void count(SignalingCounter counter) {
        counters.count(counter);
    }

    @Override
    public void note(LifeCycle change, String peer, String room) {
        LoggingEventBuilder event = LOG.atInfo().addKeyValue("peer", peer);
        if (!room.isEmpty()) {
            event = event.addKeyValue("room", LogText.of(room));
        }
        event.log(sentence(change));
    }

    private static String sentence(LifeCycle change) {
        return switch (change) {
            case STARTED -> "session started";
            case RESUMED -> "session resumed";
            case LOST -> "session lost its connection";
            case ENDED -> "session ended";
            case JOINED -> "peer joined a room";
            case LEFT -> "peer left a room";
        };
    }

    @Override
    public void fault(RuntimeException exception) {
        LOG.atError().setCause(exception).log("a signaling input failed and is lost");
    }
}
