package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.StunMessage;
import dev.postern.stun.auth.CredentialStore;
import dev.postern.stun.time.SourceLimiter;
import dev.postern.turn.TurnCounter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks somebody else about users for the requests of strangers, and lets the requests wait meanwhile. A stranger can make up as many
 * names as he likes, so one source, an IPv4 address or an IPv6 /64, over datagrams and streams alike, asks {@value #PER_SECOND} times
 * a second in the long run and {@value #BURST} times at once after a rest, and {@value ParkedRequests#SOURCE_NAMES} of its names wait
 * at a time. A name that waits already for the same source costs it nothing. Over the bound a request is dropped without an answer;
 * its client sends it again.
 *
 * <p>Belongs to the thread of its engine; each engine has bounds of its own.
 */
final class Questions {

    static final int PER_SECOND = 10;
    static final int BURST = 50;

    private final CredentialStore users;
    private final Strangers strangers;
    private final ParkedRequests parked;
    private final Tally tally;
    private final Supplier<SourceLimiter> newLimiter;
    private @Nullable SourceLimiter limiter;

    /** @param newLimiter makes the limit per source when there is somebody to ask, as it takes a quarter of a megabyte */
    Questions(
            CredentialStore users,
            Strangers strangers,
            ParkedRequests parked,
            Tally tally,
            Supplier<SourceLimiter> newLimiter) {
        this.users = users;
        this.strangers = strangers;
        this.parked = parked;
        this.tally = tally;
        this.newLimiter = newLimiter;
    }

    /** Parks a new request of a user whom somebody else knows, and sees to it that he is asked; or drops it and counts why. */
    void wait(long nowNanos, FiveTuple path, StunMessage request, String username) {
        if (!strangers.mayWait(nowNanos, path)) {
            return;
        }
        if (!parked.hasRoom(path, request.sizeBytes())) {
            tally.add(TurnCounter.REQUESTS_NOT_PARKED);
            return;
        }
        IpAddress source = path.client().ip().source();
        boolean asked = parked.holds(source, username);
        if (!asked && !mayAsk(nowNanos, source)) {
            tally.add(TurnCounter.QUESTIONS_OVER_LIMIT);
            return;
        }
        parked.park(nowNanos, path, request, username);
        if (!asked) {
            users.ask(username, source);
        }
    }

    private boolean mayAsk(long nowNanos, IpAddress source) {
        if (limiter == null) {
            limiter = newLimiter.get();
        }
        return parked.hasRoomForName(source) && limiter.tryAcquire(nowNanos, source);
    }
}
