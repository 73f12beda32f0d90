package dev.postern.natsim;

import dev.postern.stun.TransportAddress;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/** Chooses the external port of a new mapping. Owned by the thread that owns the NAT. */
@FunctionalInterface
public interface PortSource {

    /** What {@link #next} answers when it has no port left. */
    int NONE = -1;

    /** The ports that the behaviour names, without blocks; {@link PortAllocation#RANDOM} draws from {@code random}. */
    static PortSource of(NatBehaviour behaviour, RandomGenerator random) {
        return new RangedPorts(behaviour, random);
    }

    /**
     * The port for a new mapping, 1 to 65535, or {@link #NONE}.
     *
     * @param internal whom the mapping is for
     * @param destination where its first packet goes
     * @param free whether a port is still without a mapping; the answer must satisfy it
     */
    int next(TransportAddress internal, TransportAddress destination, IntPredicate free);
}
