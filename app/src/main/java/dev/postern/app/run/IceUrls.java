package dev.postern.app.run;

import dev.postern.app.config.Key;
import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.transport.ListenAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The URLs under which browsers reach the STUN server and the relay (RFC 7064, RFC 7065). The address in them is
 * {@code turn.external-address} of the family, else the one that is listened on; for a wildcard it is the host's address
 * towards the outside. One URL at most for each scheme, transport and family, the first of the list, since browsers slow
 * down with many. Immutable.
 */
public final class IceUrls {

    private final Settings settings;
    private final Host host;
    private final Map<ListenAddress, Integer> chosenPorts;

    /**
     * @param chosenPorts the ports that the operating system chose, by the address that was configured with port 0; one that
     *     is missing here gives no URL
     */
    public IceUrls(Settings settings, Host host, Map<ListenAddress, Integer> chosenPorts) {
        this.settings = settings;
        this.host = host;
        this.chosenPorts = Map.copyOf(chosenPorts);
    }

    /** One protocol at one address that clients reach. */
    private record Reached(TransportProtocol protocol, TransportAddress address) {

        boolean isSameKind(Reached other) {
            return protocol == other.protocol
                    && address.ip().isIpv4() == other.address.ip().isIpv4();
        }
    }

    /** Such as {@code stun:192.0.2.1:3478}: over UDP, the relay's addresses included, since it answers Binding. */
    public List<String> stun() {
        return onePerTransportAndFamily(Stream.concat(listened(Keys.STUN_LISTEN), listened(Keys.TURN_LISTEN)))
                .filter(reached -> reached.protocol == TransportProtocol.UDP)
                .map(reached -> "stun:" + reached.address)
                .toList();
    }

    /**
     * Such as {@code turn:192.0.2.1:3478?transport=udp}; and {@code turns:} over TLS and DTLS with the name of {@code turn.tls-host},
     * since clients hold the certificate against it. DTLS comes last: browsers do not speak it.
     */
    public List<String> turn() {
        return onePerTransportAndFamily(listened(Keys.TURN_LISTEN))
                .sorted(Comparator.comparing(
                        reached -> reached.protocol == TransportProtocol.DTLS)) // else as they were
                .map(this::turn)
                .flatMap(Stream::ofNullable)
                .distinct()
                .toList();
    }

    private @Nullable String turn(Reached reached) {
        String tlsHost = settings.find(Keys.TURN_TLS_HOST);
        return switch (reached.protocol) {
            case UDP -> "turn:" + reached.address + "?transport=udp";
            case TCP -> "turn:" + reached.address + "?transport=tcp";
            case TLS -> tlsHost == null ? null : "turns:" + tlsHost + ":" + reached.address.port() + "?transport=tcp";
            case DTLS -> tlsHost == null ? null : "turns:" + tlsHost + ":" + reached.address.port() + "?transport=udp";
        };
    }

    private Stream<ListenAddress> listened(Key<List<ListenAddress>> key) {
        List<ListenAddress> listened = settings.find(key);
        return listened == null ? Stream.of() : listened.stream();
    }

    private Stream<Reached> onePerTransportAndFamily(Stream<ListenAddress> listened) {
        List<Reached> kept = new ArrayList<>();
        listened.forEach(listen -> {
            TransportAddress address = reached(listen);
            if (address != null) {
                listen.protocols().stream()
                        .map(protocol -> new Reached(protocol, address))
                        .filter(reached -> kept.stream().noneMatch(reached::isSameKind))
                        .forEach(kept::add);
            }
        });
        return kept.stream();
    }

    private @Nullable TransportAddress reached(ListenAddress listen) {
        int port = listen.address().port() == 0
                ? chosenPorts.getOrDefault(listen, 0)
                : listen.address().port();
        IpAddress ip = reached(listen.address().ip());
        return port == 0 || ip == null ? null : TransportAddress.of(ip, port);
    }

    private @Nullable IpAddress reached(IpAddress listened) {
        List<IpAddress> external = settings.find(Keys.TURN_EXTERNAL_ADDRESS);
        if (external != null) {
            for (IpAddress address : external) {
                if (address.isIpv4() == listened.isIpv4()) {
                    return address;
                }
            }
        }
        if (!Listening.isWildcard(listened)) {
            return listened;
        }
        return listened.isIpv4() ? host.primaryIpv4() : primaryIpv6();
    }

    private @Nullable IpAddress primaryIpv6() {
        return host.addresses().stream()
                .filter(address -> !address.isIpv4() && !address.toInetAddress().isLoopbackAddress())
                .findFirst()
                .orElse(null);
    }
}
