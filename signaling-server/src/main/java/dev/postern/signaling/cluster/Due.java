package dev.postern.signaling.cluster;

/** Compares times of a clock that may be anywhere, {@link Links#NEVER} being none of them. */
final class Due {

    private Due() {}

    static long earlier(long one, long other) {
        if (one == Links.NEVER || other == Links.NEVER) {
            return one == Links.NEVER ? other : one;
        }
        return one - other < 0 ? one : other;
    }

    static boolean isDue(long atNanos, long nowNanos) {
        return atNanos != Links.NEVER && atNanos - nowNanos <= 0;
    }
}
