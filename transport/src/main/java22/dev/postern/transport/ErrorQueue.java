package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import java.lang.foreign.Arena;

/**
 * What the kernel keeps of ICMP errors about a socket's datagrams (IP_RECVERR, IPV6_RECVERR), and of those that it could not send
 * itself. It keeps them in the socket's receive buffer, so what is not taken off takes room from datagrams.
 *
 * <p>Owner: one shard's thread.
 */
final class ErrorQueue {

    private static final int SOL_IP = 0;
    private static final int IP_RECVERR = 11;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_RECVERR = 25;

    /** Where the fields of {@code struct sock_extended_err} lie. */
    private static final int ERROR = 0;

    private static final int ORIGIN = 4;
    private static final int TYPE = 5;
    private static final int CODE = 6;
    private static final int INFO = 8;

    private static final int FROM_ICMP = 2;
    private static final int FROM_ICMPV6 = 3;
    private static final int FROM_HERE = 1;

    private static final int CONTROL_ROOM = 256;

    private final long message;
    private final long name;
    private final long control;
    private long error;

    ErrorQueue(Arena arena) {
        this.message = arena.allocate(Messages.MESSAGE_BYTES + Sockaddr.BYTES + CONTROL_ROOM, 64)
                .address();
        this.name = message + Messages.MESSAGE_BYTES;
        this.control = name + Sockaddr.BYTES;
        Native.putLong(message + Messages.NAME, name);
        Native.putLong(message + Messages.CONTROL, control);
    }

    /** Takes the oldest error off a socket's queue; false if there is none. What it is can be asked for until the next call. */
    boolean take(int fd) {
        Native.putInt(message + Messages.NAME_BYTES, Sockaddr.BYTES);
        Native.putLong(message + Messages.CONTROL_BYTES, CONTROL_ROOM);
        if (Libc.recvError(fd, message) < 0) {
            return false;
        }
        error = find();
        return true;
    }

    private long find() {
        long end = control + Native.getLong(message + Messages.CONTROL_BYTES);
        for (long at = control; Messages.isControl(at, end); at = Messages.nextControl(at)) {
            int level = Native.getInt(at + Messages.CONTROL_LEVEL);
            int type = Native.getInt(at + Messages.CONTROL_TYPE);
            if ((level == SOL_IP && type == IP_RECVERR) || (level == SOL_IPV6 && type == IPV6_RECVERR)) {
                return at + Messages.CONTROL_VALUE;
            }
        }
        return 0;
    }

    /** Whether it is an ICMP error, of either family. */
    boolean isIcmp() {
        return origin() == FROM_ICMP || origin() == FROM_ICMPV6;
    }

    /** Whether this host refused a datagram that is longer than the packets of its way; {@link #data} is their length then. */
    boolean isTooLong() {
        return origin() == FROM_HERE && Native.getInt(error + ERROR) == Libc.EMSGSIZE;
    }

    private int origin() {
        return error == 0 ? 0 : Native.getByte(error + ORIGIN);
    }

    /** Where the datagram was sent to; its port is 0 where the kernel does not know any more. */
    TransportAddress target() {
        return Sockaddr.read(name);
    }

    int type() {
        return Native.getByte(error + TYPE);
    }

    int code() {
        return Native.getByte(error + CODE);
    }

    /** The MTU of the next hop, in bytes, where the packet was too big. */
    int data() {
        return Native.getInt(error + INFO);
    }
}
