package dev.postern.app.config;

import dev.postern.transport.UdpDriverKind;
import dev.postern.transport.UdpOptions;
import java.util.List;

/** The keys that say how datagrams are moved, by STUN and the relay alike. */
public final class NetKeys {

    private static final Kind<UdpDriverKind> DRIVER_KIND = Kind.one("auto, nio or linux", NetKeys::driver);

    public static final Key<UdpDriverKind> DRIVER = Key.required(
            "net.driver",
            DRIVER_KIND,
            UdpOptions.DEFAULT.driver().word(),
            "What moves datagrams: linux takes and sends many in one system call, nio is for all systems, and auto is linux where it can run.");

    static final List<Key<?>> ALL = List.of(DRIVER);

    private NetKeys() {}

    private static UdpDriverKind driver(String text) throws BadValueException {
        UdpDriverKind kind = UdpDriverKind.find(text);
        if (kind == null) {
            throw new BadValueException(text, "write auto, nio or linux");
        }
        String reason = kind.unavailable();
        if (reason != null) {
            throw new BadValueException(text, "write auto or nio, as the " + text + " driver " + reason);
        }
        return kind;
    }
}
