package dev.postern.app.metrics;

import dev.postern.transport.CounterInfo;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
    private final Set<E> gauges;
    private volatile Map<E, Long> taken = Map.of();

    /** @param gauges those that also go down */
    public CounterSource(
            String prefix,
            Class<E> type,
            Function<E, String> unit,
            Function<E, String> sentence,
            Supplier<Map<E, Long>> counters,
            Set<E> gauges) {
        this.prefix = prefix;
        this.type = type;
        this.unit = unit;
        this.sentence = sentence;
        this.counters = counters;
        this.gauges = Set.copyOf(gauges);
    }

    /** Counters that describe themselves. */
    public static <E extends Enum<E> & CounterInfo> CounterSource<E> of(
            String prefix, Class<E> type, Supplier<Map<E, Long>> counters, Set<E> gauges) {
        return new CounterSource<>(prefix, type, CounterInfo::unit, CounterInfo::sentence, counters, gauges);
    }

    /** Takes the values that the next scrape shows. */
    void take() {
        taken = counters.get();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (E counter : type.getEnumConstants()) {
            String description = sentence.apply(counter) + " In " + unit.apply(counter) + ".";
            if (gauges.contains(counter)) {
                Gauge.builder(nameOf(counter), this, source -> source.valueOf(counter))
                        .description(description)
                        .register(registry);
            } else {
                FunctionCounter.builder(nameOf(counter), this, source -> source.valueOf(counter))
                        .description(description)
                        .register(registry);
            }
        }
    }

    private String nameOf(E counter) {
        return prefix + "." + counter.name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    private double valueOf(E counter) {
        return taken.getOrDefault(counter, 0L);
    }
}
