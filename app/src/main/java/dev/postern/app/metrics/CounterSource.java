package dev.postern.app.metrics;

import dev.postern.transport.CounterInfo;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One server's counters as meters: {@code postern.turn.} and the constant's name in lower case, with its unit and sentence.
 * The values are taken once a scrape, so that one page shows one moment.
 *
 * @param <E> the enum of counters
 */
public final class CounterSource<E extends Enum<E>> implements MeterBinder {

    private final String prefix;
    private final Class<E> type;
    private final Function<E, String> unit;
    private final Function<E, String> sentence;
    private final Supplier<Map<E, Long>> counters;
    private volatile Map<E, Long> taken = Map.of();

    public CounterSource(
            String prefix,
            Class<E> type,
            Function<E, String> unit,
            Function<E, String> sentence,
            Supplier<Map<E, Long>> counters) {
        this.prefix = prefix;
        this.type = type;
        this.unit = unit;
        this.sentence = sentence;
        this.counters = counters;
    }

    /** Counters that describe themselves. */
    public static <E extends Enum<E> & CounterInfo> CounterSource<E> of(
            String prefix, Class<E> type, Supplier<Map<E, Long>> counters) {
        return new CounterSource<>(prefix, type, CounterInfo::unit, CounterInfo::sentence, counters);
    }

    /** Takes the values that the next scrape shows. */
    void take() {
        taken = counters.get();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (E counter : type.getEnumConstants()) {
            FunctionCounter.builder(nameOf(counter), this, source -> source.valueOf(counter))
                    .description(sentence.apply(counter) + " In " + unit.apply(counter) + ".")
                    .register(registry);
        }
    }

    private String nameOf(E counter) {
        return prefix + "." + counter.name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    private double valueOf(E counter) {
        return taken.getOrDefault(counter, 0L);
    }
}
