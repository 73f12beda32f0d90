package dev.postern.peer.net;

import dev.postern.peer.SignalingClientCounter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** The counters' values; any thread. */
final class ClientCounters {

    private final Map<SignalingClientCounter, LongAdder> values = new EnumMap<>(SignalingClientCounter.class);

    ClientCounters() {
        for (SignalingClientCounter counter : SignalingClientCounter.values()) {
            values.put(counter, new LongAdder());
        }
    }

    void count(SignalingClientCounter counter) {
        Objects.requireNonNull(values.get(counter)).increment();
    }

    Map<SignalingClientCounter, Long> snapshot() {
        Map<SignalingClientCounter, Long> snapshot = new EnumMap<>(SignalingClientCounter.class);
        values.forEach((counter, value) -> snapshot.put(counter, value.sum()));
        return snapshot;
    }
}
