package dev.postern.natsim;

import dev.postern.stun.TransportAddress;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/** The rules of {@link PortAllocation} over one range of ports. */
final class RangedPorts implements PortSource {

    private static final int RANDOM_TRIES = 16;

    private final PortRules rules;
    private final int first;
    private final int count;
    private final RandomGenerator random;
    private int cursor;

    RangedPorts(NatBehaviour behaviour, RandomGenerator random) {
        this(behaviour.ports(), behaviour.ports().first(), behaviour.ports().count(), random);
    }

    RangedPorts(PortRules rules, int first, int count, RandomGenerator random) {
        this.rules = rules;
        this.first = first;
        this.count = count;
        this.random = random;
        this.cursor = rules.step() > 0 ? 0 : count - 1;
    }

    @Override
    public int next(TransportAddress internal, TransportAddress destination, IntPredicate free) {
        return switch (rules.allocation()) {
            case PRESERVE -> preserved(internal.port(), free);
            case SEQUENTIAL -> following(free);
            case RANDOM -> drawn(free);
        };
    }

    private int preserved(int port, IntPredicate free) {
        boolean inRange = port >= first && port < first + count;
        if (inRange && (rules.sharing() == PortSharing.ALWAYS || free.test(port))) {
            return port;
        }
        return rules.fallback() == PortAllocation.RANDOM ? drawn(free) : following(free);
    }

    private int following(IntPredicate free) {
        for (int i = 0; i < count; i++) {
            int offset = (int) Math.floorMod(cursor + (long) i * rules.step(), (long) count);
            if (free.test(first + offset)) {
                cursor = Math.floorMod(offset + rules.step(), count);
                return first + offset;
            }
        }
        return anyFrom(0, free);
    }

    /* A step that has a divisor in common with the number of ports leaves some out. */
    private int anyFrom(int start, IntPredicate free) {
        for (int i = 0; i < count; i++) {
            int port = first + (start + i) % count;
            if (free.test(port)) {
                return port;
            }
        }
        return NONE;
    }

    private int drawn(IntPredicate free) {
        for (int i = 0; i < RANDOM_TRIES; i++) {
            int port = first + random.nextInt(count);
            if (free.test(port)) {
                return port;
            }
        }
        return anyFrom(random.nextInt(count), free);
    }
}
