package dev.postern.app.admin;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What a running server can be told; the admin listener is its only caller. Any thread; no method blocks. */
public interface Administration {

    /** The configuration as JSON, without any secret. */
    String config();

    /**
     * Ends the allocations of a user and lets him in no more.
     *
     * @return how many allocations ended; fails if they could not be revoked
     */
    CompletableFuture<Integer> revokeUser(String user);

    /**
     * Lets a user in again who was revoked.
     *
     * @return whether he was
     */
    boolean restoreUser(String user);

    /**
     * Ends the signaling sessions of a user and lets him begin no other.
     *
     * @return how many sessions ended; fails if they could not be revoked, or no signaling server runs here
     */
    CompletableFuture<Integer> revokeSessions(String user);

    /**
     * Lets a user begin sessions again who was revoked.
     *
     * @return whether he was; fails if no signaling server runs here
     */
    CompletableFuture<Boolean> restoreSessions(String user);

    /**
     * Ends the allocations whose credentials belong to a room, and accepts those credentials no more.
     *
     * @param room its name
     * @return how many allocations ended; fails if they could not be revoked
     */
    CompletableFuture<Integer> revokeRoom(String room);

    /**
     * Lets the relay take no new allocation, and ends the process when the last one has ended or the time is over. There is no way
     * back; a second call gives it another time from now on.
     *
     * @param within more than 0
     * @return how many allocations are left; fails if no relay runs here
     */
    CompletableFuture<Long> drain(Duration within);
}
