package dev.postern.natsim.explore;

import dev.postern.natsim.FilterScope;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBehaviourBuilder;
import dev.postern.natsim.Pooling;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.PortSharing;
import dev.postern.natsim.Rewrites;
import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Placement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** Draws trials: any NATs in any order, shared or not. The same seed gives the same trial. */
public final class RandomTrials {

    private static final int MOST_OWN = 3;

    private RandomTrials() {}

    /** The trial of a seed. */
    public static Trial draw(long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
        boolean together = random.nextInt(3) == 0;
        List<NatBehaviour> shared = together ? nats(1 + random.nextInt(2), true, random) : List.of();
        int least = together ? 0 : 1;
        List<NatBehaviour> a = nats(least + random.nextInt(MOST_OWN), false, random);
        boolean atServer = !together && random.nextInt(20) == 0;
        List<NatBehaviour> b = atServer ? List.of() : nats(least + random.nextInt(MOST_OWN), false, random);
        Placement placement = new Placement(
                a,
                b,
                shared,
                together && random.nextBoolean(),
                random.nextInt(4) == 0,
                atServer,
                random.nextInt(4) == 0 ? Turn.NONE : Turn.UDP);
        Trial trial = new Trial(
                placement,
                seed,
                random.nextInt(100),
                random.nextInt(100),
                random.nextInt(3) == 0 ? random.nextInt(401) - 200 : 0);
        return varied(trial, random);
    }

    /**
     * The same, now and then with pools of addresses, with TURN over TCP, with IPv6, or with loss. Loss is not drawn where the
     * oracle's word depends on whose checks come first, since each packet then has an order of its own; nor beside TCP, which an
     * agent that has lost its first packets takes for its only way.
     */
    private static Trial varied(Trial trial, Random random) {
        Placement placement = pooled(trial.placement(), random);
        boolean tcp = placement.turn() == Turn.UDP && random.nextInt(4) == 0;
        boolean isOrderly = Stream.concat(placement.wayOfA().stream(), placement.wayOfB().stream())
                .map(NatBehaviour::quirks)
                .noneMatch(quirks -> quirks.openInput() || !quirks.blacklist().isZero());
        boolean lossy = random.nextInt(4) == 0 && isOrderly && !tcp;
        int loss = 1 + random.nextInt(2);
        return trial.with(tcp ? placement.withTurn(Turn.UDP_AND_TCP) : placement)
                .with(lossy ? loss : 0, random.nextInt(3) == 0);
    }

    private static Placement pooled(Placement p, Random random) {
        List<NatBehaviour> a = p.shared().isEmpty() ? pooled(p.a(), random) : p.a();
        List<NatBehaviour> b = p.shared().isEmpty() ? pooled(p.b(), random) : p.b();
        return new Placement(a, b, pooled(p.shared(), random), p.isolated(), p.sameInside(), p.bAtServer(), p.turn());
    }

    /**
     * Now and then with an outermost NAT that gives each mapping any of its addresses. Not one behind another: each address has
     * all ports for itself, so that two mappings may have the same one, which a NAT outside of both then shows as one.
     */
    private static List<NatBehaviour> pooled(List<NatBehaviour> fromInside, Random random) {
        if (random.nextInt(4) != 0 || fromInside.isEmpty()) {
            return fromInside;
        }
        List<NatBehaviour> nats = new ArrayList<>(fromInside);
        int outermost = nats.size() - 1;
        NatBehaviour nat = nats.get(outermost);
        if (nat.rewrites() == Rewrites.ADDRESSES_AND_PORTS && nat.ports().sharing() == PortSharing.NEVER) {
            nats.set(
                    outermost,
                    NatText.named(nat.toBuilder().pooling(Pooling.ARBITRARY).build()));
        }
        return nats;
    }

    private static List<NatBehaviour> nats(int count, boolean forTwo, Random random) {
        List<NatBehaviour> nats = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nats.add(NatText.named(nat(forTwo, random)));
        }
        return nats;
    }

    /** One NAT; a kind that tells two hosts with the same port apart in a way of its own only if it is not {@code forTwo}. */
    private static NatBehaviour nat(boolean forTwo, Random random) {
        Filtering filtering = any(Filtering.values(), random);
        boolean blocked = random.nextInt(25) == 0;
        boolean refresh = random.nextBoolean();
        FilterScope scope = any(FilterScope.values(), random);
        int kind = random.nextInt(18);
        NatBehaviourBuilder builder;
        if (kind < 3) {
            builder = NatBehaviour.builder("", Mapping.EIM, filtering).translates(false);
        } else if (kind == 3 && !forTwo) {
            builder = NatBehaviour.linux().toBuilder().openInput(random.nextBoolean());
            scope = FilterScope.MAPPING;
            refresh = true;
        } else if (kind == 4 && !forTwo) {
            builder = NatBehaviour.builder("", Mapping.EIM, filtering).rewrites(Rewrites.ADDRESSES);
        } else {
            Mapping mapping = random.nextBoolean() ? Mapping.EIM : any(Mapping.values(), random);
            builder = NatBehaviour.builder("", mapping, filtering)
                    .ports(any(PortAllocation.values(), random))
                    .hairpin(any(Hairpin.values(), random))
                    .blacklist(random.nextInt(12) == 0 ? Duration.ofMinutes(5) : Duration.ZERO);
        }
        return builder.filterScope(scope)
                .inboundRefresh(refresh)
                .blocked(blocked ? Set.of(IpProtocol.UDP) : Set.of())
                .build();
    }

    private static <T> T any(T[] values, Random random) {
        return values[random.nextInt(values.length)];
    }
}
