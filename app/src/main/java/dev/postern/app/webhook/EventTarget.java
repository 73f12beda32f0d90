package dev.postern.app.webhook;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where events are posted to, and which addresses its name may lead to: those of the internet; those of this machine if the URL says
 * so; others if they are listed, but never link-local ones and the clouds' metadata services. Immutable; any thread.
 */
final class EventTarget {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /** Not to be listed either. */
    private static final List<IpPrefix> NEVER = prefixes(
            "0.0.0.0/8",
            "169.254.0.0/16",
            "168.63.129.16/32",
            "100.100.100.200/32",
            "224.0.0.0/3",
            "::/128",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8",
            "fd00:ec2::254/128");

    /** IPv4 that is not of the internet, beside what is never allowed. */
    private static final List<IpPrefix> SPECIAL_IPV4 = prefixes(
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24");

    /** All IPv6 of the internet is in here ... */
    private static final IpPrefix GLOBAL_IPV6 = IpPrefix.parse("2000::/3");

    /** ... but for protocol assignments with Teredo, documentation, and 6to4, which hides an IPv4 address. */
    private static final List<IpPrefix> SPECIAL_IPV6 = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    private final URI url;
    private final List<IpPrefix> listed;

    /** @param listed blocks that are allowed beside the internet */
    EventTarget(URI url, List<IpPrefix> listed) {
        this.url = url;
        this.listed = List.copyOf(listed);
    }

    private static List<IpPrefix> prefixes(String... texts) {
        return Stream.of(texts).map(IpPrefix::parse).toList();
    }

    /** The name or address without brackets. */
    String host() {
        String host = url.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        return url.getPort() > 0 ? url.getPort() : isTls() ? HTTPS_PORT : HTTP_PORT;
    }

    boolean isTls() {
        return "https".equalsIgnoreCase(url.getScheme());
    }

    /** What the Host header says. */
    String authority() {
        return url.getPort() > 0 ? url.getHost() + ":" + url.getPort() : url.getHost();
    }

    /** Path and query. */
    String path() {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    /**
     * The first address that the name leads to now.
     *
     * @throws RefusedAddressException if one of them is not allowed, whichever it is
     * @throws IOException if there is none
     */
    InetAddress resolve() throws IOException {
        InetAddress[] all = InetAddress.getAllByName(host());
        for (InetAddress address : all) {
            if (!mayBe(address)) {
                throw new RefusedAddressException();
            }
        }
        return all[0];
    }

    boolean mayBe(InetAddress address) {
        IpAddress ip = IpAddress.of(address);
        if (address.isLoopbackAddress() && isLoopbackUrl()) {
            return true;
        }
        return !contains(NEVER, ip) && (contains(listed, ip) || isOfTheInternet(ip));
    }

    private static boolean isOfTheInternet(IpAddress ip) {
        return ip.isIpv4() ? !contains(SPECIAL_IPV4, ip) : GLOBAL_IPV6.contains(ip) && !contains(SPECIAL_IPV6, ip);
    }

    /** Whether the configuration names this machine, rather than a name that leads here. */
    private boolean isLoopbackUrl() {
        String host = host();
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.[0-9]{1,3}){3}");
    }

    private static boolean contains(List<IpPrefix> blocks, IpAddress address) {
        return blocks.stream().anyMatch(block -> block.contains(address));
    }

    /** The name leads to an address that it may not. */
    static final class RefusedAddressException extends IOException {

        private static final long serialVersionUID = 1;

        RefusedAddressException() {
            super("the webhook's name leads to an address that is neither of the internet nor listed");
        }
    }
}
