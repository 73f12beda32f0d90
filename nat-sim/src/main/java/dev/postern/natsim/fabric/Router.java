package dev.postern.natsim.fabric;

import dev.postern.natsim.DropReason;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBox;
import dev.postern.natsim.NatTable;
import dev.postern.natsim.Packet;
import dev.postern.natsim.Side;
import dev.postern.natsim.Verdict;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;

/**
 * The gateway of a zone, with a NAT in it. Made by {@link VirtualNet#nat} or {@link VirtualNet#firewall}; a zone inside of
 * which another router has its outside is how NATs are nested.
 */
public final class Router {

    private final VirtualNet net;
    private final String name;
    private final NatBox nat;
    private final Line inside;
    private final Line outside;

    private Router(VirtualNet net, String name, NatBox nat, Zone inner, Zone outer, Link link) {
        this.net = net;
        this.name = name;
        this.nat = nat;
        this.inside = new Line(net, name, this::onArrival, inner, Link.PERFECT);
        this.outside = new Line(net, name, this::onArrival, outer, link);
        inner.gateway(this, inside);
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
        Verdict verdict = at == inside ? nat.outbound(packet, net.nowNanos()) : nat.inbound(packet, net.nowNanos());
        verdict.tell(new Verdict.Handler() {
            @Override
            public void onForward(Packet translated, Side to) {
                net.translated(flight, name, translated);
                (to == Side.INSIDE ? inside : outside).up(flight.translated(translated));
            }

            @Override
            public void onDrop(DropReason reason, String sentence) {
                net.drop(flight, name, sentence);
            }
        });
    }
}
