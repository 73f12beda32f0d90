package dev.postern.natsim;

import dev.postern.natsim.portmap.SoapAnswer;
import dev.postern.natsim.portmap.SoapCall;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Does what a UPnP gateway's service is called for (WANIPConnection:1 and :2, sections 2.4 and 2.5). As with NAT-PMP and PCP a host
 * maps ports of its own address alone, which version 2 recommends; and an inside port has one external port. Belongs to the NAT's thread.
 */
final class UpnpMapper {

    /** A lease without an end; nothing else here lasts longer. */
    static final Duration FOR_EVER = Duration.ofDays(365);

    private static final String EXTERNAL_PORT = "NewExternalPort";
    private static final String PROTOCOL = "NewProtocol";
    private static final String INTERNAL_PORT = "NewInternalPort";
    private static final String INTERNAL_CLIENT = "NewInternalClient";
    private static final String LEASE = "NewLeaseDuration";
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int MAX_PORT = 65_535;

    /** Which mapping is meant. */
    private record Entry(IpProtocol protocol, int externalPort) {}

    private final NatState state;
    private final PortGrants grants;
    private final PortControl control;

    UpnpMapper(NatState state, PortGrants grants) {
        this.state = state;
        this.grants = grants;
        this.control = state.behaviour().portControl();
    }

    SoapAnswer answer(IpAddress client, SoapCall call, long nowNanos) {
        state.translations().expire(nowNanos);
        IpAddress external = state.addresses().forInside(client);
        if (external == null || !external.isIpv4()) {
            return call.refusal(SoapAnswer.ACTION_FAILED, "Action Failed");
        }
        return switch (call.action()) {
            case "GetExternalIPAddress" -> call.answer(Map.of("NewExternalIPAddress", external.toString()));
            case "AddPortMapping" -> add(client, external, call, false, nowNanos);
            case "AddAnyPortMapping" ->
                control.upnpIgd() == UpnpIgd.IGD2 ? add(client, external, call, true, nowNanos) : invalidAction(call);
            case "DeletePortMapping" -> delete(client, external, call, nowNanos);
            case "GetSpecificPortMappingEntry" -> entry(external, call, nowNanos);
            default -> invalidAction(call);
        };
    }

    private static SoapAnswer invalidAction(SoapCall call) {
        return call.refusal(SoapAnswer.INVALID_ACTION, "Invalid Action");
    }

    private static SoapAnswer invalidArgs(SoapCall call) {
        return call.refusal(SoapAnswer.INVALID_ARGS, "Invalid Args");
    }

    /** The number that an argument is; negative if it is none. */
    private static long number(SoapCall call, String argument, long most) {
        String text = call.argument(argument);
        long number = text.matches("[0-9]{1,10}") ? Long.parseLong(text) : -1;
        return number <= most ? number : -1;
    }

    private static @Nullable Entry entryOf(SoapCall call) {
        IpProtocol protocol = switch (call.argument(PROTOCOL)) {
            case "UDP" -> IpProtocol.UDP;
            case "TCP" -> IpProtocol.TCP;
            default -> null;
        };
        int port = (int) number(call, EXTERNAL_PORT, MAX_PORT);
        return protocol == null || port < 0 ? null : new Entry(protocol, port);
    }

    private SoapAnswer add(IpAddress client, IpAddress external, SoapCall call, boolean any, long nowNanos) {
        Entry entry = entryOf(call);
        int internalPort = (int) number(call, INTERNAL_PORT, MAX_PORT);
        long lease = number(call, LEASE, Integer.toUnsignedLong(-1));
        if (entry == null || internalPort < 0 || lease < 0) {
            return invalidArgs(call);
        }
        SoapAnswer refusal = refusal(client, call, entry, internalPort, lease);
        if (refusal != null) {
            return refusal;
        }
        TransportAddress internal = TransportAddress.of(client, internalPort);
        Translation there = grants.at(entry.protocol(), TransportAddress.of(external, entry.externalPort()));
        if (there != null && !there.internal().equals(internal) && !any) {
            return conflict(call);
        }
        Translation had = grants.of(entry.protocol(), internal);
        if (had != null && had.external().port() != entry.externalPort() && !any) {
            return call.refusal(SoapAnswer.ACTION_FAILED, "Action Failed");
        }
        PortGrants.Grant grant =
                grants.grant(entry.protocol(), internal, entry.externalPort(), seconds(lease), Pin.UNOWNED, nowNanos);
        Translation mapping = grant.mapping();
        if (mapping == null) {
            boolean full = grant.refusal() == PortGrants.Refusal.NO_RESOURCES && control.upnpIgd() == UpnpIgd.IGD2;
            return full
                    ? call.refusal(SoapAnswer.NO_PORT_MAPS, "NoPortMapsAvailable")
                    : call.refusal(SoapAnswer.ACTION_FAILED, "Action Failed");
        }
        int granted = mapping.external().port();
        if (any) {
            return call.answer(Map.of("NewReservedPort", Integer.toString(granted)));
        }
        if (granted != entry.externalPort()) {
            state.translations().end(mapping, nowNanos, "at a port that its host had not asked for");
            return conflict(call);
        }
        return call.answer(Map.of());
    }

