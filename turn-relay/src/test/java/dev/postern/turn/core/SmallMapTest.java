package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The map against the JDK's, while it goes from few to many and back. */
class SmallMapTest {

    private static final int STEPS = 20_000;

    private record Value(Integer key, int number) implements SmallMap.Keyed<Integer> {}

    private final SmallMap<Integer, Value> map = new SmallMap<>();
    private final Map<Integer, Value> model = new HashMap<>();

    @ParameterizedTest
    @ValueSource(ints = {2, SmallMap.FEW, 3 * SmallMap.FEW, 300})
    void holdsWhatTheModelHolds(int keys) {
        Random random = new Random(keys);
        for (int step = 0; step < STEPS; step++) {
            int key = random.nextInt(keys);
            assertThat(map.get(key)).isSameAs(model.get(key));
            if (!model.containsKey(key)) {
                Value value = new Value(key, step);
                map.add(value);
                model.put(key, value);
            } else if (random.nextInt(keys) == 0) {
                int divisor = 1 + random.nextInt(4);
                boolean removed = map.removeIf(value -> value.number % divisor == 0);
                assertThat(model.values().removeIf(value -> value.number % divisor == 0))
                        .isEqualTo(removed);
            }
            assertThat(map.size()).isEqualTo(model.size());
        }
        Set<Value> left = new HashSet<>();
        map.forEach(value -> assertThat(left.add(value)).isTrue());
        assertThat(left).isEqualTo(new HashSet<>(model.values()));
    }
}
