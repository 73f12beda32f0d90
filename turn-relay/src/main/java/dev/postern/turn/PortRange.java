package dev.postern.turn;

/**
 * The UDP ports that relayed transport addresses are taken from, both ends included.
 *
 * @param first the lowest port, {@value #LOWEST} or more (RFC 8656 section 7.2: never a well-known port)
 * @param last the highest port, {@value #HIGHEST} or less, not below {@code first}
 */
public record PortRange(int first, int last) {

    /** The lowest port that a range may hold: {@value}. */
    public static final int LOWEST = 1024;

    /** The highest port that a range may hold: {@value}. */
    public static final int HIGHEST = 65535;

    /** The dynamic ports, which RFC 8656 section 7.2 asks for. */
    public static final PortRange DYNAMIC = new PortRange(49152, HIGHEST);

    public PortRange {
        if (first < LOWEST || last > HIGHEST || first > last) {
            throw refused(first + "-" + last);
        }
    }

    /**
     * Reads {@code 49152-65535}.
     *
     * @throws IllegalArgumentException with one sentence that names {@code turn.relay-ports}
     */
    public static PortRange parse(String text) {
        if (!text.matches("[0-9]{1,5}-[0-9]{1,5}")) {
            throw refused(text);
        }
        int dash = text.indexOf('-');
        return new PortRange(Integer.parseInt(text.substring(0, dash)), Integer.parseInt(text.substring(dash + 1)));
    }

    /** How many ports the range holds. */
    public int size() {
        return last - first + 1;
    }

    public boolean contains(int port) {
        return first <= port && port <= last;
    }

    private static IllegalArgumentException refused(String value) {
        return new IllegalArgumentException("turn.relay-ports is '" + value + "', but must be FIRST-LAST with " + LOWEST
                + " <= FIRST <= LAST <= " + HIGHEST + ", such as 49152-65535.");
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
