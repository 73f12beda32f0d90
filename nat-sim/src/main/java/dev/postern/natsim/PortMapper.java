package dev.postern.natsim;

import dev.postern.natsim.portmap.NatPmpRequest;
import dev.postern.natsim.portmap.NatPmpResponse;
import dev.postern.natsim.portmap.PcpMap;
import dev.postern.natsim.portmap.PcpMessage;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Answers inside hosts that ask for mappings (RFC 6886, RFC 6887). A host maps ports of its own address alone, within the limits that hold for
 * all mappings, for a bounded time. Belongs to the NAT's thread.
 */
final class PortMapper {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final NatState state;
    private final PortControl control;
    private final PortGrants grants;
    private long epochNanos;
    private boolean asked;

    PortMapper(NatState state, PortGrants grants) {
        this.state = state;
        this.control = state.behaviour().portControl();
        this.grants = grants;
    }

    /** The answer to a datagram of an inside host; null for none. */
    @Nullable
    ByteBuffer answer(TransportAddress client, ByteBuffer request, long nowNanos) {
        if (!asked) {
            asked = true;
            epochNanos = nowNanos;
        }
        state.translations().expire(nowNanos);
        if (PcpMessage.hasVersion(request)) {
            return control.pcp() ? pcp(client, request, nowNanos) : otherVersion(request, nowNanos);
        }
        if (control.natPmp()) {
            NatPmpRequest decoded = NatPmpRequest.decode(request);
            return decoded == null ? null : natPmp(client, decoded, nowNanos).encode();
        }
        return NatPmpRequest.decode(request) == null ? null : PcpMessage.unsupportedVersion(epoch(nowNanos));
    }

    /** RFC 6886 section 3.5: a gateway that knows NAT-PMP alone says so. */
    private @Nullable ByteBuffer otherVersion(ByteBuffer request, long nowNanos) {
        PcpMessage decoded = PcpMessage.decode(request);
        return decoded == null || decoded.response() || !control.natPmp()
                ? null
                : NatPmpResponse.refusal(0, NatPmpResponse.UNSUPPORTED_VERSION, epoch(nowNanos))
                        .encode();
    }

    /** Since the first ask after its start: whole seconds. */
    private long epoch(long nowNanos) {
        return (nowNanos - epochNanos) / NANOS_PER_SECOND;
    }

    private NatPmpResponse natPmp(TransportAddress client, NatPmpRequest request, long nowNanos) {
        long epoch = epoch(nowNanos);
        IpAddress external = state.addresses().forInside(client.ip());
        int operation = request.operation();
        if (external == null || !external.isIpv4()) {
            return NatPmpResponse.refusal(operation, NatPmpResponse.NETWORK_FAILURE, epoch);
        }
        if (operation == NatPmpRequest.EXTERNAL_ADDRESS) {
            return NatPmpResponse.address(epoch, external);
        }
        if (operation != NatPmpRequest.MAP_UDP && operation != NatPmpRequest.MAP_TCP) {
            return NatPmpResponse.refusal(operation, NatPmpResponse.UNSUPPORTED_OPERATION, epoch);
        }
        IpProtocol protocol = operation == NatPmpRequest.MAP_UDP ? IpProtocol.UDP : IpProtocol.TCP;
        if (request.lifetimeSeconds() == 0) {
            grants.delete(protocol, client.ip(), request.internalPort(), Pin.UNOWNED, nowNanos);
            return NatPmpResponse.mapping(request, epoch, 0, 0);
        }
        PortGrants.Grant grant = grants.grant(
                protocol,
                TransportAddress.of(client.ip(), request.internalPort()),
                request.externalPort(),
                bounded(request.lifetimeSeconds()),
                Pin.UNOWNED,
                nowNanos);
        Translation mapping = grant.mapping();
        return mapping == null
                ? NatPmpResponse.refusal(operation, grant.refusal().natPmp(), epoch)
                : NatPmpResponse.mapping(request, epoch, mapping.external().port(), grant.lifetimeSeconds());
    }

    private @Nullable ByteBuffer pcp(TransportAddress client, ByteBuffer bytes, long nowNanos) {
        PcpMessage request = PcpMessage.decode(bytes);
        if (request == null || request.response()) {
            return null;
        }
        return pcp(client, request, nowNanos).encode();
    }

    private PcpMessage pcp(TransportAddress client, PcpMessage request, long nowNanos) {
        long epoch = epoch(nowNanos);
        PcpMap map = request.map();
        if (!client.ip().equals(request.client())) {
            return request.answer(PcpMessage.ADDRESS_MISMATCH, 0, epoch, map);
        }
        if (request.mandatoryOption()) {
            return request.answer(PcpMessage.UNSUPP_OPTION, 0, epoch, map);
        }
        if (request.opcode() == PcpMessage.ANNOUNCE) {
            return request.answer(PcpMessage.SUCCESS, 0, epoch, null);
        }
        if (map == null) {
            return request.answer(PcpMessage.UNSUPP_OPCODE, 0, epoch, null);
        }
        if (map.protocol() != PcpMap.UDP && map.protocol() != PcpMap.TCP) {
            return request.answer(PcpMessage.UNSUPP_PROTOCOL, 0, epoch, map);
        }
        return mapped(client, request, map, nowNanos);
    }

    private PcpMessage mapped(TransportAddress client, PcpMessage request, PcpMap map, long nowNanos) {
        IpProtocol protocol = map.protocol() == PcpMap.UDP ? IpProtocol.UDP : IpProtocol.TCP;
        Pin owner = new Pin(0, map.nonceHigh(), map.nonceLow());
        PortGrants.Grant grant;
        if (map.internalPort() == 0) {
            return request.answer(PcpMessage.MALFORMED_REQUEST, 0, epoch(nowNanos), map);
        } else if (request.lifetimeSeconds() == 0) {
            grant = PortGrants.Grant.of(grants.delete(protocol, client.ip(), map.internalPort(), owner, nowNanos));
        } else {
            grant = grants.grant(
                    protocol,
                    TransportAddress.of(client.ip(), map.internalPort()),
                    map.externalPort(),
                    bounded(request.lifetimeSeconds()),
                    owner,
                    nowNanos);
        }
        Translation mapping = grant.mapping();
        PcpMap answered = mapping == null
                ? map
                : map.granted(mapping.external().port(), mapping.external().ip());
        return request.answer(grant.refusal().pcp(), grant.lifetimeSeconds(), epoch(nowNanos), answered);
    }

    private long bounded(long wishedSeconds) {
        return Math.min(wishedSeconds, control.longest().toSeconds());
    }
}
