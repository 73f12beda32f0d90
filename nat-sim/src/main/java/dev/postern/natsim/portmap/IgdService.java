package dev.postern.natsim.portmap;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The service of a UPnP gateway that maps ports (WANIPConnection:1 and :2, WANPPPConnection:1), as its description tells.
 *
 * @param type one of {@link #TYPES}
 * @param controlUrl where it is called, as the description has it
 * @param base what that is relative to, as the description has it; empty for the description's own address
 */
public record IgdService(String type, String controlUrl, String base) {

    private static final String PREFIX = "urn:schemas-upnp-org:service:";

    /** Those that are known, the best first. */
    public static final List<String> TYPES =
            List.of(PREFIX + "WANIPConnection:2", PREFIX + "WANIPConnection:1", PREFIX + "WANPPPConnection:1");

    private static final String DEVICE = "urn:schemas-upnp-org:device:";

    /** The best of the services of a description; null if it has none. */
    public static @Nullable IgdService find(XmlElement description) {
        List<XmlElement> services = description.all("service");
        String base = description.textOf("URLBase");
        for (String type : TYPES) {
            for (XmlElement service : services) {
                String control = service.textOf("controlURL");
                if (type.equals(service.textOf("serviceType")) && control != null && !control.isEmpty()) {
                    return new IgdService(type, control, base == null ? "" : base);
                }
            }
        }
        return null;
    }

    /** Of the device: 1 or 2. */
    public int version() {
        return type.equals(TYPES.get(0)) ? 2 : 1;
    }

    /** The description of a gateway of a version, whose one service is called at a path. */
    public static String description(int version, String uuid, String controlPath) {
        String service = PREFIX + "WANIPConnection:" + version;
        return "<?xml version=\"1.0\"?>\n<root xmlns=\"urn:schemas-upnp-org:device-1-0\">"
                + "<specVersion><major>1</major><minor>0</minor></specVersion>"
                + device("InternetGatewayDevice", version, uuid + "-0")
                + "<deviceList>" + device("WANDevice", version, uuid + "-1")
                + "<deviceList>" + device("WANConnectionDevice", version, uuid + "-2")
                + "<serviceList><service><serviceType>" + service + "</serviceType>"
                + "<serviceId>urn:upnp-org:serviceId:WANIPConn1</serviceId>"
                + "<SCPDURL>/service.xml</SCPDURL><controlURL>" + controlPath + "</controlURL><eventSubURL/>"
                + "</service></serviceList>"
                + "</device></deviceList></device></deviceList></device></root>";
    }

    private static String device(String kind, int version, String udn) {
        return "<device><deviceType>" + DEVICE + kind + ":" + version + "</deviceType>"
                + "<friendlyName>nat-sim</friendlyName><manufacturer>Postern</manufacturer><modelName>nat-sim</modelName>"
                + "<UDN>uuid:" + udn + "</UDN>";
    }
}
