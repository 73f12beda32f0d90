package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import java.io.IOException;

/** Opens UDP sockets. Owner: one shard's thread. */
final class LinuxSockets {

    private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x8_0000;
    static final int SOL_SOCKET = 1;

    private static final int SO_ERROR = 4;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_REUSEPORT = 15;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;

    private final Libc libc;
    private final HeaderOptions options;
    private final long value;
    private final long valueBytes;

    /** @param memory 128 bytes, aligned to 8 */
    LinuxSockets(Libc libc, long memory) {
        this.libc = libc;
        this.options = new HeaderOptions(libc, memory);
        this.value = memory;
        this.valueBytes = memory + 64;
    }

    /** What is told of IP headers, and said in them. */
    HeaderOptions options() {
        return options;
    }

    /**
     * A socket that is not bound yet.
     *
     * @param dual whether an IPv6 socket carries IPv4 too
     * @param bufferBytes what the kernel is asked to hold in each direction
     */
    int open(TransportAddress address, boolean dual, int bufferBytes) throws IOException {
        boolean ipv4 = address.ip().isIpv4();
        int fd = Libc.check(libc.socket(ipv4 ? Libc.AF_INET : Libc.AF_INET6, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0));
        try {
            if (!ipv4) {
                set(fd, IPPROTO_IPV6, IPV6_V6ONLY, dual ? 0 : 1);
            }
            set(fd, SOL_SOCKET, SO_RCVBUF, bufferBytes);
            set(fd, SOL_SOCKET, SO_SNDBUF, bufferBytes);
            Native.putInt(value, 1);
            libc.setsockopt(
                    fd, Messages.SOL_UDP, Messages.UDP_GRO, value, Integer.BYTES); // older kernels have no trains
            options.prepare(fd, ipv4, dual);
            return fd;
        } catch (IOException e) {
            libc.close(fd);
            throw e;
        }
    }

    /**
     * Whether the kernel takes a message of several datagrams apart (UDP_SEGMENT). Linux before 4.18 does not know the option; it says
     * so here, and nowhere else: on a message it is passed over in silence.
     */
    boolean knowsSegments() {
        int fd = anySocket();
        if (fd < 0) {
            return false;
        }
        Native.putInt(value, 0);
        int result = libc.setsockopt(fd, Messages.SOL_UDP, Messages.UDP_SEGMENT, value, Integer.BYTES);
        libc.close(fd);
        return result >= 0;
    }

    private int anySocket() {
        int fd = libc.socket(Libc.AF_INET, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
        return fd >= 0 ? fd : libc.socket(Libc.AF_INET6, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
    }

    /** Whether the kernel lets a program say which of several sockets with one port gets a datagram. */
    boolean canSteer(Steering steering) {
        int fd = anySocket();
        if (fd < 0) {
            return false;
        }
        try {
            sharePort(fd);
            steering.attach(fd, 2);
            return true;
        } catch (IOException e) {
            return false;
        } finally {
            libc.close(fd);
        }
    }

    private void set(int fd, int level, int option, int number) throws IOException {
        Native.putInt(value, number);
        Libc.check(libc.setsockopt(fd, level, option, value, Integer.BYTES));
    }

    /** Has the next call of a socket pass that would fail for what an earlier datagram met. */
    void clearError(int fd) {
        Native.putInt(valueBytes, Integer.BYTES);
        libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, value, valueBytes);
    }

    /** Lets other sockets have the same port; the kernel then spreads the sources over them. */
    void sharePort(int fd) throws IOException {
        set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    }

    /** Binds, and returns the address with the port that the kernel chose where it is 0. */
    TransportAddress bind(int fd, TransportAddress address) throws IOException {
        int bytes = Sockaddr.write(value, address, address.ip().isIpv4(), 0);
        Libc.check(libc.bind(fd, value, bytes));
        if (address.port() != 0) {
            return address;
        }
        Native.putInt(valueBytes, Sockaddr.BYTES);
        Libc.check(libc.getsockname(fd, value, valueBytes));
        return Sockaddr.read(value);
    }

    /** What the kernel gives for receiving; it counts twice what was asked for, as its own books take room too. */
    int receiveBufferBytes(int fd) throws IOException {
        Native.putInt(valueBytes, Integer.BYTES);
        Libc.check(libc.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, value, valueBytes));
        return Native.getInt(value) / 2;
    }
}
