package dev.postern.transport;

import java.io.IOException;
import java.security.SecureRandom;

/**
 * Which socket of a port's SO_REUSEPORT group a datagram goes to, as a program in classic BPF that the kernel runs on each (Linux 4.5; it
 * needs no privilege). Each shard has two sockets for the port, bound one after the other in the order of the shards: what carries data, and
 * {@link #CONTROL what sets up and keeps up}. So a flood of data fills the buffer of data alone, and one of requests that of control alone.
 *
 * <p>Control is STUN, but for Send indications, which are data, and DTLS handshakes, alerts and cipher changes (RFC 7983, RFC 8446 section 5.1).
 * The shard is a hash of the source's address and port, with a number in it that a client does not know: all datagrams of one client fall
 * on one shard. A train is one datagram here; what it begins with decides for all of it. A datagram that a load does not fit goes to the first
 * socket.
 *
 * <p>Owner: one shard's thread, or another one while that does not run.
 */
final class Steering {

    /** Sockets that one shard has for a port. */
    private static final int SOCKETS = 2;

    /** What is added to the index of a shard's first socket, that of data. */
    private static final int CONTROL = 1;

    private static final int MOST_INSTRUCTIONS = 64;
    private static final int INSTRUCTION_BYTES = 8;
    private static final int PROGRAM_BYTES = 16;

    /** Bytes of native memory. */
    static final int BYTES = PROGRAM_BYTES + MOST_INSTRUCTIONS * INSTRUCTION_BYTES;

    private static final int SO_ATTACH_REUSEPORT_CBPF = 51;

    /** Where loads find the IP header; what has no such offset begins with the UDP payload. */
    private static final int IP = -0x10_0000;

    private static final int IPV4_SOURCE = IP + 12;
    private static final int IPV6_NEXT_HEADER = IP + 6;
    private static final int IPV6_SOURCE = IP + 8;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int UDP = 17;

    // Instructions: A and X are registers, M the memory, k the instruction's number.
    private static final int A_IS_K = 0x00;
    private static final int A_IS_LENGTH = 0x80;
    private static final int A_IS_WORD = 0x20;
    private static final int A_IS_HALF = 0x28;
    private static final int A_IS_BYTE = 0x30;
    private static final int A_IS_HALF_BEHIND_X = 0x48;
    private static final int X_IS_IPV4_HEADER_LENGTH = 0xB1;
    private static final int A_IS_MEMORY = 0x60;
    private static final int MEMORY_IS_A = 0x02;
    private static final int X_IS_A = 0x07;
    private static final int ADD = 0x04;
    private static final int ADD_X = 0x0C;
    private static final int MULTIPLY = 0x24;
    private static final int SHIFT_LEFT = 0x64;
    private static final int SHIFT_RIGHT = 0x74;
    private static final int MODULO = 0x94;
    private static final int XOR = 0xA4;
    private static final int XOR_X = 0xAC;
    private static final int SKIP = 0x05;
    private static final int IF_EQUAL = 0x15;
    private static final int IF_AT_LEAST = 0x35;
    private static final int RETURN_A = 0x16;

    private static final int SOURCE = 0;
    private static final int PORT = 1;
    private static final int FIRST_SOCKET = 2;

    private static final int MIX_1 = 0x85EBCA6B; // as in Neighbours
    private static final int MIX_2 = 0xC2B2AE35;
    private static final int MIX_3 = 0x9E3779B1;

    private static final int SEND_INDICATION = 0x0016;
    private static final int BEHIND_STUN = 0x0400;
    private static final int DTLS = 20 << 8;
    private static final int DTLS_DATA = 23 << 8;

    private final Libc libc;
    private final long program;
    private final long instructions;
    private int count;

    /** @param memory {@link #BYTES}, aligned to 8 */
    Steering(Libc libc, long memory) {
        this.libc = libc;
        this.program = memory;
        this.instructions = memory + PROGRAM_BYTES;
    }

