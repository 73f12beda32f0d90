package dev.postern.app.run;

import dev.postern.stun.IpAddress;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The machine that this process runs on. */
public final class LocalHost implements Host {

    /** Documentation address, RFC 5737: a route to it is the default route, and no packet is sent. */
    private static final IpAddress OUTSIDE = IpAddress.parse("192.0.2.1");

    private static final int ANY_PORT = 9;

    @Override
    public List<IpAddress> addresses() {
        List<IpAddress> found = new ArrayList<>();
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (card.isUp()) {
                    card.inetAddresses()
                            .filter(address -> !address.isLinkLocalAddress())
                            .map(IpAddress::of)
                            .forEach(found::add);
                }
            }
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(found);
    }

    @Override
    public @Nullable IpAddress primaryIpv4() {
        InetAddress routed = addressTowardsOutside();
        if (routed != null && !routed.isAnyLocalAddress() && !routed.isLoopbackAddress()) {
            return IpAddress.of(routed);
        }
        return addresses().stream()
                .filter(address -> address.isIpv4() && !address.toInetAddress().isLoopbackAddress())
                .findFirst()
                .orElse(null);
    }

    private static @Nullable InetAddress addressTowardsOutside() {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(OUTSIDE.toInetAddress(), ANY_PORT);
            return socket.getLocalAddress();
        } catch (SocketException | UncheckedIOException e) {
            return null;
        }
    }
}
