package org.example.calls;

import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.SignalingListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Hears what happens: logs it, and counts who is in which room. */
@Component
class Rooms implements SignalingListener {

    private static final Logger LOG = LoggerFactory.getLogger(Rooms.class);

    private final Map<String, Integer> peers = new ConcurrentHashMap<>();

    @Override
    public void onEvent(SignalingEvent event) {
        LOG.atInfo().addKeyValue("user", event.subject()).addKeyValue("why", event.why()).log("{}", event.kind());
        switch (event.kind()) {
            case PEER_JOINED -> peers.merge(event.room(), 1, Integer::sum);
            case PEER_LEFT -> peers.computeIfPresent(event.room(), (room, count) -> count == 1 ? null : count - 1);
            default -> {}
        }
    }

    Map<String, Integer> peersByRoom() {
        return Map.copyOf(peers);
    }
}
