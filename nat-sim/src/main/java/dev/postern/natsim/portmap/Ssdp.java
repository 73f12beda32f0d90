package dev.postern.natsim.portmap;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How UPnP devices are searched for: HTTP in datagrams (UPnP Device Architecture 1.0 section 1.2). */
public final class Ssdp {

    /** Where devices listen. */
    public static final TransportAddress GROUP = TransportAddress.of(IpAddress.parse("239.255.255.250"), 1900);

    private static final String DEVICE = "urn:schemas-upnp-org:device:InternetGatewayDevice:";

    /** The kinds of gateways that are searched for; one of version 2 answers to version 1 too. */
    public static final List<String> GATEWAYS = List.of(DEVICE + "1", DEVICE + "2");

    private static final int MAX_DATAGRAM_BYTES = 2048;
    private static final int MAX_LOCATION = 512;
    private static final String TARGET = "ST";

    private Ssdp() {}

    /** A device that has answered a search: where its description is. */
    public record Found(String location, String target) {}

    /** Searches for devices of a kind; answers come within a second. */
    public static ByteBuffer search(String target) {
        Map<String, String> headers =
                Map.of("HOST", GROUP.toString(), "MAN", "\"ssdp:discover\"", "MX", "1", TARGET, target);
        return new HttpMessage("M-SEARCH * HTTP/1.1", headers, "").encode();
    }

    /** The kind of device that a datagram searches for; null if it is no search. */
    public static @Nullable String searched(ByteBuffer datagram) {
        HttpMessage message = message(datagram);
        boolean search = message != null
                && message.method().equals("M-SEARCH")
                && message.header("MAN").equals("\"ssdp:discover\"");
        return search && message != null ? message.header(TARGET) : null;
    }

    /** What a device answers to a search for its kind. */
    public static ByteBuffer found(String location, String target, String uuid) {
        Map<String, String> headers = Map.of(
                "CACHE-CONTROL",
                "max-age=120",
                "EXT",
                "",
                "LOCATION",
                location,
                "SERVER",
                "Postern/1 UPnP/1.1 nat-sim/1",
                TARGET,
                target,
                "USN",
                "uuid:" + uuid + "::" + target);
        return new HttpMessage("HTTP/1.1 200 OK", headers, "").encode();
    }

    /** What a datagram says of a gateway; null if it says nothing of one. */
    public static @Nullable Found found(ByteBuffer datagram) {
        HttpMessage message = message(datagram);
        if (message == null || message.status() != HttpMessage.OK) {
            return null;
        }
        String location = message.header("LOCATION");
        String target = message.header(TARGET);
        boolean usable = GATEWAYS.contains(target) && !location.isEmpty() && location.length() <= MAX_LOCATION;
        return usable ? new Found(location, target) : null;
    }

    private static @Nullable HttpMessage message(ByteBuffer datagram) {
        if (datagram.remaining() > MAX_DATAGRAM_BYTES) {
            return null;
        }
        HttpReader reader = new HttpReader();
        reader.onData(datagram);
        reader.onData(StandardCharsets.US_ASCII.encode("\r\n\r\n")); // some leave the empty line at the end out
        reader.onEnd();
        return reader.message();
    }
}
