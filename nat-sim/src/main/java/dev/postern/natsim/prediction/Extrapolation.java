package dev.postern.natsim.prediction;

/**
 * The rule by which a peer extrapolates ports that go on in steps. All differences between the ports that it saw are multiples of the
 * NAT's step, so their greatest common divisor is the best guess of it; what the differences have beyond one step each, others
 * behind the NAT took, who will go on like that until the mapping is made. It aims there first, then one step above,
 * one below, two above, and so on.
 */
final class Extrapolation {

    /** Further than that is once around all ports there are. */
    private static final long MOST_LEAPS = 65_535;

    private final Ports.Span span;
    private final int last;
    private final int direction;
    private final int unit;
    private final int[] leaps;

    /**
     * @param seen the ports of the mappings that were seen, in order, at least 2
     * @param intervalsAhead the time from the last one to the mapping that is aimed at, in times between two of them
     * @param count how many ports to aim at
     */
    Extrapolation(Ports.Span span, int[] seen, double intervalsAhead, int count) {
        this.span = span;
        this.last = seen[seen.length - 1];
        int way = 0;
        int common = 0;
        for (int i = 1; i < seen.length; i++) {
            int difference = shortWay(seen[i] - seen[i - 1], span.count());
            way += difference;
            common = gcd(common, Math.abs(difference));
        }
        this.direction = way < 0 ? -1 : 1;
        this.unit = Math.max(1, common);
        this.leaps = leaps(Math.abs(way) / unit, seen.length - 1, intervalsAhead, count);
    }

    /** The port to try at a place of the order, 0 for the likeliest. */
    int at(int place) {
        long offset = last - span.first() + (long) direction * unit * leaps[place];
        return span.first() + (int) Math.floorMod(offset, (long) span.count());
    }

    /**
     * How many steps further than the last port seen to aim, likeliest first.
     *
     * @param steps how many steps the ports went between the first and the last one that was seen
     * @param intervals in so many intervals, with one step of one's own in each
     */
    static int[] leaps(int steps, int intervals, double intervalsAhead, int count) {
        int others = Math.max(0, steps - intervals);
        int centre = 1 + (int) Math.min(MOST_LEAPS, Math.round(others * intervalsAhead / intervals));
        int[] leaps = new int[count];
        int distance = 0;
        for (int i = 0; i < count; ) {
            if (distance == 0) {
                leaps[i++] = centre;
            } else {
                leaps[i++] = centre + distance;
                if (i < count && centre - distance >= 1) {
                    leaps[i++] = centre - distance;
                }
            }
            distance++;
        }
        return leaps;
    }

    private static int shortWay(int difference, int count) {
        return Math.floorMod(difference + count / 2, count) - count / 2;
    }

    static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
