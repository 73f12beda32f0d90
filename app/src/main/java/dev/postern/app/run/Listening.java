package dev.postern.app.run;

import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.transport.ListenAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/*
 * A UDP wildcard becomes one socket for each address that the host has at the start: only then does an answer leave from the
 * address that the request came to (RFC 8489 section 6.3.1.2), which one wildcard socket of the JDK cannot do. A TCP
 * wildcard stays what it is; an accepted stream knows its own address. Port 0 of a wildcard stays too, since every address
 * would get another port.
 */

/** Turns what is configured into what is bound. */
final class Listening {

    private final Host host;

    Listening(Host host) {
        this.host = host;
    }

    /** The addresses to bind, in their order, each once. */
    List<ListenAddress> on(List<ListenAddress> configured) {
        return configured.stream().flatMap(this::spread).distinct().toList();
    }

    private Stream<ListenAddress> spread(ListenAddress listen) {
        TransportAddress address = listen.address();
        if (!isWildcard(address.ip()) || listen.protocol() != TransportProtocol.UDP || address.port() == 0) {
            return Stream.of(listen);
        }
        List<ListenAddress> spread = host.addresses().stream()
                .filter(own -> own.isIpv4() == address.ip().isIpv4())
                .map(own -> new ListenAddress(TransportProtocol.UDP, TransportAddress.of(own, address.port())))
                .toList();
        return spread.isEmpty() ? Stream.of(listen) : spread.stream();
    }

    /**
     * Where relays are opened: what is set, else the IPv4 address that the relay listens on, and of several or of a
     * wildcard the one towards the outside; null when there is none.
     */
    @Nullable
    IpAddress relayAddress(Settings settings) {
        List<IpAddress> set = settings.find(Keys.TURN_RELAY_ADDRESS);
        if (set != null) {
            return set.get(0);
        }
        List<IpAddress> listened = settings.get(Keys.TURN_LISTEN).stream()
                .map(listen -> listen.address().ip())
                .filter(IpAddress::isIpv4)
                .distinct()
                .toList();
        boolean concrete = listened.stream().noneMatch(Listening::isWildcard);
        IpAddress primary = host.primaryIpv4();
        if (concrete && !listened.isEmpty()) {
            return primary != null && listened.contains(primary) ? primary : listened.get(0);
        }
        return primary == null && !concrete ? IpAddress.parse("127.0.0.1") : primary;
    }

    static boolean isWildcard(IpAddress address) {
        return address.toInetAddress().isAnyLocalAddress();
    }
}
