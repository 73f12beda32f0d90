package dev.postern.natsim;

import dev.postern.stun.TransportAddress;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/** The three rules of {@link PortAllocation} over one range of ports. Looks at each port of the range once at most. */
final class RangedPorts implements PortSource {

    private static final int RANDOM_TRIES = 16;

    private final PortAllocation rule;
    private final int first;
    private final int count;
    private final RandomGenerator random;
    private int cursor;

    RangedPorts(NatBehaviour behaviour, RandomGenerator random) {
        this.rule = behaviour.ports();
        this.first = behaviour.firstPort();
        this.count = behaviour.lastPort() - behaviour.firstPort() + 1;
        this.random = random;
    }

    @Override
    public int next(TransportAddress internal, TransportAddress destination, IntPredicate free) {
        return switch (rule) {
            case PRESERVE -> preserved(internal.port(), free);
            case SEQUENTIAL -> following(free);
            case RANDOM -> drawn(free);
        };
    }

    private int preserved(int port, IntPredicate free) {
        return port >= first && port < first + count && free.test(port) ? port : following(free);
    }

    private int following(IntPredicate free) {
        for (int i = 0; i < count; i++) {
            int port = first + (cursor + i) % count;
            if (free.test(port)) {
                cursor = (port - first + 1) % count;
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
        cursor = random.nextInt(count);
        return following(free);
    }
}
