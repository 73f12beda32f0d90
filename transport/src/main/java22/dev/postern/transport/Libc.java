package dev.postern.transport;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The system calls. A result below zero is the negative error number. The static ones, any thread's, belong to the packet path: they
 * make no garbage, and those that never wait are made without telling the JVM, so that they hold up a safepoint for as long as they take.
 * The others open and close, and leave the error number in memory of their own.
 *
 * <p>Owner of the latter: one shard's thread, or another one while that does not run.
 */
final class Libc {

    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int EMSGSIZE = 90;
    static final int ENOBUFS = 105;

    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_ERRQUEUE = 0x2000;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup SYMBOLS = LINKER.defaultLookup();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final Linker.Option BRIEF = Linker.Option.critical(false);

    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKNAME = call("getsockname", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle EVENTFD = call("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle READ = brief("read", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle WRITE = brief("write", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle EPOLL_CREATE = call("epoll_create1", JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CTL = call("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle EPOLL_WAIT = LINKER.downcallHandle(
            find("epoll_wait"), FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle EPOLL_LOOK =
            brief("epoll_wait", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle RECVMSG = brief("recvmsg", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECVMMSG =
            brief("recvmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SENDTO =
            brief("sendto", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SENDMSG = brief("sendmsg", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SENDMMSG = brief("sendmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle MMAP =
            call("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP = call("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle ERRNO_LOCATION =
            LINKER.downcallHandle(find("__errno_location"), FunctionDescriptor.of(JAVA_LONG), BRIEF);
    private static final MethodHandle STRERROR =
            LINKER.downcallHandle(find("strerror"), FunctionDescriptor.of(JAVA_LONG, JAVA_INT));

    private final MemorySegment state;

    /**
     * Calls that leave their error number at this address.
     *
     * @param state as many bytes as {@link #stateBytes}, aligned to 8
     */
    Libc(long state) {
        // Of no arena: one that is shared would be locked and unlocked around each call.
        this.state = MemorySegment.ofAddress(state).reinterpret(stateBytes());
    }

    static long stateBytes() {
        return Linker.Option.captureStateLayout().byteSize();
    }

    /** Whether this is the GNU C library, whose structures the driver knows. */
    static boolean isGnu() {
        return SYMBOLS.find("gnu_get_libc_version").isPresent();
    }

    private static MemorySegment find(String name) {
        return SYMBOLS.find(name).orElseThrow(() -> new IllegalStateException("the C library has no " + name));
    }

    private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(find(name), FunctionDescriptor.of(result, arguments), ERRNO);
    }

    private static MethodHandle brief(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(find(name), FunctionDescriptor.of(result, arguments), BRIEF);
    }

    private int result(long value) {
        return value < 0 ? -state.get(JAVA_INT, 0) : (int) value;
    }

    /**
     * After a brief call. The error number is read by a call of its own, and the JVM may stop the thread between the two and make
     * calls that leave theirs there. So it is mostly the right one: a wrong one is counted as another reason than there was, or ends
     * trains as {@link #EIO} does. None at all is taken for {@link #EAGAIN}, as an error must not look like a result.
     */
    private static int briefResult(long value) throws Throwable {
        if (value >= 0) {
            return (int) value;
        }
        int error = Native.getInt((long) ERRNO_LOCATION.invokeExact());
        return error == 0 ? -EAGAIN : -error;
    }

    private static IllegalStateException broken(Throwable cause) {
        return new IllegalStateException("a system call cannot be made", cause);
    }

    /** What the operating system says about an error. */
    static String words(int error) {
        try {
            return Native.text((long) STRERROR.invokeExact(error));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** Fails with the operating system's words if a result is an error. */
    static int check(int result) throws IOException {
        if (result < 0) {
            throw new IOException(words(-result));
        }
        return result;
    }

    /** Memory of zeros that takes no room until it is written to, unlike an arena's, which is written to at once. */
    MemorySegment map(long bytes, Arena arena) throws IOException {
        long address;
        try {
            address = (long) MMAP.invokeExact(state, 0L, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
        } catch (Throwable e) {
            throw broken(e);
        }
        if (address == -1) {
            throw new IOException(words(state.get(JAVA_INT, 0)));
        }
        return MemorySegment.ofAddress(address).reinterpret(bytes, arena, segment -> unmap(segment.address(), bytes));
    }

    private static void unmap(long address, long bytes) {
        try (Arena brief = Arena.ofConfined()) {
            int ignored = (int) MUNMAP.invokeExact(brief.allocate(stateBytes(), 8), address, bytes);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int socket(int domain, int type, int protocol) {
        try {
            return result((int) SOCKET.invokeExact(state, domain, type, protocol));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int bind(int fd, long name, int nameBytes) {
        try {
            return result((int) BIND.invokeExact(state, fd, name, nameBytes));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int getsockname(int fd, long name, long nameBytes) {
        try {
            return result((int) GETSOCKNAME.invokeExact(state, fd, name, nameBytes));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int setsockopt(int fd, int level, int option, long value, int valueBytes) {
        try {
            return result((int) SETSOCKOPT.invokeExact(state, fd, level, option, value, valueBytes));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int getsockopt(int fd, int level, int option, long value, long valueBytes) {
        try {
            return result((int) GETSOCKOPT.invokeExact(state, fd, level, option, value, valueBytes));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int close(int fd) {
        try {
            return result((int) CLOSE.invokeExact(state, fd));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int eventfd(int initial, int flags) {
        try {
            return result((int) EVENTFD.invokeExact(state, initial, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int read(int fd, long to, long bytes) {
        try {
            return briefResult((long) READ.invokeExact(fd, to, bytes));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int write(int fd, long from, long bytes) {
        try {
            return briefResult((long) WRITE.invokeExact(fd, from, bytes));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int epollCreate(int flags) {
        try {
            return result((int) EPOLL_CREATE.invokeExact(state, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int epollCtl(int epoll, int operation, int fd, long event) {
        try {
            return result((int) EPOLL_CTL.invokeExact(state, epoll, operation, fd, event));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** Waits, unless {@code millis} is 0; -1 waits without end. Returns how many events there are, or -1, mostly for a signal. */
    static int epollWait(int epoll, long events, int most, int millis) {
        try {
            return millis == 0
                    ? (int) EPOLL_LOOK.invokeExact(epoll, events, most, 0)
                    : (int) EPOLL_WAIT.invokeExact(epoll, events, most, millis);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int recvmsg(int fd, long message) {
        try {
            return briefResult((long) RECVMSG.invokeExact(fd, message, MSG_DONTWAIT));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** As {@link #recvmsg}, from the queue of errors. */
    static int recvError(int fd, long message) {
        try {
            return briefResult((long) RECVMSG.invokeExact(fd, message, MSG_DONTWAIT | MSG_ERRQUEUE));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int recvmmsg(int fd, long messages, int count) {
        try {
            return briefResult((int) RECVMMSG.invokeExact(fd, messages, count, MSG_DONTWAIT, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int sendto(int fd, long data, long bytes, long name, int nameBytes) {
        try {
            return briefResult((long) SENDTO.invokeExact(fd, data, bytes, MSG_DONTWAIT, name, nameBytes));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int sendmsg(int fd, long message) {
        try {
            return briefResult((long) SENDMSG.invokeExact(fd, message, MSG_DONTWAIT));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static int sendmmsg(int fd, long messages, int count) {
        try {
            return briefResult((int) SENDMMSG.invokeExact(fd, messages, count, MSG_DONTWAIT));
        } catch (Throwable e) {
            throw broken(e);
        }
    }
}
