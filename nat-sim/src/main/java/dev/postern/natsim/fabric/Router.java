package dev.postern.natsim.fabric;

import dev.postern.natsim.DropReason;
import dev.postern.natsim.Exhaustion;
import dev.postern.natsim.IcmpReason;
import dev.postern.natsim.IpFields;
import dev.postern.natsim.IpTranslator;
import dev.postern.natsim.Nat64Prefix;
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
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
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

    /** For the NAT's own answers, made when there is one; they count as about the host whose packet came last. */
    private @Nullable Alarm answers;

    private @Nullable Host lastOrigin;

    /** What it does at its own address on the inside; null without one. */
    private @Nullable RouterServices services;

    private Router(VirtualNet net, String name, NatBox nat, Zone inner, Zone outer, Link link) {
        this.net = net;
        this.name = name;
        this.nat = nat;
        this.inside = new Line(net, name, this::onArrival, inner, Link.PERFECT);
        this.outside = new Line(net, name, this::onArrival, outer, link);
        Nat64Prefix prefix = nat.nat64Prefix();
        if (prefix != null) {
            inner.nat64(this, inside, prefix.prefix());
            return;
        }
        for (boolean ipv4 : new boolean[] {true, false}) {
            if (nat.externals().stream().anyMatch(address -> address.isIpv4() == ipv4)) {
                inner.gateway(this, inside, ipv4);
            }
        }
    }

    static Router translating(VirtualNet net, String name, Zone inside, Zone outside, NatBox nat, Link link) {
        Router router = new Router(net, name, nat, inside, outside, link);
        nat.externals().forEach(address -> outside.join(address, router.outside));
        return router;
    }

    static Router prefixing(
            VirtualNet net, String name, Zone inside, Zone outside, NatBox nat, IpPrefix outer, Link link) {
        Router router = new Router(net, name, nat, inside, outside, link);
        outside.routeTo(outer, router.outside);
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

    /** The first address on the outside; without translation, the first of those behind it. */
    public IpAddress external() {
        return nat.external();
    }

    /**
     * Gives the router an address inside, at which it answers NAT-PMP, PCP and UPnP IGD if its behaviour says so; it answers nothing
     * else there. At most one.
     *
     * @throws IllegalArgumentException if somebody in the inner zone has it already
     */
    public Router insideAddress(IpAddress address) {
        inside.zone().join(address, inside);
        services = new RouterServices(net, name, address, inside, () -> nat);
        return this;
    }

    /** The address inside at which hosts ask it for ports; null if it has none. */
    public @Nullable IpAddress insideAddress() {
        return services == null ? null : services.address();
    }

    /** All addresses on the outside. */
    public List<IpAddress> externals() {
        return nat.externals();
    }

    public NatBehaviour behaviour() {
        return nat.behaviour();
    }

    /** The prefix that inside hosts put before IPv4 addresses, if it is a NAT64; null if it is none. */
    public @Nullable Nat64Prefix nat64Prefix() {
        return nat.nat64Prefix();
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

    /** Forgets everything, as a router does that is switched off and on again; back at once. */
    public void reboot() {
        nat.clear();
        forgot("rebooted");
    }

    /**
     * Forgets everything and is away for a while: both lines are cut, and connected again after the outage.
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
     * Gets other addresses on the outside from its provider, one of them or several, and forgets every mapping, as all were
     * of the old ones.
     *
     * @throws IllegalStateException if this router has no addresses of its own: it does not translate, or puts one prefix for
     *     another
     * @throws IllegalArgumentException if somebody in the outer zone has an address already; nothing is changed then
     */
    public void changeExternal(IpAddress... addresses) {
        Zone outer = outside.zone();
        if (!outer.has(external(), outside)) {
            throw new IllegalStateException(name + " has no external address of its own to change");
        }
        List<IpAddress> next = List.of(addresses);
        if (nat64Prefix() != null && !next.stream().allMatch(IpAddress::isIpv4)) {
            throw new IllegalArgumentException(name + " is a NAT64, whose addresses outside are IPv4");
        }
        for (IpAddress address : next) {
            outer.requireFree(address, outside);
        }
        net.leaving(this);
        String before = words(externals());
        externals().forEach(address -> outer.leave(address, outside));
        next.forEach(address -> outer.join(address, outside));
        nat.readdress(next);
        forgot("changed from " + before + " to " + words(next));
    }

    /** Whether packets of a host to the outside go through this router. */
    boolean leadsOut(Host host) {
        Router router = host.zone().gatewayRouter();
        while (router != null && router != this) {
            router = router.outer().gatewayRouter();
        }
        return router == this;
    }

    private static String words(List<IpAddress> addresses) {
        return addresses.stream().map(IpAddress::toString).collect(Collectors.joining(" and "));
    }

    /** Behaves differently from now on, and forgets everything, as a router does with new firmware. */
    public void changeBehaviour(NatBehaviour behaviour) {
        if (behaviour.rewrites() != behaviour().rewrites()) {
            throw new IllegalArgumentException(name + ": '" + behaviour.name() + "' rewrites " + behaviour.rewrites()
                    + ", and this router " + behaviour().rewrites());
        }
        nat = nat.become(behaviour, net.newRandom());
        forgot("became '" + behaviour.name() + "'");
    }

    private void forgot(String event) {
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
                LineWords.of(outside.link()));
    }

    /** The zone that this router leads to. */
    Zone outer() {
        return outside.zone();
    }

    private void onArrival(Flight flight, Line at) {
        Packet packet = flight.packet();
        RouterServices own = services;
        if (at == inside && own != null && own.isFor(packet)) {
            own.onPacket(flight);
            return;
        }
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
                if (at == inside && isTold(reason)) {
                    IcmpReason why = IcmpReason.ADMINISTRATIVELY_PROHIBITED;
                    report(flight, Errors.about(reporter(packet), why, packet), inside);
                }
            }
        });
        awaitAnswers(flight.origin());
    }

    /** Whether an inside host is told that there was no room for its packet. */
    private boolean isTold(DropReason reason) {
        boolean noRoom = reason == DropReason.MAPPINGS_EXHAUSTED
                || reason == DropReason.PORTS_EXHAUSTED
                || reason == DropReason.CONTACTS_EXHAUSTED;
        return noRoom && behaviour().limits().exhaustion() == Exhaustion.REFUSE_AND_TELL;
    }

    /** Sees to it that the NAT's own answers are sent when they are due. */
    private void awaitAnswers(Host origin) {
        OptionalLong due = nat.nextDueNanos();
        if (due.isPresent()) {
            lastOrigin = origin;
            if (answers == null) {
                answers = new Alarm(net, this::sendAnswers);
            }
            answers.set(Math.max(0, due.getAsLong() - net.nowNanos()));
        }
    }

    private void sendAnswers() {
        Host origin = lastOrigin;
        if (origin != null) {
            nat.due(net.nowNanos())
                    .forEach(answer -> (answer.to() == Side.INSIDE ? inside : outside)
                            .up(net.reported(origin, name, answer.packet())));
            awaitAnswers(origin);
        }
    }

    private void forward(Flight flight, Line from, Packet translated, Line to) {
        Packet arrived = flight.packet();
        IpFields fields = translated.ip();
        Packet packet = translated.with(fields.withTtl(fields.ttl() - 1));
        net.translated(flight, name, packet);
        if (mustBeCut(arrived, packet)) {
            Fragmentation.cut(packet, IpTranslator.LEAST_IPV6_MTU, flight.number())
                    .forEach(part -> to.up(flight.copy(part)));
        } else if (Fragmentation.forbids(packet, to.mtuUp(), false)) {
            net.drop(
                    flight,
                    name,
                    Errors.tooBig(packet, to.mtuUp(), "the line to " + to.zone().name()));
            int mtuBytes = IpTranslator.mtuBefore(arrived, packet, to.mtuUp());
            report(flight, Errors.tooBig(reporter(arrived), mtuBytes, arrived), from);
        } else {
            to.up(flight.translated(packet));
        }
    }

    /** An IPv4 packet that routers may cut becomes one of IPv6 that no other router may: RFC 7915 section 4. */
    private static boolean mustBeCut(Packet arrived, Packet packet) {
        return arrived.isIpv4()
                && !packet.isIpv4()
                && !arrived.ip().dontFragment()
                && packet.ipBytes() > IpTranslator.LEAST_IPV6_MTU;
    }

    /** Sends an ICMP error back over the line that the packet had come from; null if there is none to send. */
    private void report(Flight about, @Nullable Packet error, Line to) {
        if (error != null) {
            to.up(net.reported(about.origin(), name, error));
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
