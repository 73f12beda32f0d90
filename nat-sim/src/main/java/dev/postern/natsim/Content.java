package dev.postern.natsim;

import java.nio.ByteBuffer;

/**
 * What follows the IP header of a {@link Packet}, without the ports, which the packet's addresses have. Immutable: each
 * call of a {@code payload} accessor gives a read-only view with a position of its own.
 */
public sealed interface Content {

    /**
     * A UDP datagram (RFC 768).
     *
     * @param checksum false for a datagram whose checksum field is 0: none was computed
     */
    record Udp(ByteBuffer payload, boolean checksum) implements Content {

        private static final int HEADER_BYTES = 8;

        /** Takes the bytes between position and limit, which the caller must leave unchanged from here on. */
        public Udp {
            payload = readOnly(payload);
        }

        @Override
        public ByteBuffer payload() {
            return payload.duplicate();
        }

        @Override
        public int payloadBytes() {
            return payload.remaining();
        }

        @Override
        public IpProtocol protocol() {
            return IpProtocol.UDP;
        }

        @Override
        public int headerBytes() {
            return HEADER_BYTES;
        }

        @Override
        public <T> T as(Cases<T> cases) {
            return cases.udp(this);
        }
    }

    /**
     * A TCP segment (RFC 9293) without options.
     *
     * @param flags a sum of {@link #FIN}, {@link #SYN}, {@link #RST}, {@link #PSH} and {@link #ACK}
     * @param sequence the sequence number, 0 to 2^32 - 1
     * @param acknowledgement the acknowledgement number, 0 to 2^32 - 1; of no meaning without {@link #ACK}
     * @param window the window field, 0 to 65535
     */
    record Tcp(int flags, long sequence, long acknowledgement, int window, ByteBuffer payload) implements Content {

        public static final int FIN = 0x01;
        public static final int SYN = 0x02;
        public static final int RST = 0x04;
        public static final int PSH = 0x08;
        public static final int ACK = 0x10;

        private static final int HEADER_BYTES = 20;
        private static final int MAX_FLAGS = 0xFF;
        private static final int MAX_WINDOW = 0xFFFF;

        /**
         * Takes the bytes between position and limit, which the caller must leave unchanged from here on; refuses what is
         * out of the ranges above.
         */
        public Tcp {
            if (flags < 0 || flags > MAX_FLAGS || window < 0 || window > MAX_WINDOW) {
                throw new IllegalArgumentException("flags " + flags + " and window " + window + " must be 0-"
                        + MAX_FLAGS + " and 0-" + MAX_WINDOW);
            }
            if (sequence >>> Integer.SIZE != 0 || acknowledgement >>> Integer.SIZE != 0) {
                throw new IllegalArgumentException(
                        "sequence " + sequence + " and acknowledgement " + acknowledgement + " must be 0 to 2^32 - 1");
            }
            payload = readOnly(payload);
        }

        /** A segment without data. */
        public static Tcp of(int flags, long sequence, long acknowledgement) {
            return new Tcp(flags, sequence, acknowledgement, MAX_WINDOW, ByteBuffer.allocate(0));
        }

        @Override
        public ByteBuffer payload() {
            return payload.duplicate();
        }

        @Override
        public int payloadBytes() {
            return payload.remaining();
        }

        /** Whether all of the given flags are set. */
        public boolean has(int wanted) {
            return (flags & wanted) == wanted;
        }

        /** A first SYN, which opens a connection: without ACK. */
        public boolean isOpening() {
            return has(SYN) && !has(ACK);
        }

        /** The names of the flags, such as {@code SYN ACK}. */
        public String flagNames() {
            StringBuilder names = new StringBuilder();
            append(names, SYN, "SYN");
            append(names, FIN, "FIN");
            append(names, RST, "RST");
            append(names, PSH, "PSH");
            append(names, ACK, "ACK");
            return names.toString();
        }

        private void append(StringBuilder names, int flag, String name) {
            if (has(flag)) {
                names.append(names.length() == 0 ? "" : " ").append(name);
            }
        }

