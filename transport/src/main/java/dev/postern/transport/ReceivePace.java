package dev.postern.transport;

/**
 * How many datagrams to ask one socket for in a round, where each has a system call of its own: the call that finds nothing costs as much as
 * one that finds a datagram, and the selector tells again of a socket that has more. So a socket that has had one now and then is asked
 * for one, and one that keeps having all that it was asked for is asked for more.
 *
 * <p>Owner: one shard's thread.
 */
final class ReceivePace {

    /** Rounds in a row that had all that was asked for, before more is. */
    private static final int FULL_ROUNDS = 2;

    private final int most;
    private int wanted = 1;
    private int full;
    private long lastRound = -2;

    /** Asks for at most so many in a round, 1 and up. */
    ReceivePace(int most) {
        this.most = most;
    }

    /** How many to ask for in this round. */
    int wanted() {
        return wanted;
    }

    /** So many came in this round, at most {@link #wanted()}; whether that was more than one and all. */
    boolean received(long round, int count) {
        boolean behind = count == wanted && count > 1;
        if (count < wanted) {
            wanted = Math.max(1, count);
            full = 0;
        } else if (round != lastRound + 1) {
            full = 1;
        } else if (++full >= FULL_ROUNDS) {
            wanted = Math.min(most, 2 * wanted);
            full = 0;
        }
        lastRound = round;
        return behind;
    }
}
