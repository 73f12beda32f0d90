package dev.postern.natsim.tester;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Which routers on the way to the server forget, counted from 1: NATs and firewalls.
 *
 * @param hops in rising order
 */
public record StatefulHops(List<Integer> hops) {

    public StatefulHops {
        hops = List.copyOf(hops);
    }

    /** Such as {@code 2, at hops 1 and 3}. */
    @Override
    public String toString() {
        String at = hops.stream().map(String::valueOf).collect(Collectors.joining(" and "));
        return hops.isEmpty() ? "none" : hops.size() + ", at " + (hops.size() == 1 ? "hop " : "hops ") + at;
    }
}
