package dev.postern.natsim.fabric;

import dev.postern.natsim.IpFields;
import dev.postern.natsim.IpFields.Fragment;
import dev.postern.natsim.Packet;
import java.util.ArrayList;
import java.util.List;

/** Cuts packets that are longer than an MTU (RFC 791 section 3.2, RFC 8200 section 4.5). */
final class Fragmentation {

    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int IPV6_FRAGMENT_HEADER_BYTES = 8;
    /** Every part but the last is a multiple of this long. */
    private static final int UNIT_BYTES = 8;

    private Fragmentation() {}

    /** Whether a packet is too long for the MTU and must not be cut where it is: routers do not cut IPv6. */
    static boolean forbids(Packet packet, int mtuBytes, boolean atSender) {
        boolean uncut = packet.isIpv4() ? packet.ip().dontFragment() : !atSender;
        return uncut && packet.ipBytes() > mtuBytes;
    }

    /**
     * The parts of a packet, each no longer than the MTU; a part may be cut again.
     *
     * @param identification of the whole, if it is one
     */
    static List<Packet> cut(Packet packet, int mtuBytes, long identification) {
        Fragment whole = packet.ip().fragment();
        int offset = whole == null ? 0 : whole.offsetBytes();
        int end = offset + (whole == null ? packet.datagramBytes() : whole.bytes());
        boolean moreBehind = whole != null && whole.more();
        long id = whole == null ? identification : whole.identification();
        int each = (mtuBytes - headerBytes(packet)) / UNIT_BYTES * UNIT_BYTES;
        List<Packet> parts = new ArrayList<>();
        for (int at = offset; at < end; at += each) {
            int bytes = Math.min(each, end - at);
            IpFields fields = packet.ip().withFragment(new Fragment(id, at, bytes, moreBehind || at + bytes < end));
            parts.add(packet.with(fields));
        }
        return parts;
    }

    private static int headerBytes(Packet packet) {
        return packet.isIpv4() ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES + IPV6_FRAGMENT_HEADER_BYTES;
    }
}
