package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** The value of every counter; any thread. */
final class Counters {

    private final Map<SignalingCounter, LongAdder> adders = new EnumMap<>(SignalingCounter.class);

    Counters() {
        for (SignalingCounter counter : SignalingCounter.values()) {
            adders.put(counter, new LongAdder());
        }
    }

    void count(SignalingCounter counter) {
        add(counter, 1);
    }

    void add(SignalingCounter counter, long amount) {
        Objects.requireNonNull(adders.get(counter)).add(amount);
    }

    Map<SignalingCounter, Long> snapshot() {
        Map<SignalingCounter, Long> snapshot = new EnumMap<>(SignalingCounter.class);
        adders.forEach((counter, adder) -> snapshot.put(counter, adder.sum()));
        return snapshot;
    }
}
