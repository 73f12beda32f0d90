package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.function.Function;
import java.util.function.Predicate;

/** What the two directions of a NAT share, and a reboot clears. */
final class NatState {

    private final NatBehaviour behaviour;
    private final ExternalAddresses addresses;
    private final HeldPorts held;
    private final Translations translations;
    private final Uninvited uninvited;
    private final SynAnswers answers;
    private final Aging aging;
    private final PortSources ports;

    /**
     * Nothing mapped yet.
     *
     * @param ports makes the port sources, given who has mappings
     */
    NatState(NatBehaviour behaviour, ExternalAddresses addresses, Function<Predicate<IpAddress>, PortSources> ports) {
        this.behaviour = behaviour;
        this.addresses = addresses;
        this.held = new HeldPorts(behaviour.ports().holdDown());
        this.translations = new Translations(behaviour, held);
        this.uninvited = new Uninvited(behaviour);
        this.answers = new SynAnswers(behaviour.tcp());
        this.aging = new Aging(behaviour, translations);
        this.ports = ports.apply(inside -> translations.sizeOf(inside) > 0);
    }

    NatBehaviour behaviour() {
        return behaviour;
    }

    ExternalAddresses addresses() {
        return addresses;
    }

    Translations translations() {
        return translations;
    }

    Uninvited uninvited() {
        return uninvited;
    }

    SynAnswers answers() {
        return answers;
    }

    Aging aging() {
        return aging;
    }

    PortSource portsOf(IpAddress external) {
        return ports.of(external);
    }

    /** Whether a new mapping towards {@code remote} may have this external transport address. */
    boolean isFree(IpProtocol protocol, TransportAddress external, TransportAddress remote, long nowNanos) {
        return translations.isFree(protocol, external, remote)
                && !held.isHeld(protocol, external, nowNanos)
                && !uninvited.hasTaken(protocol, external, remote, nowNanos);
    }

    /** Whether packets of an inside host to this address come back inside. */
    boolean isHairpin(IpAddress destination) {
        return behaviour.translates() && addresses.owns(destination);
    }
}