    /** Steers the group that a socket belongs to, of two sockets for each of so many shards; some may be bound later. */
    void attach(int fd, int shards) throws IOException {
        count = 0;
        if (shards == 1) {
            add(A_IS_K, 0);
        } else {
            sourceAndPort();
            hash(shards);
        }
        add(MEMORY_IS_A, FIRST_SOCKET);
        controlOrData();
        Native.putShort(program, count);
        Native.putLong(program + Long.BYTES, instructions);
        Libc.check(libc.setsockopt(fd, LinuxSockets.SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, program, PROGRAM_BYTES));
    }

    /** Leaves the port in A and the source in memory, that of IPv6 folded to a word. */
    private void sourceAndPort() {
        add(A_IS_BYTE, IP);
        add(SHIFT_RIGHT, 4);
        add(IF_EQUAL, 6, 5, 0);
        add(X_IS_IPV4_HEADER_LENGTH, IP);
        add(A_IS_WORD, IPV4_SOURCE);
        add(MEMORY_IS_A, SOURCE);
        add(A_IS_HALF_BEHIND_X, IP);
        add(SKIP, 14);
        add(A_IS_WORD, IPV6_SOURCE);
        for (int word = 1; word < 4; word++) {
            add(X_IS_A, 0);
            add(A_IS_WORD, IPV6_SOURCE + word * Integer.BYTES);
            add(XOR_X, 0);
        }
        add(MEMORY_IS_A, SOURCE);
        add(A_IS_BYTE, IPV6_NEXT_HEADER);
        add(IF_EQUAL, UDP, 0, 1); // with headers between the port is elsewhere, and the address alone decides
        add(A_IS_HALF, IP + IPV6_HEADER_BYTES);
    }

    /** Leaves the index of the shard's first socket in A. */
    private void hash(int shards) {
        add(MEMORY_IS_A, PORT);
        add(A_IS_MEMORY, SOURCE);
        add(XOR, new SecureRandom().nextInt());
        add(MULTIPLY, MIX_1);
        add(X_IS_A, 0);
        add(SHIFT_RIGHT, 16);
        add(XOR_X, 0);
        add(X_IS_A, 0);
        add(A_IS_MEMORY, PORT);
        add(ADD_X, 0);
        add(MULTIPLY, MIX_2);
        add(X_IS_A, 0);
        add(SHIFT_RIGHT, 15);
        add(XOR_X, 0);
        add(MULTIPLY, MIX_3);
        add(SHIFT_RIGHT, 16);
        add(MODULO, shards);
        add(SHIFT_LEFT, Integer.numberOfTrailingZeros(SOCKETS));
    }

    private void controlOrData() {
        add(A_IS_LENGTH, 0);
        add(IF_AT_LEAST, Short.BYTES, 0, 8);
        add(A_IS_HALF, 0);
        add(IF_AT_LEAST, DTLS_DATA, 6, 0);
        add(IF_AT_LEAST, DTLS, 2, 0);
        add(IF_AT_LEAST, BEHIND_STUN, 4, 0);
        add(IF_EQUAL, SEND_INDICATION, 3, 0);
        add(A_IS_MEMORY, FIRST_SOCKET);
        add(ADD, CONTROL);
        add(RETURN_A, 0);
        add(A_IS_MEMORY, FIRST_SOCKET);
        add(RETURN_A, 0);
    }

    private void add(int code, int k) {
        add(code, k, 0, 0);
    }

    /** With how many instructions to skip if a condition holds, and if it does not. */
    private void add(int code, int k, int ifSo, int ifNot) {
        long at = instructions + (long) count++ * INSTRUCTION_BYTES;
        Native.putShort(at, code);
        Native.putShort(at + Short.BYTES, ifNot << 8 | ifSo); // two bytes; both machines are little-endian
        Native.putInt(at + Integer.BYTES, k);
    }
}
