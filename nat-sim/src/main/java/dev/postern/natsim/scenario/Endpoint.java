package dev.postern.natsim.scenario;

/**
 * A port of a host or server of the scenario.
 *
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {

    /** As it is written. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
