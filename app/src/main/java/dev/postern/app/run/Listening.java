package dev.postern.app.run;

import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
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
        if (!isWildcard(address.ip()) || listen.scheme().isStream() || address.port() == 0) {
            return Stream.of(listen);
        }
        List<ListenAddress> spread = host.addresses().stream()
                .filter(own -> own.isIpv4() == address.ip().isIpv4())
                .map(own -> new ListenAddress(listen.scheme(), TransportAddress.of(own, address.port())))
                .toList();
        return spread.isEmpty() ? Stream.of(listen) : spread.stream();
    }

    /**
     * Where relays are opened, one address of each family at most: what is set; else of IPv4 the address that the relay listens on,
     * and of several, of a wildcard or of none the one towards the outside; of IPv6 the same, but only where it listens on IPv6, or
     * beside an IPv4 relay on loopback. Empty when there is none.
     */
    List<IpAddress> relayAddresses(Settings settings) {
        List<IpAddress> set = settings.find(Keys.TURN_RELAY_ADDRESS);
        if (set != null) {
            return set;
        }
        List<IpAddress> listened = settings.get(Keys.TURN_LISTEN).stream()
                .map(listen -> listen.address().ip())
                .distinct()
                .toList();
        IpAddress ipv4 = relayIpv4(ofFamily(listened, true));
        IpAddress ipv6 = relayIpv6(ofFamily(listened, false), ipv4);
        return Stream.of(ipv4, ipv6).flatMap(Stream::ofNullable).toList();
    }

    private @Nullable IpAddress relayIpv4(List<IpAddress> listened) {
        IpAddress primary = host.primaryIpv4();
        boolean wildcard = listened.stream().anyMatch(Listening::isWildcard);
        if (!wildcard && !listened.isEmpty()) {
            return primary != null && listened.contains(primary) ? primary : listened.get(0);
        }
        return primary == null && wildcard ? IpAddress.parse("127.0.0.1") : primary;
    }

    private @Nullable IpAddress relayIpv6(List<IpAddress> listened, @Nullable IpAddress ipv4) {
        List<IpAddress> own = ofFamily(host.addresses(), false);
        if (listened.isEmpty()) {
            boolean tryingOut = ipv4 != null && isLoopback(ipv4);
            return tryingOut
                    ? own.stream().filter(Listening::isLoopback).findFirst().orElse(null)
                    : null;
        }
        boolean wildcard = listened.stream().anyMatch(Listening::isWildcard);
        List<IpAddress> candidates = wildcard ? own : listened;
        return candidates.stream()
                .filter(address -> !isLoopback(address))
                .findFirst()
                .or(() -> candidates.stream().findFirst())
                .orElse(null);
    }

    private static List<IpAddress> ofFamily(List<IpAddress> addresses, boolean ipv4) {
        return addresses.stream().filter(address -> address.isIpv4() == ipv4).toList();
    }

    private static boolean isLoopback(IpAddress address) {
        return address.toInetAddress().isLoopbackAddress();
    }

    static boolean isWildcard(IpAddress address) {
        return address.toInetAddress().isAnyLocalAddress();
    }
}
