package dev.postern.app.run;

import dev.postern.stun.IpAddress;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The machine that this process runs on. */
public final class LocalHost implements Host {

    /** Documentation address, RFC 5737: a route to it is the default route, and no packet is sent. */
    private static final IpAddress OUTSIDE = IpAddress.parse("192.0.2.1");

    private static final int ANY_PORT = 9;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

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

    @Override
    public List<LanAddress> lanAddresses() {
        List<LanAddress> found = new ArrayList<>();
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (card.isUp() && !card.isLoopback() && !card.isPointToPoint()) {
                    card.getInterfaceAddresses().stream()
                            .filter(one -> LanAddress.isPrivate(one.getAddress()))
                            .map(LanAddress::of)
                            .forEach(found::add);
                }
            }
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        IpAddress primary = primaryIpv4();
        found.sort(Comparator.comparing(lan -> !lan.address().equals(primary))); // else as they were
        return List.copyOf(found);
    }

    @Override
    public List<String> names() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return NAME.matcher(name).matches() ? List.of(name.toLowerCase(Locale.ROOT)) : List.of();
        } catch (UnknownHostException e) {
            return List.of(); // it has a name that its own resolver does not know
        }
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
