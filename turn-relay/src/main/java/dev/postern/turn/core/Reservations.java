package dev.postern.turn.core;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Ports that were reserved with EVEN-PORT and wait for their RESERVATION-TOKEN (RFC 8656 sections 7.2 and 18.10), bounded per
 * user. Shared by all shards: any thread; a token works on each.
 */
final class Reservations {

    /** RFC 8656 section 7.2: the reservation lives "at least 30 seconds" after the answer. */
    static final long LIFETIME_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final ConcurrentHashMap<Long, Reservation> byToken = new ConcurrentHashMap<>();
    private final QuotaLedger<String> ledger;
    private final RandomGenerator random;

    /**
     * One reserved port.
     *
     * @param token its name, unguessable
     * @param user who may use it
     * @param pool where the port is from; the token says the family of what it is redeemed for
     * @param port taken, and the reservation's to give back
     * @param expiresAtNanos from when on it is void
     */
    record Reservation(long token, String user, RelayPool pool, int port, long expiresAtNanos) {}

    Reservations(QuotaLedger<String> ledger, RandomGenerator random) {
        this.ledger = ledger;
        this.random = random;
    }

    /** Takes room for one more of this user's, for {@link #add} to use or {@link #unprepare} to return; false if there is none. */
    boolean prepare(String user) {
        return ledger.take(user) == QuotaLedger.Grant.GRANTED;
    }

    /** Returns what {@link #prepare} took. */
    void unprepare(String user) {
        ledger.giveBack(user);
    }

    /** Keeps a port that the caller has taken. */
    Reservation add(String user, RelayPool pool, int port, long nowNanos) {
        while (true) {
            Reservation made = new Reservation(random.nextLong(), user, pool, port, nowNanos + LIFETIME_NANOS);
            if (byToken.putIfAbsent(made.token(), made) == null) {
                return made;
            }
        }
    }

    /** Hands the port of a live reservation to this user, who owns it from now on; null if there is none. */
    @Nullable
    Reservation redeem(long token, String user, long nowNanos) {
        Reservation found = byToken.get(token);
        if (found == null || !found.user().equals(user) || found.expiresAtNanos() - nowNanos <= 0) {
            return null;
        }
        if (!byToken.remove(token, found)) {
            return null;
        }
        ledger.giveBack(user);
        return found;
    }

    /** Gives the port back, unless the reservation was redeemed. */
    void expire(Reservation reservation) {
        if (byToken.remove(reservation.token(), reservation)) {
            ledger.giveBack(reservation.user());
            reservation.pool().ports().giveBack(reservation.port());
        }
    }

    int size() {
        return byToken.size();
    }
}
