package dev.postern.transport;

/**
 * What a socket is told of its datagrams' IP headers, and what it says in them: DF, the traffic class (DSCP and ECN), and the ICMP
 * errors that they meet. What an old kernel does not know stays as it is.
 *
 * <p>Owner: one shard's thread.
 */
final class HeaderOptions {

    static final int SOL_IP = 0;
    static final int IP_TOS = 1;
    static final int SOL_IPV6 = 41;
    static final int IPV6_TCLASS = 67;

    private static final int IP_MTU_DISCOVER = 10;
    private static final int IP_RECVERR = 11;
    private static final int IP_RECVTOS = 13;
    private static final int IPV6_RECVERR = 25;
    private static final int IPV6_DONTFRAG = 62;
    private static final int IPV6_RECVTCLASS = 66;

    /** Without DF, in fragments where the interface needs them. */
    private static final int PMTUDISC_DONT = 0;

    /** With DF, whatever somebody has told of the path. */
    private static final int PMTUDISC_PROBE = 3;

    /** As {@link #PMTUDISC_DONT}, and nothing is learnt for these datagrams from ICMP, which anybody can forge; Linux 3.15. */
    private static final int PMTUDISC_OMIT = 5;

    private final Libc libc;
    private final long value;

    /** @param memory 4 bytes, aligned to 4 */
    HeaderOptions(Libc libc, long memory) {
        this.libc = libc;
        this.value = memory;
    }

    /**
     * Datagrams leave without DF (RFC 8656 section 14), and each one that comes brings its traffic class. Those of IPv6 that are too long
     * for their path leave in fragments.
     *
     * @param dual whether it is an IPv6 socket that carries IPv4 too
     */
    void prepare(int fd, boolean ipv4, boolean dual) {
        if (ipv4 || dual) {
            allowFragments(fd);
            set(fd, SOL_IP, IP_RECVTOS, 1);
        }
        if (!ipv4) {
            set(fd, SOL_IPV6, IPV6_RECVTCLASS, 1);
        }
    }

    /** Has the kernel keep ICMP errors about a socket's datagrams for the {@link ErrorQueue}. */
    void hearErrors(int fd, boolean ipv4) {
        set(fd, ipv4 ? SOL_IP : SOL_IPV6, ipv4 ? IP_RECVERR : IPV6_RECVERR, 1);
    }

    /**
     * Whether what a socket sends from now on must stay whole. There is no control message for it, so the socket is told, where that is
     * another thing than before. False if the kernel does not take that.
     */
    boolean keepWhole(LinuxSocket socket, boolean whole) {
        if (socket.whole != whole) {
            if (!tell(socket.fd, socket.ipv4, whole)) {
                return false;
            }
            socket.whole = whole;
        }
        return true;
    }

    private boolean tell(int fd, boolean ipv4, boolean whole) {
        if (!ipv4) {
            return set(fd, SOL_IPV6, IPV6_DONTFRAG, whole ? 1 : 0);
        }
        return whole ? set(fd, SOL_IP, IP_MTU_DISCOVER, PMTUDISC_PROBE) : allowFragments(fd);
    }

    private boolean allowFragments(int fd) {
        return set(fd, SOL_IP, IP_MTU_DISCOVER, PMTUDISC_OMIT) || set(fd, SOL_IP, IP_MTU_DISCOVER, PMTUDISC_DONT);
    }

    private boolean set(int fd, int level, int option, int number) {
        Native.putInt(value, number);
        return libc.setsockopt(fd, level, option, value, Integer.BYTES) >= 0;
    }
}
