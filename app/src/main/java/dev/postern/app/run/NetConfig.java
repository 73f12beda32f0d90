package dev.postern.app.run;

import dev.postern.app.config.NetKeys;
import dev.postern.app.config.Settings;
import dev.postern.transport.UdpOptions;

/** Tells the servers how datagrams are moved. */
final class NetConfig {

    private NetConfig() {}

    static UdpOptions udp(Settings settings) {
        return UdpOptions.DEFAULT.withDriver(settings.get(NetKeys.DRIVER));
    }
}
