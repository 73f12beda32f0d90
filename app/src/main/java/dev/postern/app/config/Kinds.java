package dev.postern.app.config;

import dev.postern.signaling.WebOrigin;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import dev.postern.transport.ListenAddress;
import dev.postern.transport.ListenScheme;
import dev.postern.turn.PeerProfile;
import dev.postern.turn.PortRange;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCredentials;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The kinds of value that keys hold. Hosts are addresses or {@code localhost}: no name is ever looked up. */
final class Kinds {

    private static final String LOCALHOST = "localhost";
    private static final Pattern COUNT = Pattern.compile("[0-9]{1,7}");

    private static final Pattern PORT_OR_RANGE = Pattern.compile("[0-9]{1,5}(-[0-9]{1,5})?");
    private static final Pattern HOST_NAME = Pattern.compile("(?=.{1,253}$)[A-Za-z0-9-]{1,63}(\\.[A-Za-z0-9-]{1,63})*");

    private static final int MAX_COUNT = 1_000_000;

    static final Kind<TransportAddress> LISTEN = Kind.one("host:port", Kinds::hostPort);
    static final Kind<WebListen> WEB = Kind.one("host:port or https://host:port", Kinds::web);
    static final Kind<List<TransportAddress>> ENDPOINTS = Kind.list("list of host:port", Kinds::hostPort);
    static final Kind<List<IpAddress>> OUTSIDE = Kind.list("list of addresses", Kinds::unicast);
    static final Kind<List<ListenAddress>> LISTENERS =
            Kind.list("list of udp://, tcp://, tls://, tcp+tls:// or dtls://host:port", Kinds::listener);
    static final Kind<List<Path>> FILES = Kind.list("list of files", Kinds::file);
    static final Kind<String> NAME = Kind.one("host name", Kinds::hostName);
    static final Kind<List<String>> ORIGINS = Kind.list("list of origins", Kinds::origin);
    static final Kind<List<String>> NAMES = Kind.list("list of names", Kinds::name);
    static final Kind<Boolean> FLAG = Kind.one("true or false", Kinds::flag);
    static final Kind<String> REALM = Kind.one("text", Kinds::realm);
    static final Kind<String> SOFTWARE = Kind.one("text", Kinds::software);
    static final Kind<String> PASSWORD = Kind.secret("password", Kinds::secret);
    static final Kind<PortRange> PORTS = Kind.one("low-high", Kinds::ports);
    static final Kind<List<IpPrefix>> PREFIXES = Kind.list("list of CIDR blocks", Kinds::prefix);
    static final Kind<PeerProfile> PROFILE = Kind.one("public, sfu or private", Kinds::profile);

    static final Kind<RelayMode> RELAY_MODE = Kind.one("own or shared", Kinds::relayMode);

    /** Single ports and ranges of them, as one list of ports. */
    static final Kind<List<Integer>> PORT_LIST = new Kind<>("list of ports or low-high", true, false, Kinds::portList);

    static final Kind<Integer> COUNTED = Kind.one("number", Kinds::count);

    /** One IPv4 and one IPv6 address at most. */
    static final Kind<List<IpAddress>> ADDRESSES =
            new Kind<>("list of addresses, one per family", true, false, Kinds::onePerFamily);

    private Kinds() {}

    private static TransportAddress hostPort(String text) throws BadValueException {
        if (text.startsWith(WebListen.SECURE_SCHEME)) {
            throw new BadValueException(
                    text, "plain HTTP is served here, so write host:port and put a TLS proxy in front of it");
        }
        return address(text, "write host:port with an IP address or localhost, such as 127.0.0.1:8080 or [::1]:8080");
    }

    private static WebListen web(String text) throws BadValueException {
        String advice = "write host:port, or https://host:port for TLS, with an IP address or localhost, such as"
                + " 127.0.0.1:8080, https://0.0.0.0:443 or https://[::1]:8443";
        boolean secure = text.startsWith(WebListen.SECURE_SCHEME);
        int schemeEnd = text.indexOf("://");
        if (schemeEnd >= 0 && !secure && !text.startsWith(WebListen.PLAIN_SCHEME)) {
            throw new BadValueException(text, advice);
        }
        String hostPort = schemeEnd < 0 ? text : text.substring(schemeEnd + "://".length());
        return new WebListen(secure, address(hostPort, text, advice));
    }

    private static ListenAddress listener(String text) throws BadValueException {
        String advice =
                "write udp://host:port, tcp://host:port, tls://host:port, tcp+tls://host:port for both on one port, or"
                        + " dtls://host:port, with an IP address or localhost, such as udp://0.0.0.0:3478";
        int end = text.indexOf("://");
        ListenScheme scheme = end < 0 ? null : ListenScheme.find(text.substring(0, end));
        if (scheme == null) {
            throw new BadValueException(text, advice);
        }
        return new ListenAddress(scheme, address(text.substring(end + "://".length()), text, advice));
    }

    private static Path file(String text) throws BadValueException {
        try {
            if (!text.isEmpty()) {
                return Path.of(text);
            }
        } catch (InvalidPathException e) {
            // no file has such a name
        }
        throw new BadValueException(text, "write the path of a PEM file");
    }

