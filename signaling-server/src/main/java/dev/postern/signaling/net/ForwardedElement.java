package dev.postern.signaling.net;

import dev.postern.signaling.AddressBlock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one proxy says of the request that came to it.
 *
 * @param client who sent it; null if the proxy hides or does not know it, or says it in a way that cannot be read
 * @param secure whether it came over TLS; null if the proxy does not say
 */
record ForwardedElement(
        @Nullable InetSocketAddress client, @Nullable Boolean secure) {

    /** {@code host}, {@code host:port}, {@code [host]} or {@code [host]:port}, the port a number or an alias (RFC 7239 section 6). */
    private static final Pattern NODE =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.]{2,45})]|([0-9.]{7,15}))(?::([0-9]{1,5}|_[A-Za-z0-9._-]{1,64}))?");

    private static final int MAX_PORT = 65_535;

    /**
     * Reads one field line of {@code Forwarded} (RFC 7239 section 4).
     *
     * @return its elements in their order; null if it breaks the syntax
     */
    static @Nullable List<ForwardedElement> ofForwarded(String line) {
        return new ForwardedLine(line).read();
    }

    /**
     * Reads {@code X-Forwarded-For} and {@code X-Forwarded-Proto}, which nobody has specified: the n-th protocol from the right
     * belongs to the n-th address, and one alone to all of them.
     */
    static List<ForwardedElement> ofOlderHeaders(List<String> forLines, List<String> protoLines) {
        List<String> nodes = items(forLines);
        List<String> protocols = items(protoLines);
        if (nodes.isEmpty()) {
            return protocols.isEmpty()
                    ? List.of()
                    : List.of(new ForwardedElement(null, secure(protocols.get(protocols.size() - 1))));
        }
        List<ForwardedElement> elements = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            int fromRight = nodes.size() - i;
            int at = protocols.size() == 1 ? 0 : protocols.size() - fromRight;
            elements.add(new ForwardedElement(node(nodes.get(i)), at < 0 ? null : secure(protocols.get(at))));
        }
        return elements;
    }

    private static List<String> items(List<String> lines) {
        List<String> items = new ArrayList<>();
        for (String line : lines) {
            for (String item : line.split(",", -1)) {
                items.add(item.strip());
            }
        }
        return items;
    }

    /** The address in a node; null for {@code unknown}, an alias, a name and garbage. Without brackets an IPv6 address has no port. */
    static @Nullable InetSocketAddress node(String text) {
        InetAddress bare = AddressBlock.literal(text);
        if (bare != null) {
            return new InetSocketAddress(bare, 0);
        }
        Matcher node = NODE.matcher(text);
        if (!node.matches()) {
            return null;
        }
        InetAddress address = AddressBlock.literal(node.group(1) == null ? node.group(2) : node.group(1));
        String port = node.group(3);
        int number = port == null || port.startsWith("_") ? 0 : Integer.parseInt(port);
        return address == null || number > MAX_PORT ? null : new InetSocketAddress(address, number);
    }

    /** Some proxies call a WebSocket's request {@code wss}, or {@code ws}. */
    static @Nullable Boolean secure(String protocol) {
        return switch (protocol.toLowerCase(Locale.ROOT)) {
            case "https", "wss" -> Boolean.TRUE;
            case "http", "ws" -> Boolean.FALSE;
            default -> null;
        };
    }
}
