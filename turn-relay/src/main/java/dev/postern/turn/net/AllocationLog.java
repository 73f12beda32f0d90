package dev.postern.turn.net;

import dev.postern.turn.core.AllocationChange;
import dev.postern.turn.core.AllocationChange.Kind;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line for each step in an allocation's life, nothing for a packet. What a stranger chose is escaped; addresses of clients
 * and relays appear at debug only.
 */
final class AllocationLog {

    private final Logger log;

    AllocationLog(String logger) {
        log = LoggerFactory.getLogger(logger);
    }

    void changed(AllocationChange change) {
        Level level = change.kind() == Kind.REFRESHED ? Level.DEBUG : Level.INFO;
        if (!log.isEnabledForLevel(level)) {
            return;
        }
        LoggingEventBuilder line = log.atLevel(level)
                .addKeyValue("allocation", change.id())
                .addKeyValue("user", Escaped.text(change.username()))
                .addKeyValue("protocol", change.path().protocol());
        if (change.kind() == Kind.OPENED || change.kind() == Kind.REFRESHED) {
            line = line.addKeyValue("lifetimeSeconds", change.lifetimeSeconds());
        } else {
            line = line.addKeyValue("packetsToPeers", change.packetsToPeers())
                    .addKeyValue("bytesToPeers", change.bytesToPeers())
                    .addKeyValue("packetsToClient", change.packetsToClient())
                    .addKeyValue("bytesToClient", change.bytesToClient());
        }
        if (log.isDebugEnabled()) {
            line = line.addKeyValue("client", change.path().client()).addKeyValue("relayed", change.relayed());
        }
        line.log("allocation {}", change.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }

    void relayFailed(String reason) {
        log.debug("a relay port cannot be bound: {}", reason);
    }
}
