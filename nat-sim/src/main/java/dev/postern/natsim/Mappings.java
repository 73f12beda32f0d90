package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Finds the mapping of a packet from inside, and makes it where there is none. */
final class Mappings {

    private static final TransportAddress ANY_DESTINATION = TransportAddress.of(IpAddress.ofIpv4(0), 0);
    private static final int FIRST_UNPRIVILEGED_PORT = 1024;

    private final NatState state;
    private final NatBehaviour behaviour;
    private final Translations translations;

    Mappings(NatState state) {
        this.state = state;
        this.behaviour = state.behaviour();
        this.translations = state.translations();
    }

    /** The mapping that packets from {@code internal} to {@code remote} leave through; null if there is none. */
    @Nullable
    Translation find(IpProtocol protocol, TransportAddress internal, TransportAddress remote) {
        Instability instability = behaviour.quirks().instability();
        if (behaviour.portControl().isOffered()) {
            Translation asked = asked(protocol, internal);
            if (asked != null) {
                return asked;
            }
        }
        Translation other = instability.trigger() == Instability.Trigger.NEVER
                ? null
                : translations.fromInside(key(protocol, internal, remote, instability.then()));
        return other != null ? other : translations.fromInside(key(protocol, internal, remote, behaviour.mapping()));
    }

    /** The mapping of an inside transport address that stands for all destinations; null if there is none. */
    @Nullable
    Translation asked(IpProtocol protocol, TransportAddress internal) {
        return translations.fromInside(key(protocol, internal, ANY_DESTINATION, Mapping.EIM));
    }

    /**
     * Makes a mapping for all destinations that a host has asked for, at the port that it wishes for if that is free. Null if there is no
     * room for it.
     */
    @Nullable
    Translation makeAsked(IpProtocol protocol, TransportAddress internal, int wishedPort, long nowNanos) {
        Limits limits = behaviour.limits();
        IpAddress address = state.addresses().forInside(internal.ip());
        if (address == null
                || translations.size() >= limits.mappings()
                || translations.sizeOf(internal.ip()) >= limits.mappingsPerHost()) {
            return null;
        }
        IntPredicate free =
                port -> state.isFree(protocol, TransportAddress.of(address, port), ANY_DESTINATION, nowNanos);
        PortRules rules = behaviour.ports();
        boolean wishGranted = rules.blocks() == PortBlocks.NONE
                && wishedPort >= rules.first()
                && wishedPort <= rules.last()
                && free.test(wishedPort);
        int port = wishGranted ? wishedPort : state.portsOf(address).next(internal, ANY_DESTINATION, free);
        return port == PortSource.NONE
                ? null
                : translations.add(
                        key(protocol, internal, ANY_DESTINATION, Mapping.EIM),
                        TransportAddress.of(address, port),
                        nowNanos);
    }

    private static MappingKey key(
            IpProtocol protocol, TransportAddress internal, TransportAddress remote, Mapping mapping) {
        TransportAddress part = switch (mapping) {
            case EIM -> ANY_DESTINATION;
            case ADM -> TransportAddress.of(remote.ip(), 0);
            case APDM -> remote;
        };
        return new MappingKey(protocol, internal, part);
    }

    /** Makes the mapping of a packet; the caller has asked whether there is room for one. Null if no port is left. */
    @Nullable
    Translation make(Packet packet, long nowNanos) {
        Instability instability = behaviour.quirks().instability();
        boolean loaded = instability.trigger() == Instability.Trigger.LOAD && translations.size() >= instability.load();
        TransportAddress external = externalFor(packet, nowNanos);
        if (external == null
                && behaviour.limits().exhaustion() == Exhaustion.EVICT_OLDEST
                && translations.evict(old -> old.protocol() == packet.protocol(), nowNanos)) {
            external = externalFor(packet, nowNanos);
        }
        if (external == null) {
            return null;
        }
        boolean conflict = instability.trigger() == Instability.Trigger.CONFLICT
                && external.port() != packet.source().port();
        Mapping rule = loaded || conflict ? instability.then() : behaviour.mapping();
        return translations.add(
                key(packet.protocol(), packet.source(), packet.destination(), rule), external, nowNanos);
    }

    private @Nullable TransportAddress externalFor(Packet packet, long nowNanos) {
        IpAddress address = state.addresses().forInside(packet.source().ip());
        if (address == null) {
            return null;
        }
        if (behaviour.rewrites() != Rewrites.ADDRESSES_AND_PORTS) {
            return TransportAddress.of(address, packet.source().port());
        }
        int port = port(packet, address, nowNanos);
        return port == PortSource.NONE ? null : TransportAddress.of(address, port);
    }

    private int port(Packet packet, IpAddress address, long nowNanos) {
        PortRules rules = behaviour.ports();
        IntPredicate free = candidate -> state.isFree(
                packet.protocol(), TransportAddress.of(address, candidate), packet.destination(), nowNanos);
        int inside = packet.source().port();
        IntPredicate fitting = free.and(candidate -> (!rules.parity() || (candidate - inside) % 2 == 0)
                && (!rules.keepRange() || candidate < FIRST_UNPRIVILEGED_PORT == inside < FIRST_UNPRIVILEGED_PORT));
        int next = rules.contiguity() ? portAbove(packet, address) : PortSource.NONE;
        if (next != PortSource.NONE && fitting.test(next)) {
            return next;
        }
        PortSource source = state.portsOf(address);
        int port = source.next(packet.source(), packet.destination(), fitting);
        boolean demanding = rules.parity() || rules.keepRange();
        return port == PortSource.NONE && demanding ? source.next(packet.source(), packet.destination(), free) : port;
    }

    /** The port above that of the mapping of the inside port below; NONE if there is no such mapping. */
    private int portAbove(Packet packet, IpAddress address) {
        TransportAddress source = packet.source();
        Translation below = source.port() == 0
                ? null
                : find(packet.protocol(), TransportAddress.of(source.ip(), source.port() - 1), packet.destination());
        boolean usable = below != null
                && below.external().ip().equals(address)
                && below.external().port() < behaviour.ports().last();
        return usable && below != null ? below.external().port() + 1 : PortSource.NONE;
    }
}
