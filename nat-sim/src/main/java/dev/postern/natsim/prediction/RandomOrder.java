package dev.postern.natsim.prediction;

import java.util.random.RandomGenerator;

/** Consecutive ports in random order, each once; then the same order again. Shuffled no further than it is asked for. */
final class RandomOrder {

    private final int[] ports;
    private final RandomGenerator random;
    private int shuffled;

    RandomOrder(Ports.Span span, RandomGenerator random) {
        this.ports = new int[span.count()];
        this.random = random;
        for (int i = 0; i < ports.length; i++) {
            ports[i] = span.first() + i;
        }
    }

    /**
     * The port at a place of the order; places are asked for from 0 on, none left out.
     *
     * @param place counts on beyond the number of ports
     */
    int at(int place) {
        int index = place % ports.length;
        if (index == shuffled) {
            int other = index + random.nextInt(ports.length - index);
            int port = ports[other];
            ports[other] = ports[index];
            ports[index] = port;
            shuffled++;
        }
        return ports[index];
    }

    int count() {
        return ports.length;
    }
}
