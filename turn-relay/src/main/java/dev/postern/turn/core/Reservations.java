package dev.postern.turn.core;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Ports that were reserved with EVEN-PORT and wait for their RESERVATION-TOKEN (RFC 8656 sections 7.2 and 18.10), bounded per
 * user. Shared by all shards: any thread; a token works on the shard that has the socket, and the others ask {@link #shardOf} for it.
 */
final class Reservations {

    /** RFC 8656 section 7.2: the reservation lives "at least 30 seconds" after the answer. */
    static final long LIFETIME_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** From how many 5-tuples another shard takes one token: its client has few, a forger of addresses any number. */
    static final int PATHS = 8;

    private final ConcurrentHashMap<Long, Reservation> byToken = new ConcurrentHashMap<>();
    private final QuotaLedger<String> ledger;
    private final RandomGenerator random;

    /**
     * One reserved port.
     *
     * @param token its name, unguessable
     * @param user who may use it
     * @param socket bound to a port that is taken; the token says the family of what it is redeemed for
     * @param expiresAtNanos from when on it is void
     * @param pathsLeft how many more 5-tuples may be pledged to the socket's shard for it
     */
    record Reservation(long token, String user, ReservedPort socket, long expiresAtNanos, AtomicInteger pathsLeft) {}

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

    /** Keeps a socket whose port the caller has taken; both are the reservation's until it is redeemed or {@linkplain #remove removed}. */
    Reservation add(String user, ReservedPort socket, long nowNanos) {
        while (true) {
            Reservation made = new Reservation(
                    random.nextLong(), user, socket, nowNanos + LIFETIME_NANOS, new AtomicInteger(PATHS));
            if (byToken.putIfAbsent(made.token(), made) == null) {
                return made;
            }
        }
    }

    /** The shard that a token works on; {@link MovedPaths#NOWHERE} if there is none. */
    int shardOf(long token) {
        Reservation found = byToken.get(token);
        return found == null ? MovedPaths.NOWHERE : found.socket().home().shard();
    }

    /** Whether the token may be brought by one more 5-tuple that another shard hears; the {@value #PATHS} of it do not come back. */
    boolean takePath(long token) {
        Reservation found = byToken.get(token);
        return found != null && found.pathsLeft().getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    /** Hands the socket and port of a live reservation to this user, who owns them from now on; null if the engine has no such one. */
    @Nullable
    Reservation redeem(long token, String user, AllocationTable home, long nowNanos) {
        Reservation found = byToken.get(token);
        return found != null
                        && found.socket().home() == home
                        && found.user().equals(user)
                        && found.expiresAtNanos() - nowNanos > 0
                        && remove(found)
                ? found
                : null;
    }

    /** Forgets a reservation, whose socket and port are the caller's then; false if it was redeemed or removed. */
    boolean remove(Reservation reservation) {
        boolean removed = byToken.remove(reservation.token(), reservation);
        if (removed) {
            ledger.giveBack(reservation.user());
        }
        return removed;
    }

    /** Those whose sockets are this engine's. */
    List<Reservation> of(AllocationTable home) {
        return byToken.values().stream()
                .filter(each -> each.socket().home() == home)
                .toList();
    }

    int size() {
        return byToken.size();
    }
}
