package dev.postern.turn.core;

import dev.postern.turn.TurnCounter;
import java.util.concurrent.atomic.AtomicLongArray;

/** One engine's counters: the engine's thread writes without a locked instruction, any thread reads. */
@SuppressWarnings("EnumOrdinal") // an index that lives as long as the process
final class Tally {

    private final AtomicLongArray values = new AtomicLongArray(TurnCounter.values().length);

    void add(TurnCounter counter) {
        add(counter, 1);
    }

    void add(TurnCounter counter, long amount) {
        int index = counter.ordinal();
        values.setRelease(index, values.getPlain(index) + amount);
    }

    long get(TurnCounter counter) {
        return values.getAcquire(counter.ordinal());
    }
}
