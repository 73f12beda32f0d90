package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Makes the port source of each external address, as a behaviour says. */
@FunctionalInterface
interface PortSources {

    PortSource of(IpAddress external);

    /**
     * One source for each external address.
     *
     * @param hasMappings whether an inside host has any; one that has none may lose its blocks
     */
    static PortSources of(NatBehaviour behaviour, RandomGenerator random, Predicate<IpAddress> hasMappings) {
        Map<IpAddress, PortSource> sources = new HashMap<>();
        return external -> sources.computeIfAbsent(
                external,
                unused -> behaviour.ports().blocks() == PortBlocks.NONE
                        ? new RangedPorts(behaviour, random)
                        : new BlockPorts(behaviour.ports(), random, hasMappings));
    }
}
