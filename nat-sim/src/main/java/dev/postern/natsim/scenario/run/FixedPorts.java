package dev.postern.natsim.scenario.run;

import dev.postern.natsim.PortSource;
import dev.postern.stun.TransportAddress;
import java.util.Map;
import java.util.function.IntPredicate;

/** Gives some inside transport addresses the external port that the file says, while it is free, and the others the next one. */
final class FixedPorts implements PortSource {

    private final Map<TransportAddress, Integer> fixed;
    private final PortSource others;

    FixedPorts(Map<TransportAddress, Integer> fixed, PortSource others) {
        this.fixed = fixed;
        this.others = others;
    }

    @Override
    public int next(TransportAddress internal, TransportAddress destination, IntPredicate free) {
        Integer port = fixed.get(internal);
        if (port != null && free.test(port)) {
            return port;
        }
        return others.next(internal, destination, candidate -> free.test(candidate) && !fixed.containsValue(candidate));
    }
}
