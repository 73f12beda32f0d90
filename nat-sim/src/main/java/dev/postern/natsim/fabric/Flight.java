package dev.postern.natsim.fabric;

import dev.postern.natsim.Packet;
import org.jspecify.annotations.Nullable;

/**
 * A packet on its way, which stays the same flight when a NAT changes the packet. It is at one place at a time, and is
 * itself what the queue of events holds while it is on a line.
 */
final class Flight implements Runnable {

    /** What {@link #fit} answers for a packet that is too long and must not be cut. */
    static final int TOO_BIG = 0;

    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int IPV6_FRAGMENT_HEADER = 8;
    /** Fragments carry a multiple of this, RFC 791 section 3.2. */
    private static final int FRAGMENT_UNIT = 8;

    private final long number;
    private final Host origin;
    private final Packet sent;
    private Packet packet;
    private int hops;
    private int pieceBytes;
    private @Nullable Line line;
    private boolean upwards;
    private int cutsBefore;

    Flight(long number, Host origin, Packet packet) {
        this.number = number;
        this.origin = origin;
        this.sent = packet;
        this.packet = packet;
        this.pieceBytes = ipBytes(packet);
    }

    /** The number of the packet, the same on its whole way and for its duplicates. */
    long number() {
        return number;
    }

    /** Who sent it. */
    Host origin() {
        return origin;
    }

    /** As it was sent. */
    Packet sent() {
        return sent;
    }

    /** As it is now. */
    Packet packet() {
        return packet;
    }

    int hops() {
        return hops;
    }

    Flight translated(Packet newPacket) {
        packet = newPacket;
        return this;
    }

    Flight nextHop() {
        hops++;
        return this;
    }

    Flight copy() {
        Flight copy = new Flight(number, origin, sent);
        copy.packet = packet;
        copy.hops = hops;
        copy.pieceBytes = pieceBytes;
        return copy;
    }

    /** Puts it on a line; {@link #run} is its arrival at the other end. */
    Flight towards(Line next, boolean up) {
        line = next;
        upwards = up;
        cutsBefore = next.cuts();
        return this;
    }

    @Override
    public void run() {
        Line over = line;
        if (over != null) {
            over.onArrival(this, upwards, cutsBefore);
        }
    }

    /** How long its longest piece is: the whole packet unless it was cut. */
    int pieceBytes() {
        return pieceBytes;
    }

    /** Cuts the packet, or its pieces again, where they are longer than the MTU; answers how many pieces there are. */
    int fit(int mtuBytes) {
        if (pieceBytes > mtuBytes) {
            if (!mayBeCut()) {
                return TOO_BIG;
            }
            pieceBytes = mtuBytes;
        }
        return pieces();
    }

    /** Routers do not cut IPv6, RFC 8200 section 4.5; the sender may. */
    private boolean mayBeCut() {
        return packet.source().ip().isIpv4() || hops == 0;
    }

    private int pieces() {
        int bytes = ipBytes(packet);
        if (bytes <= pieceBytes) {
            return 1;
        }
        int perPiece = (pieceBytes - pieceHeader()) / FRAGMENT_UNIT * FRAGMENT_UNIT;
        return (bytes - ipHeader() + perPiece - 1) / perPiece;
    }

    /** What a line carries for the packet in that many pieces, in bytes from the IP header on. */
    int wireBytes(int pieces) {
        int bytes = ipBytes(packet);
        return pieces == 1 ? bytes : bytes - ipHeader() + pieces * pieceHeader();
    }

    private int ipHeader() {
        return packet.source().ip().isIpv4() ? IPV4_HEADER : IPV6_HEADER;
    }

    private int pieceHeader() {
        return packet.source().ip().isIpv4() ? IPV4_HEADER : IPV6_HEADER + IPV6_FRAGMENT_HEADER;
    }

    private static int ipBytes(Packet packet) {
        return (packet.source().ip().isIpv4() ? IPV4_HEADER : IPV6_HEADER) + 8 + packet.payloadBytes();
    }
}
