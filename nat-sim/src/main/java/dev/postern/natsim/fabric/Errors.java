package dev.postern.natsim.fabric;

import dev.postern.natsim.Content;
import dev.postern.natsim.IcmpReason;
import dev.postern.natsim.IpFields.Fragment;
import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;
import org.jspecify.annotations.Nullable;

/** Which ICMP errors are sent about packets, and the sentences that go with them. */
final class Errors {

    private Errors() {}

    /** The error about a packet; null if none may be sent (RFC 1122 section 3.2.2, RFC 4443 section 2.4 (e)). */
    static @Nullable Packet about(IpAddress reporter, IcmpReason reason, Packet packet) {
        return mayBeReported(packet) ? Packet.error(reporter, reason, packet) : null;
    }

    /** As {@link #about}, with the MTU. */
    static @Nullable Packet tooBig(IpAddress reporter, int mtuBytes, Packet packet) {
        return mayBeReported(packet) ? Packet.tooBig(reporter, mtuBytes, packet) : null;
    }

    static String tooBig(Packet packet, int mtuBytes, String where) {
        return "too big: " + packet.ipBytes() + " B for " + where + ", which takes " + mtuBytes + " B, and "
                + (packet.isIpv4() ? "DF is set" : "IPv6 is not cut on its way");
    }

    private static boolean mayBeReported(Packet packet) {
        Fragment fragment = packet.ip().fragment();
        return !(packet.content() instanceof Content.IcmpError) && (fragment == null || fragment.isFirst());
    }
}
