package dev.postern.natsim.tester.socket;

import dev.postern.stun.IpAddress;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The router of this machine's default route over IPv4, where the system tells: Linux, in a file. */
final class GatewayRoute {

    private static final Path ROUTES = Path.of("/proc/net/route");
    private static final int DESTINATION = 1;
    private static final int GATEWAY = 2;
    private static final int FLAGS = 3;
    private static final int FIELDS = 4;
    private static final int VIA_GATEWAY = 0x2;
    private static final int HEX = 16;

    private GatewayRoute() {}

    /** Null if it is not known. */
    static @Nullable IpAddress find() {
        try {
            return Files.isReadable(ROUTES) ? of(Files.readAllLines(ROUTES), ByteOrder.nativeOrder()) : null;
        } catch (IOException unreadable) {
            return null;
        }
    }

    /** The gateway of the first default route; null if there is none. Addresses stand in it as the machine keeps them. */
    static @Nullable IpAddress of(List<String> lines, ByteOrder order) {
        for (String line : lines) {
            String[] fields = line.trim().split("\\s+");
            if (fields.length >= FIELDS && isDefault(fields)) {
                int address = (int) Long.parseLong(fields[GATEWAY], HEX);
                return IpAddress.ofIpv4(order == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(address) : address);
            }
        }
        return null;
    }

    private static boolean isDefault(String[] fields) {
        try {
            return Long.parseLong(fields[DESTINATION], HEX) == 0
                    && (Integer.parseInt(fields[FLAGS], HEX) & VIA_GATEWAY) != 0
                    && Long.parseLong(fields[GATEWAY], HEX) >>> Integer.SIZE == 0;
        } catch (NumberFormatException heading) {
            return false;
        }
    }
}
