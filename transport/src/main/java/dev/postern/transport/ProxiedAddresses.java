package dev.postern.transport;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import org.jspecify.annotations.Nullable;

/**
 * What a header of the PROXY protocol says about a TCP connection.
 *
 * @param client who connected to the proxy
 * @param local where the proxy was connected to
 */
record ProxiedAddresses(TransportAddress client, TransportAddress local) {

    /** The addresses in a header, or null if it names none of a TCP connection over IP, or none that can be read. */
    static @Nullable ProxiedAddresses of(HAProxyMessage header) {
        HAProxyProxiedProtocol protocol = header.proxiedProtocol();
        if (protocol != HAProxyProxiedProtocol.TCP4 && protocol != HAProxyProxiedProtocol.TCP6) {
            return null;
        }
        try {
            return new ProxiedAddresses(
                    TransportAddress.of(addressOf(header.sourceAddress()), header.sourcePort()),
                    TransportAddress.of(addressOf(header.destinationAddress()), header.destinationPort()));
        } catch (IllegalArgumentException e) { // Netty takes text that is no literal of ours, such as one with a scope
            return null;
        }
    }

    private static IpAddress addressOf(String text) {
        return IpAddress.of(IpAddress.parse(text).toInetAddress()); // the JDK unwraps ::ffff:1.2.3.4
    }
}
