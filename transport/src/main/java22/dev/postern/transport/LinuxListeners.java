package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The listeners of one driver. Where the kernel lets itself be told which socket a datagram goes to, each port has two: one for control
 * and one for data, each with the whole buffer; see {@link Steering}.
 *
 * <p>Owner: one shard's thread, or another one before that starts.
 */
final class LinuxListeners {

    private static final Logger LOG = LoggerFactory.getLogger(LinuxListeners.class);

    private final LinuxSockets opener;
    private final Libc libc;
    private final Epoll epoll;
    private final SockaddrCache addresses;
    private final @Nullable Steering steering;
    private final int bufferBytes;
    private final boolean quiet;
    private final Map<TransportAddress, LinuxListener> byAddress = new HashMap<>();
    private final List<LinuxListener> forControl = new ArrayList<>();
    private final List<LinuxListener> forData = new ArrayList<>();
    private final Set<String> controlInodes = new HashSet<>();

    /**
     * None yet.
     *
     * @param steering null where one socket has to take everything
     * @param config says what the kernel is asked to hold for each socket in each direction, and whether to be quiet
     */
    LinuxListeners(
            LinuxSockets opener,
            Libc libc,
            Epoll epoll,
            SockaddrCache addresses,
            @Nullable Steering steering,
            ShardsConfig config) {
        this.opener = opener;
        this.libc = libc;
        this.epoll = epoll;
        this.addresses = addresses;
        this.steering = steering;
        this.bufferBytes = config.udp().listenerBufferBytes();
        this.quiet = config.quiet();
    }

    /** Binds as {@link UdpDriver#listen} says. */
    TransportAddress listen(TransportAddress address, UdpDriver.Sharing sharing) throws IOException {
        boolean dual = !address.ip().isIpv4()
                && address.ip().high() == 0
                && address.ip().low() == 0;
        if (steering == null && sharing.isFirst() && byAddress.isEmpty()) {
            LOG.atLevel(quiet ? Level.DEBUG : Level.INFO)
                    .log(
                            "This kernel cannot be told which socket takes what: requests share a listener's buffer with data");
        }
        List<Integer> opened = new ArrayList<>();
        try {
            int data = open(address, dual, opened);
            if (!sharing.isFirst()) {
                opener.sharePort(data);
            }
            TransportAddress bound = opener.bind(data, address);
            if (sharing.isFirst() && (sharing.of() > 1 || steering != null)) {
                opener.sharePort(data);
            }
            warnIfSmaller(opener.receiveBufferBytes(data), address);
            LinuxListener control = steering == null ? null : controlBeside(data, bound, dual, sharing, opened);
            add(new LinuxListener(data, bound, dual, addresses, control), control);
            return bound;
        } catch (IOException | RuntimeException e) {
            opened.forEach(libc::close);
            throw e;
        }
    }

    private int open(TransportAddress address, boolean dual, List<Integer> opened) throws IOException {
        int fd = opener.open(address, dual, bufferBytes);
        opened.add(fd);
        return fd;
    }

    private LinuxListener controlBeside(
            int data, TransportAddress bound, boolean dual, UdpDriver.Sharing sharing, List<Integer> opened)
            throws IOException {
        int fd = open(bound, dual, opened);
        opener.sharePort(fd);
        opener.bind(fd, bound);
        if (sharing.isFirst() && steering != null) {
            steering.attach(data, sharing.of());
        }
        return new LinuxListener(fd, bound, dual, addresses, null);
    }

    private void add(LinuxListener data, @Nullable LinuxListener control) throws IOException {
        epoll.add(data);
        if (control != null) {
            try {
                epoll.add(control);
            } catch (IOException e) {
                epoll.remove(data);
                throw e;
            }
            forControl.add(control);
            noteInode(control);
        }
        forData.add(data);
        byAddress.put(data.local, data);
    }

    /** What the kernel's table of sockets calls it by; where /proc is not there, neither is that table. */
    private void noteInode(LinuxListener control) {
        try {
            String link = Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(control.fd)))
                    .toString();
            controlInodes.add(link.replaceAll("[^0-9]", ""));
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("What the kernel drops at a listener cannot be told apart");
        }
    }

    private void warnIfSmaller(int got, TransportAddress address) {
        if (got < bufferBytes) {
            LOG.atWarn()
                    .addKeyValue("address", address)
                    .addKeyValue("askedBytes", bufferBytes)
                    .addKeyValue("gotBytes", got)
                    .log("The kernel gives this listener a smaller receive buffer (Linux: raise net.core.rmem_max)");
        }
    }

    /** The one that data leave by, from an address; null if nothing is bound to it. */
    @Nullable
    LinuxListener at(TransportAddress server) {
        return byAddress.get(server);
    }

    /** Those that take control alone; none where the kernel cannot be told. */
    List<LinuxListener> forControl() {
        return forControl;
    }

    /** Those that take data, or everything. */
    List<LinuxListener> forData() {
        return forData;
    }

    /** The inodes of {@link #forControl}. */
    Set<String> controlInodes() {
        return controlInodes;
    }
}
