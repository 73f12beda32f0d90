package dev.postern.natsim.fabric;

import dev.postern.natsim.DropReason;
import dev.postern.natsim.IcmpReason;
import dev.postern.natsim.IpFields;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBox;
import dev.postern.natsim.NatTable;
import dev.postern.natsim.Packet;
import dev.postern.natsim.Side;
import dev.postern.natsim.Verdict;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The gateway of a zone, with a NAT in it. Made by {@link VirtualNet#nat} or {@link VirtualNet#firewall}; a zone inside of
 * which another router has its outside is how NATs are nested. What it can suffer while the network runs happens at once
 * when it is called; do so from {@link VirtualNet#at} for a given time.
 */
public final class Router {

    private static final int NANO_DIGITS = 9;

    private final VirtualNet net;
    private final String name;
    private final Line inside;
    private final Line outside;
    private NatBox nat;
    /** Why packets find no mapping that had one, and since when; null while nothing was forgotten. */
    private @Nullable String lastEvent;

    private long lastEventNanos;

    private Router(VirtualNet net, String name, NatBox nat, Zone inner, Zone outer, Link link) {
        this.net = net;
        this.name = name;
        this.nat = nat;
        this.inside = new Line(net, name, this::onArrival, inner, Link.PERFECT);
        this.outside = new Line(net, name, this::onArrival, outer, link);
        inner.gateway(this, inside, nat.external().isIpv4());
    }

    static Router translating(VirtualNet net, String name, Zone inside, Zone outside, NatBox nat, Link link) {
        Router router = new Router(net, name, nat, inside, outside, link);
        outside.join(nat.external(), router.outside);
        return router;
    }

    static Router routing(
            VirtualNet net,
            String name,
            Zone inside,
            Zone outside,
            NatBehaviour behaviour,
            IpPrefix addresses,
            Link link) {
        NatBox nat = new NatBox(behaviour, addresses.base(), net.newRandom());
        Router router = new Router(net, name, nat, inside, outside, link);
        outside.routeTo(addresses, router.outside);
        return router;
    }

    public String name() {
        return name;
    }

    /** The address on the outside; without translation, the first of those behind it. */
    public IpAddress external() {
        return nat.external();
    }

    public NatBehaviour behaviour() {
        return nat.behaviour();
    }

    /** The translation table as it is now. */
    public NatTable table() {
        return nat.table(net.nowNanos());
    }

    /** The line to the outer zone. */
    public Line line() {
        return outside;
    }

    /** The line to the inner zone, perfect from the start. */
    public Line insideLine() {
        return inside;
    }

    /** Forgets every mapping, as a router does that is switched off and on again; back at once. */
    public void reboot() {
        forget(behaviour(), external(), "rebooted");
    }

    /**
     * Forgets every mapping and is away for a while: both lines are cut, and connected again after the outage.
     *
     * @param outage 0 or more
     */
    public void reboot(Duration outage) {
        reboot();
        inside.disconnect();
        outside.disconnect();
        net.at(net.nowNanos() + outage.toNanos(), () -> {
            inside.reconnect();
            outside.reconnect();
        });
    }

    /**
     * Gets another address on the outside from its provider, and forgets every mapping, as all were of the old one.
     *
     * @throws IllegalStateException if this router does not translate
     * @throws IllegalArgumentException if somebody in the outer zone has the address
     */
    public void changeExternal(IpAddress external) {
        if (!behaviour().translates()) {
            throw new IllegalStateException(name + " has no external address: it does not translate");
        }
        outside.zone().join(external, outside);
        outside.zone().leave(external(), outside);
        forget(behaviour(), external, "changed from " + external() + " to " + external);
    }

    /** Behaves differently from now on, and forgets every mapping, as a router does with new firmware. */
    public void changeBehaviour(NatBehaviour behaviour) {
        if (behaviour.translates() != behaviour().translates()) {
            throw new IllegalArgumentException(
                    name + ": a router cannot begin or cease to translate: '" + behaviour.name() + "'");
        }
        forget(behaviour, external(), "became '" + behaviour.name() + "'");
    }

    private void forget(NatBehaviour behaviour, IpAddress external, String event) {
        nat = new NatBox(behaviour, external, net.newRandom());
        lastEvent = event;
        lastEventNanos = net.nowNanos();
    }

    Topology.RouterPlace place() {
        return new Topology.RouterPlace(
                name,
                inside.zone().name(),
                outside.zone().name(),
                behaviour(),
                external().toString(),
                Topology.words(outside.link()));
    }

    /** The zone that this router leads to. */
    Zone outer() {
        return outside.zone();
    }

    private void onArrival(Flight flight, Line at) {
        Packet packet = flight.packet();
        if (packet.ip().ttl() <= 1) {
            net.drop(flight, name, "hops exhausted: the TTL ran out here on the way to " + packet.destination());
            report(flight, Errors.about(reporter(packet), IcmpReason.HOPS_EXHAUSTED, packet), at);
            return;
        }
        Verdict verdict = at == inside ? nat.outbound(packet, net.nowNanos()) : nat.inbound(packet, net.nowNanos());
        verdict.tell(new Verdict.Handler() {
            @Override
            public void onForward(Packet translated, Side to) {
                forward(flight, at, translated, to == Side.INSIDE ? inside : outside);
            }

            @Override
            public void onDrop(DropReason reason, String sentence) {
                net.drop(flight, name, withEvent(reason, sentence));
            }
        });
    }

    private void forward(Flight flight, Line from, Packet translated, Line to) {
        Packet arrived = flight.packet();
        IpFields fields = translated.ip();
        Packet packet = translated.with(fields.withTtl(fields.ttl() - 1));
        net.translated(flight, name, packet);
        if (Fragmentation.forbids(packet, to.mtuUp(), false)) {
            net.drop(
                    flight,
                    name,
                    Errors.tooBig(packet, to.mtuUp(), "the line to " + to.zone().name()));
            report(flight, Errors.tooBig(reporter(arrived), to.mtuUp(), arrived), from);
        } else {
            to.up(flight.translated(packet));
        }
    }

    /** Sends an ICMP error back over the line that the packet had come from; null if there is none to send. */
    private void report(Flight about, @Nullable Packet error, Line to) {
        if (error != null) {
            to.up(net.reported(about, name, error));
        }
    }

    /** Its external address towards both sides: it has no other. */
    private IpAddress reporter(Packet packet) {
        return external().isIpv4() == packet.isIpv4() ? external() : Zone.reporter(packet.isIpv4());
    }

    /** Adds to a sentence about a mapping that is not there what made the router forget its mappings. */
    private String withEvent(DropReason reason, String sentence) {
        boolean forgotten = reason == DropReason.NO_MAPPING || reason == DropReason.FILTERED;
        if (lastEvent == null || !forgotten) {
            return sentence;
        }
        String seconds = BigDecimal.valueOf(net.nowNanos() - lastEventNanos, NANO_DIGITS)
                .stripTrailingZeros()
                .toPlainString();
        return sentence + "; " + name + " " + lastEvent + " " + seconds + " s ago and forgot its mappings";
    }
}
