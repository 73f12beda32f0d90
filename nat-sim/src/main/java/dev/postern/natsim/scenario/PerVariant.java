package dev.postern.natsim.scenario;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value that may differ between the NATs that a file compares.
 *
 * @param always the value for those that {@code byVariant} does not name
 * @param byVariant the values by the name of the NAT
 */
public record PerVariant<T>(@Nullable T always, Map<String, T> byVariant) {

    /** Copies the map. */
    public PerVariant {
        byVariant = Map.copyOf(byVariant);
    }

    /** The value for a NAT; null if there is none. */
    public @Nullable T in(String variant) {
        T special = byVariant.get(variant);
        return special == null ? always : special;
    }
}