    private static String hostName(String text) throws BadValueException {
        if (!HOST_NAME.matcher(text).matches()) {
            throw new BadValueException(
                    text, "write a host name as it stands in the certificate, such as turn.example.org");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static TransportAddress address(String text, String advice) throws BadValueException {
        return address(text, text, advice);
    }

    private static TransportAddress address(String hostPort, String whole, String advice) throws BadValueException {
        try {
            return TransportAddress.parse(
                    hostPort.startsWith(LOCALHOST + ":")
                            ? "127.0.0.1" + hostPort.substring(LOCALHOST.length())
                            : hostPort);
        } catch (IllegalArgumentException e) {
            throw new BadValueException(whole, advice);
        }
    }

    private static String origin(String text) throws BadValueException {
        if (WebOrigin.parse(text) == null) {
            throw new BadValueException(
                    text,
                    "write scheme://host in lower case, with a port if it is not the usual one and without a path,"
                            + " such as https://app.example");
        }
        return text;
    }

    private static Boolean flag(String text) throws BadValueException {
        return switch (text) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> throw new BadValueException(text, "write true or false");
        };
    }

    private static String realm(String text) throws BadValueException {
        if (text.isEmpty()
                || text.length() > TurnCredentials.MAX_REALM_CHARACTERS
                || hasControl(text)
                || text.indexOf('"') >= 0) {
            throw new BadValueException(
                    text,
                    "write 1 to " + TurnCredentials.MAX_REALM_CHARACTERS
                            + " characters without quotes, usually your domain");
        }
        return text;
    }

    private static String software(String text) throws BadValueException {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > TurnConfig.MAX_SOFTWARE_BYTES || hasControl(text)) {
            throw new BadValueException(
                    text, "write 1 to " + TurnConfig.MAX_SOFTWARE_BYTES + " bytes, such as a name and a version");
        }
        return text;
    }

    private static String name(String text) throws BadValueException {
        if (text.isEmpty() || hasControl(text)) {
            throw new BadValueException(text, "write a user's name");
        }
        return text;
    }

    static String secret(String text) throws BadValueException {
        if (text.isEmpty() || hasControl(text)) {
            throw new BadValueException(text, "write at least one character and no control characters");
        }
        return text;
    }

    private static PortRange ports(String text) throws BadValueException {
        try {
            return PortRange.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadValueException(
                    text,
                    "write low-high, both from " + PortRange.LOWEST + " to " + PortRange.HIGHEST + ", such as "
                            + PortRange.DYNAMIC);
        }
    }

    private static PeerProfile profile(String text) throws BadValueException {
        for (PeerProfile profile : PeerProfile.values()) {
            if (profile.toString().equals(text)) {
                return profile;
            }
        }
        throw new BadValueException(text, "write public, sfu or private");
    }

    private static RelayMode relayMode(String text) throws BadValueException {
        for (RelayMode mode : RelayMode.values()) {
            if (mode.toString().equals(text)) {
                return mode;
            }
        }
        throw new BadValueException(text, "write own or shared");
    }

    private static List<Integer> portList(List<String> items) throws BadValueException {
        List<Integer> ports = new ArrayList<>();
        for (String item : items) {
            String advice =
                    "write ports from 1 to " + PortRange.HIGHEST + " or ranges of them, such as 25, 53, 135-139";
            if (!PORT_OR_RANGE.matcher(item).matches()) {
                throw new BadValueException(item, advice);
            }
            int dash = item.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? item : item.substring(0, dash));
            int last = Integer.parseInt(item.substring(dash + 1));
            if (first < 1 || first > last || last > PortRange.HIGHEST) {
                throw new BadValueException(item, advice);
            }
            IntStream.rangeClosed(first, last).forEach(ports::add);
        }
        return ports.stream().distinct().toList();
    }

    private static IpPrefix prefix(String text) throws BadValueException {
        try {
            return IpPrefix.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadValueException(
                    text,
                    "write an address or a CIDR block whose host bits are zero, such as 192.168.0.0/16 or fc00::/7");
        }
    }

    private static Integer count(String text) throws BadValueException {
        if (!COUNT.matcher(text).matches() || Integer.parseInt(text) == 0 || Integer.parseInt(text) > MAX_COUNT) {
            throw new BadValueException(text, "write a number from 1 to " + MAX_COUNT);
        }
        return Integer.valueOf(text);
    }

    private static List<IpAddress> onePerFamily(List<String> items) throws BadValueException {
        List<IpAddress> found = new ArrayList<>();
        for (String item : items) {
            IpAddress address = unicast(item);
            if (found.stream().anyMatch(other -> other.isIpv4() == address.isIpv4())) {
                throw new BadValueException(item, "it is the second of its family, and one is allowed");
            }
            found.add(address);
        }
        return List.copyOf(found);
    }

    private static IpAddress unicast(String text) throws BadValueException {
        String advice =
                "write one address without a port, such as 192.0.2.1 or 2001:db8::1, and neither a wildcard, multicast nor link-local";
        IpAddress address;
        try {
            address = IpAddress.parse(text.equals(LOCALHOST) ? "127.0.0.1" : text);
        } catch (IllegalArgumentException e) {
            throw new BadValueException(text, advice);
        }
        InetAddress judged = address.toInetAddress();
        if (judged.isAnyLocalAddress()
                || judged.isMulticastAddress()
                || (judged.isLinkLocalAddress() && !address.isIpv4())
                || address.isIpv4Mapped()) {
            throw new BadValueException(text, advice);
        }
        return address;
    }

    /** The name of a fixed user: what RFC 8489 section 14.3 carries, without the colon that marks time-limited names. */
    static boolean isUserName(String name) {
        return !name.isEmpty()
                && name.getBytes(StandardCharsets.UTF_8).length <= TurnCredentials.MAX_USERNAME_BYTES
                && name.indexOf(':') < 0
                && !hasControl(name);
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }
}