        @Override
        public IpProtocol protocol() {
            return IpProtocol.TCP;
        }

        @Override
        public int headerBytes() {
            return HEADER_BYTES;
        }

        @Override
        public <T> T as(Cases<T> cases) {
            return cases.tcp(this);
        }
    }

    /**
     * An ICMP or ICMPv6 echo. Its identifier is the port of the side that asks, and the other side's port is 0: so a NAT
     * translates an identifier as it does a port (RFC 5508 section 3.1).
     *
     * @param request false for a reply
     * @param sequence the sequence number, 0 to 65535
     */
    record Echo(boolean request, int sequence, ByteBuffer payload) implements Content {

        private static final int HEADER_BYTES = 8;
        private static final int MAX_SEQUENCE = 0xFFFF;

        /**
         * Takes the bytes between position and limit, which the caller must leave unchanged from here on; refuses what is
         * out of the range above.
         */
        public Echo {
            if (sequence < 0 || sequence > MAX_SEQUENCE) {
                throw new IllegalArgumentException("sequence " + sequence + " must be 0 to " + MAX_SEQUENCE);
            }
            payload = readOnly(payload);
        }

        @Override
        public ByteBuffer payload() {
            return payload.duplicate();
        }

        @Override
        public int payloadBytes() {
            return payload.remaining();
        }

        @Override
        public IpProtocol protocol() {
            return IpProtocol.ICMP;
        }

        @Override
        public int headerBytes() {
            return HEADER_BYTES;
        }

        @Override
        public <T> T as(Cases<T> cases) {
            return cases.echo(this);
        }
    }

    /**
     * An ICMP or ICMPv6 error; both ports of its packet are 0.
     *
     * @param mtu with {@link IcmpReason#TOO_BIG} the largest IP packet that fits, in bytes; otherwise 0
     * @param quoted the packet that it is about, as the reporter saw it; on the wire it is cut, see {@link #headerBytes}
     */
    record IcmpError(IcmpReason reason, int mtu, Packet quoted) implements Content {

        private static final int HEADER_BYTES = 8;
        /* What an error may be long with its IP header: RFC 1812 section 4.3.2.3 and RFC 4443 section 2.4 (c). */
        private static final int MAX_IPV4_BYTES = 576;
        private static final int MAX_IPV6_BYTES = 1280;

        /** Has no payload: what it says is in the quoted packet. */
        @Override
        public ByteBuffer payload() {
            return ByteBuffer.allocate(0);
        }

        @Override
        public int payloadBytes() {
            return 0;
        }

        @Override
        public IpProtocol protocol() {
            return IpProtocol.ICMP;
        }

        /** The ICMP header and as much of the quoted packet as an error may carry. */
        @Override
        public int headerBytes() {
            return HEADER_BYTES + quotedBytes();
        }

        /** How much of the quoted packet an error may carry. */
        public int quotedBytes() {
            boolean ipv4 = quoted.source().ip().isIpv4();
            int most = (ipv4 ? MAX_IPV4_BYTES : MAX_IPV6_BYTES) - Packet.ipHeaderBytes(ipv4) - HEADER_BYTES;
            return Math.min(most, quoted.ipBytes());
        }

        @Override
        public <T> T as(Cases<T> cases) {
            return cases.error(this);
        }
    }

    IpProtocol protocol();

    /** The bytes above the transport header; empty for an ICMP error. */
    ByteBuffer payload();

    /** How many bytes {@link #payload} has. */
    int payloadBytes();

    /** How long the transport header is, with what is neither header nor payload. */
    int headerBytes();

    /** Calls the method that fits. */
    <T> T as(Cases<T> cases);

    /** One method per kind of content. */
    interface Cases<T> {
        T udp(Udp udp);

        T tcp(Tcp tcp);

        T echo(Echo echo);

        T error(IcmpError error);
    }

    private static ByteBuffer readOnly(ByteBuffer payload) {
        return payload.isReadOnly() ? payload : payload.slice().asReadOnlyBuffer();
    }
}
