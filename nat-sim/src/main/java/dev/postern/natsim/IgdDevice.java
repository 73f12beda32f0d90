package dev.postern.natsim;

import dev.postern.natsim.portmap.HttpMessage;
import dev.postern.natsim.portmap.IgdService;
import dev.postern.natsim.portmap.SoapCall;
import dev.postern.natsim.portmap.Ssdp;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A NAT as a UPnP device: is found, describes itself and is called. Belongs to the NAT's thread. */
final class IgdDevice {

    private static final String DESCRIPTION_PATH = "/rootDesc.xml";
    private static final String CONTROL_PATH = "/ctl/IPConn";
    /** One is enough: no host is in the networks of two such routers. */
    private static final String UUID = "6e61742d-7369-4d00-8000-706f73746572";

    private final UpnpMapper mapper;
    private final int version;

    IgdDevice(UpnpMapper mapper, int version) {
        this.mapper = mapper;
        this.version = version;
    }

    /** The answer to a search; null for none. */
    @Nullable
    ByteBuffer found(IpAddress own, ByteBuffer datagram) {
        String target = Ssdp.searched(datagram);
        boolean isThis = target != null && Ssdp.GATEWAYS.subList(0, version).contains(target);
        String location = "http://" + TransportAddress.of(own, NatBox.IGD_PORT) + DESCRIPTION_PATH;
        return isThis && target != null ? Ssdp.found(location, target, UUID + "-0") : null;
    }

    HttpMessage answer(IpAddress client, HttpMessage request, long nowNanos) {
        if (request.method().equals("GET") && request.path().equals(DESCRIPTION_PATH)) {
            return HttpMessage.response(HttpMessage.OK, IgdService.description(version, UUID, CONTROL_PATH));
        }
        if (!request.path().equals(CONTROL_PATH)) {
            return HttpMessage.response(HttpMessage.NOT_FOUND, "");
        }
        SoapCall call = SoapCall.decode(request);
        boolean known = call != null && IgdService.TYPES.contains(call.service());
        return known && call != null
                ? mapper.answer(client, call, nowNanos).encode()
                : HttpMessage.response(HttpMessage.BAD_REQUEST, "");
    }
}
