package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Every HTTP stream that is open, by its id: 128 random bits, which are all that a request needs to use it. Any thread. */
final class Streams {

    private static final int ID_BYTES = 16;

    private final Map<String, SignalStream> byId = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final SocketSettings settings;
    private final StreamSettings bounds;

    Streams(SocketSettings settings, StreamSettings bounds) {
        this.settings = settings;
        this.bounds = bounds;
    }

    /** Whether there are as many as there may be. */
    boolean isFull() {
        return byId.size() >= bounds.streams();
    }

    /** A new one, whose address was counted. */
    SignalStream add(SocketAddress remote, @Nullable String origin) {
        SignalStream stream = new SignalStream(mint(), origin, remote, settings, bounds.unreadDeadlineNanos(), this);
        byId.put(stream.id(), stream);
        settings.counters().count(SignalingCounter.STREAMS_OPENED);
        return stream;
    }

    private String mint() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * The stream with this id; null if there is none, or another page than its own asks.
     *
     * @param origin of the page that asks; null where the request does not say, as a browser's GET within one origin does not
     */
    @Nullable
    SignalStream find(String id, @Nullable String origin) {
        SignalStream stream = byId.get(id);
        boolean isForeign = stream != null && origin != null && !Objects.equals(origin, stream.origin());
        return isForeign ? null : stream;
    }

    void remove(SignalStream stream) {
        byId.remove(stream.id());
    }
}
