package dev.postern.app.run;

import dev.postern.app.config.Key;
import dev.postern.app.config.Keys;
import dev.postern.app.config.LoadKeys;
import dev.postern.app.config.Settings;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.Redirect;
import dev.postern.turn.TcpRelaying;
import dev.postern.turn.TrafficLimits;
import dev.postern.turn.TrafficLimits.Rate;
import dev.postern.turn.TurnLimits;
import java.util.List;

/** Tells the relay how much of it may be used, and where else clients may go. Throws the relay's sentence where it refuses a value. */
final class LoadConfig {

    private LoadConfig() {}

    static TurnLimits limits(Settings settings) {
        TurnLimits defaults = TurnLimits.defaults();
        return new TurnLimits(
                settings.get(Keys.TURN_USER_QUOTA),
                settings.get(Keys.TURN_TOTAL_QUOTA),
                settings.get(LoadKeys.MAX_PERMISSIONS),
                settings.get(LoadKeys.MAX_CHANNELS),
                defaults.userReservations(),
                defaults.pendingOpens());
    }

    static TrafficLimits traffic(Settings settings) {
        return new TrafficLimits(
                small(settings, LoadKeys.SOURCE_QUOTA),
                rate(settings, LoadKeys.USER_BYTES, LoadKeys.USER_PACKETS, LoadKeys.USER_PEERS),
                rate(settings, LoadKeys.SOURCE_BYTES, LoadKeys.SOURCE_PACKETS, LoadKeys.SOURCE_PEERS),
                rate(settings, LoadKeys.TOTAL_BYTES, LoadKeys.TOTAL_PACKETS, LoadKeys.TOTAL_PEERS),
                settings.get(LoadKeys.RATE_BURST));
    }

    private static Rate rate(Settings settings, Key<Long> bytes, Key<Long> packets, Key<Long> peers) {
        return new Rate(settings.get(bytes), settings.get(packets), settings.get(peers));
    }

    static TcpRelaying tcpRelaying(Settings settings) {
        return new TcpRelaying(
                settings.get(Keys.TURN_TCP_RELAY),
                settings.get(Keys.TURN_TCP_CONNECTIONS),
                settings.get(Keys.TURN_TCP_PENDING_CONNECTIONS),
                settings.get(Keys.TURN_TCP_TOTAL_CONNECTIONS));
    }

    static Redirect redirect(Settings settings) {
        List<TransportAddress> servers = settings.find(LoadKeys.ALTERNATE_SERVER);
        return new Redirect(
                servers == null ? List.of() : servers,
                settings.find(LoadKeys.ALTERNATE_DOMAIN),
                small(settings, LoadKeys.REDIRECT_ABOVE));
    }

    /** A number that the relay judges; more than an int holds is too much for it too. */
    private static int small(Settings settings, Key<Long> key) {
        return (int) Math.min(settings.get(key), Integer.MAX_VALUE);
    }
}
