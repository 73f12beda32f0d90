package dev.postern.stun;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An IP address and a port: the transport address of RFC 8489 section 4. Immutable, compared by value, its hash
 * computed once, so that it can key a map on the packet path.
 */
public final class TransportAddress implements Comparable<TransportAddress> {

    private static final int MAX_PORT = 65535;

    private final IpAddress ip;
    private final int port;
    private final int hash;

    private TransportAddress(IpAddress ip, int port) {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port " + port + " is not 0 to " + MAX_PORT);
        }
        this.ip = ip;
        this.port = port;
        this.hash = ip.hashCode() * 31 + port * 0x9E3779B1;
    }

    /** The given port, 0 to 65535, at the given address. */
    public static TransportAddress of(IpAddress ip, int port) {
        return new TransportAddress(ip, port);
    }

    /**
     * The same as a JDK socket address.
     *
     * @throws IllegalArgumentException if it is unresolved
     */
    public static TransportAddress of(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("'" + address + "' is not resolved");
        }
        return new TransportAddress(IpAddress.of(address.getAddress()), address.getPort());
    }

    /**
     * Reads {@code 192.0.2.1:3478} or {@code [2001:db8::1]:3478}.
     *
     * @throws IllegalArgumentException if the text is neither
     */
    public static TransportAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (!port.matches("[0-9]{1,5}") || (!bracketed && host.indexOf(':') >= 0)) {
            throw new IllegalArgumentException("'" + text + "' is not address:port");
        }
        IpAddress ip = IpAddress.parse(bracketed ? host.substring(1, host.length() - 1) : host);
        return new TransportAddress(ip, Integer.parseInt(port));
    }

    public IpAddress ip() {
        return ip;
    }

    /** The port, 0 to 65535. */
    public int port() {
        return port;
    }

    /** The same as a JDK socket address; allocates. */
    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(ip.toInetAddress(), port);
    }

    /** By IP address and then by port, for hash tables; see {@link IpAddress#compareTo}. */
    @Override
    public int compareTo(TransportAddress other) {
        int byIp = ip.compareTo(other.ip);
        return byIp == 0 ? Integer.compare(port, other.port) : byIp;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof TransportAddress that && port == that.port && ip.equals(that.ip));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return ip.isIpv4() ? ip + ":" + port : "[" + ip + "]:" + port;
    }
}
