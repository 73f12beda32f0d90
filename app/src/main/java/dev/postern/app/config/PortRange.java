package dev.postern.app.config;

/** The ports from {@code low} to {@code high}, both included. */
public record PortRange(int low, int high) {

    static final int LOWEST = 1024;
    static final int HIGHEST = 65535;

    public PortRange {
        if (low < LOWEST || high > HIGHEST || low > high) {
            throw new IllegalArgumentException(
                    low + "-" + high + " is not a range of ports from " + LOWEST + " to " + HIGHEST);
        }
    }

    @Override
    public String toString() {
        return low + "-" + high;
    }
}
