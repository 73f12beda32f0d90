package dev.postern.app.run;

import dev.postern.app.config.NetKeys;
import dev.postern.app.config.Settings;
import dev.postern.transport.UdpOptions;

/** Tells the servers how datagrams are moved. */
final class NetConfig {

    private NetConfig() {}

    static UdpOptions udp(Settings settings) {
        return new UdpOptions(
                settings.get(NetKeys.DRIVER),
                settings.get(NetKeys.COALESCE_MAX),
                settings.get(NetKeys.LISTENER_BUFFER_BYTES));
    }
}
