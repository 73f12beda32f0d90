package dev.postern.natsim.tester;

import java.util.List;
import java.util.stream.Collectors;

/** Ports, in the order of their numbers. */
public record PortList(List<Integer> ports) {

    /** Takes a copy of the list. */
    public PortList {
        ports = List.copyOf(ports);
    }

    /** Such as {@code 443, 3478}. */
    @Override
    public String toString() {
        return ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
