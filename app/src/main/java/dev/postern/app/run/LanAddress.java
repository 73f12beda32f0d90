package dev.postern.app.run;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.net.InetAddress;
import java.net.InterfaceAddress;

/**
 * A private IPv4 address of this host (RFC 1918), and the network that it is in.
 *
 * @param network such as {@code 192.168.1.0/24}
 */
public record LanAddress(IpAddress address, IpPrefix network) {

    private static final int IPV4_BITS = 32;

    /** The address of an interface with a mask so many bits long. */
    static LanAddress of(IpAddress address, int maskBits) {
        int mask = maskBits == 0 ? 0 : -1 << (IPV4_BITS - maskBits);
        return new LanAddress(address, new IpPrefix(IpAddress.ofIpv4(address.ipv4() & mask), maskBits));
    }

    static LanAddress of(InterfaceAddress of) {
        return of(IpAddress.of(of.getAddress()), of.getNetworkPrefixLength());
    }

    /** Whether an address is of the kind. */
    static boolean isPrivate(InetAddress address) {
        return address.getAddress().length * Byte.SIZE == IPV4_BITS && address.isSiteLocalAddress();
    }
}
