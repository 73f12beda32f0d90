package dev.postern.app.config;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The keys of every limit and every time of the signaling server, which names, ranges and describes them itself. */
public final class SignalingBounds {

    private static final Map<SignalingLimit, Key<Integer>> LIMITS = new EnumMap<>(SignalingLimit.class);
    private static final Map<SignalingTime, Key<Duration>> TIMES = new EnumMap<>(SignalingTime.class);

    static {
        for (SignalingLimit limit : SignalingLimit.values()) {
            LIMITS.put(
                    limit,
                    Key.required(
                            limit.key(),
                            Kind.one(limit.min() + " to " + limit.max(), text -> number(text, limit)),
                            Integer.toString(limit.standard()),
                            limit.sentence()));
        }
        for (SignalingTime time : SignalingTime.values()) {
            TIMES.put(
                    time,
                    Key.required(
                            time.key(),
                            AccessKinds.duration(SignalingTime.MIN, SignalingTime.MAX),
                            AccessKinds.shown(time.standard()),
                            time.sentence()));
        }
    }

    static final List<Key<?>> ALL = all();

    private SignalingBounds() {}

    private static List<Key<?>> all() {
        List<Key<?>> all = new ArrayList<>(LIMITS.values());
        all.addAll(TIMES.values());
        return List.copyOf(all);
    }

    /** Tells the signaling server every limit and time as it is set. */
    public static void apply(Settings settings, SignalingConfig.Builder config) {
        LIMITS.forEach((limit, key) -> config.limit(limit, settings.get(key)));
        TIMES.forEach((time, key) -> config.time(time, settings.get(key)));
    }

    private static Integer number(String text, SignalingLimit limit) throws BadValueException {
        int value = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
        if (value < limit.min() || value > limit.max()) {
            throw new BadValueException(text, "write a number from " + limit.min() + " to " + limit.max());
        }
        return value;
    }
}