    private static SoapAnswer conflict(SoapCall call) {
        return call.refusal(SoapAnswer.CONFLICT, "ConflictInMappingEntry");
    }

    /** Why what is asked for is never given; null if it may be. */
    private @Nullable SoapAnswer refusal(IpAddress client, SoapCall call, Entry entry, int internalPort, long lease) {
        if (!call.argument("NewRemoteHost").isEmpty()) {
            return call.refusal(SoapAnswer.ONLY_WILDCARD_REMOTE_HOST, "RemoteHostOnlySupportsWildcard");
        }
        if (entry.externalPort() == 0) {
            return call.refusal(SoapAnswer.WILDCARD_EXTERNAL_PORT, "WildCardNotPermittedInExtPort");
        }
        if (internalPort == 0) {
            return call.refusal(SoapAnswer.WILDCARD_INTERNAL_PORT, "WildCardNotPermittedInIntPort");
        }
        if (!call.argument(INTERNAL_CLIENT).equals(client.toString())) {
            return call.refusal(SoapAnswer.NOT_AUTHORIZED, "Action not authorized");
        }
        if (lease != 0 && control.upnpIgd() == UpnpIgd.IGD1_PERMANENT) {
            return call.refusal(SoapAnswer.ONLY_PERMANENT_LEASES, "OnlyPermanentLeasesSupported");
        }
        return null;
    }

    /** How long a lease is granted for; version 2 has none without an end. */
    private long seconds(long lease) {
        long longest = control.longest().toSeconds();
        if (lease != 0) {
            return Math.min(lease, longest);
        }
        return control.upnpIgd() == UpnpIgd.IGD2 ? longest : FOR_EVER.toSeconds();
    }

    private SoapAnswer delete(IpAddress client, IpAddress external, SoapCall call, long nowNanos) {
        Entry entry = entryOf(call);
        if (entry == null) {
            return invalidArgs(call);
        }
        Translation mapping = grants.at(entry.protocol(), TransportAddress.of(external, entry.externalPort()));
        Pin pin = mapping == null ? null : mapping.pin();
        if (mapping == null || pin == null) {
            return call.refusal(SoapAnswer.NO_SUCH_ENTRY, "NoSuchEntryInArray");
        }
        if (!mapping.internal().ip().equals(client) || !pin.hasOwner(Pin.UNOWNED)) {
            return call.refusal(SoapAnswer.NOT_AUTHORIZED, "Action not authorized");
        }
        state.translations().end(mapping, nowNanos, "given up by its host");
        return call.answer(Map.of());
    }

    private SoapAnswer entry(IpAddress external, SoapCall call, long nowNanos) {
        Entry entry = entryOf(call);
        if (entry == null) {
            return invalidArgs(call);
        }
        Translation mapping = grants.at(entry.protocol(), TransportAddress.of(external, entry.externalPort()));
        Pin pin = mapping == null ? null : mapping.pin();
        if (mapping == null || pin == null) {
            return call.refusal(SoapAnswer.NO_SUCH_ENTRY, "NoSuchEntryInArray");
        }
        long left = (pin.untilNanos() - nowNanos + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND;
        Map<String, String> values = new LinkedHashMap<>();
        values.put(INTERNAL_PORT, Integer.toString(mapping.internal().port()));
        values.put(INTERNAL_CLIENT, mapping.internal().ip().toString());
        values.put("NewEnabled", "1");
        values.put("NewPortMappingDescription", "");
        values.put(LEASE, Long.toString(left > control.longest().toSeconds() ? 0 : left));
        return call.answer(values);
    }
}
