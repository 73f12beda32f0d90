package dev.postern.natsim.tester;

/**
 * How many mappings one machine may have at once.
 *
 * @param atLeast how many lived at the same time
 * @param atMost how many do not; the same as {@code atLeast} plus one where each was looked at, {@link #UNKNOWN} where mappings of
 *     other probes count as well
 * @param end what happens then
 */
public record SessionLimit(int atLeast, int atMost, End end) {

    /** More than {@code atLeast}, and nobody knows how many. */
    public static final int UNKNOWN = Integer.MAX_VALUE;

    /** What happens when a mapping more is wanted. */
    public enum End {
        /** It is refused, and those that exist live on (RFC 6888 REQ-4). */
        REFUSED,
        /** It is refused, and those that exist have ended, too. */
        REFUSED_AND_ENDED,
        /** It ends one that exists. */
        OLD_ONES_END,
        /** Nothing: as many as were asked for were made. */
        NOT_REACHED
    }

    /** Such as {@code 512, then new ones are refused and old ones live on}. */
    @Override
    public String toString() {
        return switch (end) {
            case REFUSED -> range() + ", then new ones are refused and old ones live on";
            case REFUSED_AND_ENDED -> range() + ", then new ones are refused and old ones have ended";
            case OLD_ONES_END -> range() + ", then new ones end old ones";
            case NOT_REACHED -> "none up to " + atLeast;
        };
    }

    private String range() {
        if (atMost == UNKNOWN) {
            return "at least " + atLeast;
        }
        return atMost <= atLeast + 1 ? String.valueOf(atLeast) : "from " + atLeast + " to " + (atMost - 1);
    }
}
