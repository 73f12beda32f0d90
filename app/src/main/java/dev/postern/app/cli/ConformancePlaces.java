package dev.postern.app.cli;

import dev.postern.conformance.IpFamily;
import dev.postern.conformance.Target;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a server under test listens, and where its peers are: the options, and what they make of a host. */
final class ConformancePlaces {

    private static final int STUN_PORT = 3478;
    private static final String TLS_PORT = "5349";

    @Option(names = "--no-udp", description = "Do not use UDP between client and server.")
    boolean noUdp;

    @Option(
            names = "--tcp",
            arity = "0..1",
            fallbackValue = "0",
            paramLabel = "PORT",
            description = "Also over TCP, at the same port or at this one.")
    @Nullable
    Integer tcp;

    @Option(
            names = "--tls",
            arity = "0..1",
            fallbackValue = TLS_PORT,
            paramLabel = "PORT",
            description = "Also over TLS, at " + TLS_PORT + " or at this port. Any certificate is taken.")
    @Nullable
    Integer tls;

    @Option(
            names = "--ipv6",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "ADDRESS",
            description = "The server also listens on its IPv6 address, or on this one.")
    @Nullable
    String ipv6;

    @Option(
            names = {"--peer-address", "--other-address"},
            paramLabel = "ADDRESS",
            description =
                    "An address of this machine that the server may relay to; give two of IPv4 and one of IPv6 for all cases."
                            + " Without it, the address that leads to the server; 127.0.0.1 and 127.0.0.2 for a server on loopback.")
    List<String> peers = new ArrayList<>();

    /** A target without users. */
    Target.Builder target(String server) throws IOException {
        HostAndPort place = HostAndPort.parse(server);
        InetAddress[] all = InetAddress.getAllByName(place.host());
        IpAddress main = Stream.of(all)
                .map(IpAddress::of)
                .filter(IpAddress::isIpv4)
                .findFirst()
                .orElse(IpAddress.of(all[0]));
        Target.Builder target = Target.builder(place.host());
        addAll(target, main, place.port());
        IpAddress second = second(main, all);
        if (second != null) {
            addAll(target, second, place.port());
        }
        return target.peers(peersFor(main, second));
    }

    private void addAll(Target.Builder target, IpAddress ip, int port) {
        if (!noUdp) {
            target.at(TransportProtocol.UDP, TransportAddress.of(ip, port));
        }
        if (tcp != null) {
            target.at(TransportProtocol.TCP, TransportAddress.of(ip, tcp == 0 ? port : tcp));
        }
        if (tls != null) {
            target.at(TransportProtocol.TLS, TransportAddress.of(ip, tls));
        }
        if (noUdp && tcp == null && tls == null) {
            throw new IllegalArgumentException("--no-udp leaves nothing: name --tcp or --tls too");
        }
    }

    private @Nullable IpAddress second(IpAddress main, InetAddress[] all) {
        if (ipv6 == null || !main.isIpv4()) {
            return null;
        }
        if (!ipv6.isEmpty()) {
            return IpAddress.parse(ipv6);
        }
        if (main.toInetAddress().isLoopbackAddress()) {
            return IpAddress.parse("::1");
        }
        return Stream.of(all)
                .map(IpAddress::of)
                .filter(address -> !address.isIpv4())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the name has no IPv6 address: give --ipv6 ADDRESS"));
    }

    private List<IpAddress> peersFor(IpAddress main, @Nullable IpAddress second) throws IOException {
        if (!peers.isEmpty()) {
            return peers.stream().map(IpAddress::parse).toList();
        }
        List<IpAddress> found = new ArrayList<>();
        for (IpAddress server : second == null ? List.of(main) : List.of(main, second)) {
            found.add(localTowards(server));
        }
        if (IpFamily.of(main) == IpFamily.IPV4 && main.toInetAddress().isLoopbackAddress()) {
            found.addAll(ifBindable("127.0.0.2"));
        }
        return found;
    }

    private static IpAddress localTowards(IpAddress server) throws IOException {
        try (DatagramSocket probe = new DatagramSocket()) {
            probe.connect(TransportAddress.of(server, STUN_PORT).toSocketAddress());
            return IpAddress.of(probe.getLocalAddress());
        }
    }

    /** The address if this machine has it: Linux has all of 127.0.0.0/8. */
    private static List<IpAddress> ifBindable(String literal) {
        IpAddress address = IpAddress.parse(literal);
        try (DatagramSocket probe = new DatagramSocket(0, address.toInetAddress())) {
            return probe.isBound() ? List.of(address) : List.of();
        } catch (SocketException absent) {
            return List.of();
        }
    }

    /**
     * What {@code HOST[:PORT]} says; IPv6 with a port stands in brackets.
     *
     * @param host a name or an address
     * @param port 1 to 65535
     */
    record HostAndPort(String host, int port) {

        static HostAndPort parse(String text) {
            int colon = text.lastIndexOf(':');
            boolean bare = colon < 0 || (text.indexOf(':') != colon && !text.startsWith("[")) || text.endsWith("]");
            String host = bare ? text : text.substring(0, colon);
            String port = bare ? "" + STUN_PORT : text.substring(colon + 1);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535 || port.equals("0")) {
                throw new IllegalArgumentException("'" + text + "' is not HOST or HOST:PORT");
            }
            return new HostAndPort(host, Integer.parseInt(port));
        }
    }
}
