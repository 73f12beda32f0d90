package dev.postern.app.run;

import dev.postern.app.admin.Administration;
import dev.postern.app.admin.ConfigPage;
import dev.postern.app.config.Settings;
import dev.postern.app.credentials.OpenRooms;
import dev.postern.signaling.SignalingServer;
import dev.postern.turn.TurnRelay;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the operator says to the servers of this process. Any thread. */
final class RunningServers implements Administration {

    private static final Logger LOG = LoggerFactory.getLogger(RunningServers.class);

    private final Settings settings;
    private final OpenRooms rooms;
    private final @Nullable TurnRelay relay;
    private final @Nullable SignalingServer signaling;
    private final Consumer<Duration> drain;

    /**
     * @param relay null when none runs here; then nobody can be revoked, and nothing drained
     * @param signaling null when none runs here; then nobody's sessions can be ended
     * @param drain begins to drain it, or gives it another time
     */
    RunningServers(
            Settings settings,
            OpenRooms rooms,
            @Nullable TurnRelay relay,
            @Nullable SignalingServer signaling,
            Consumer<Duration> drain) {
        this.signaling = signaling;
        this.drain = drain;
        this.settings = settings;
        this.rooms = rooms;
        this.relay = relay;
    }

    @Override
    public String config() {
        return ConfigPage.of(settings);
    }

    @Override
    public CompletableFuture<Integer> revokeUser(String user) {
        if (relay == null) {
            return noRelay();
        }
        try {
            return told("user", relay.revokeUser(user));
        } catch (IllegalStateException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public boolean restoreUser(String user) {
        boolean was = relay != null && relay.restoreUser(user);
        LOG.atInfo().addKeyValue("was", was).log("a revoked user is let in again");
        return was;
    }

    @Override
    public CompletableFuture<Integer> revokeSessions(String user) {
        return signaling == null
                ? noSignaling()
                : told("sessions of a user", signaling.revoke(user).toCompletableFuture());
    }

    @Override
    public CompletableFuture<Boolean> restoreSessions(String user) {
        return signaling == null ? noSignaling() : signaling.restore(user).toCompletableFuture();
    }

    private static <T> CompletableFuture<T> noSignaling() {
        return CompletableFuture.failedFuture(new IllegalStateException("no signaling server runs here"));
    }

    /** What credentials were made for so far; those who are still in the room get others, for what it is called from now on. */
    @Override
    public CompletableFuture<Integer> revokeRoom(String room) {
        String id = rooms.end(room);
        if (relay == null) {
            return noRelay();
        }
        return id == null ? CompletableFuture.completedFuture(0) : told("room", relay.revokeRoom(id));
    }

    @Override
    public CompletableFuture<Long> drain(Duration within) {
        if (relay == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("no relay runs here"));
        }
        drain.accept(within);
        long left = relay.allocationsLeft();
        LOG.atInfo()
                .addKeyValue("allocations", left)
                .addKeyValue("withinSeconds", within.toSeconds())
                .log("draining");
        return CompletableFuture.completedFuture(left);
    }

    /** Names nobody: who was revoked is for whoever revoked him to write down. */
    private static CompletableFuture<Integer> told(String what, CompletableFuture<Integer> revoked) {
        return revoked.whenComplete((ended, failure) -> {
            if (failure == null) {
                LOG.atInfo()
                        .addKeyValue("what", what)
                        .addKeyValue("ended", ended)
                        .log("revoked");
            } else {
                LOG.atWarn().addKeyValue("what", what).setCause(failure).log("not revoked");
            }
        });
    }

    private static CompletableFuture<Integer> noRelay() {
        return CompletableFuture.failedFuture(new IllegalStateException("no relay runs here"));
    }
}
