package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Gives each inside host blocks of the ports of one external address (RFC 6888 section 4, RFC 7422). */
final class BlockPorts implements PortSource {

    private record Block(int index, RangedPorts ports) {}

    private final PortRules rules;
    private final RandomGenerator random;
    private final Predicate<IpAddress> hasMappings;
    private final int blocks;
    private final Map<IpAddress, List<Block>> byHost = new LinkedHashMap<>();
    private final boolean[] used;

    BlockPorts(PortRules rules, RandomGenerator random, Predicate<IpAddress> hasMappings) {
        this.rules = rules;
        this.random = random;
        this.hasMappings = hasMappings;
        this.blocks = rules.count() / rules.blockSize();
        this.used = new boolean[blocks];
    }

    @Override
    public int next(TransportAddress internal, TransportAddress destination, IntPredicate free) {
        if (rules.blocks() == PortBlocks.DETERMINISTIC) {
            int index = (int) Math.floorMod(internal.ip().low(), (long) blocks);
            return block(index).ports.next(internal, destination, free);
        }
        List<Block> own = byHost.getOrDefault(internal.ip(), List.of());
        for (Block block : own) {
            int port = block.ports.next(internal, destination, free);
            if (port != NONE) {
                return port;
            }
        }
        Block another = own.size() < rules.blocksPerHost() ? freeBlock() : null;
        if (another == null) {
            return NONE;
        }
        byHost.computeIfAbsent(internal.ip(), unused -> new ArrayList<>()).add(another);
        return another.ports.next(internal, destination, free);
    }

    private @Nullable Block freeBlock() {
        for (int round = 0; round < 2; round++) {
            for (int index = 0; index < blocks; index++) {
                if (!used[index]) {
                    used[index] = true;
                    return block(index);
                }
            }
            takeBack();
        }
        return null;
    }

    private void takeBack() {
        byHost.entrySet().removeIf(entry -> {
            boolean idle = !hasMappings.test(entry.getKey());
            if (idle) {
                entry.getValue().forEach(block -> used[block.index] = false);
            }
            return idle;
        });
    }

    private Block block(int index) {
        return new Block(
                index, new RangedPorts(rules, rules.first() + index * rules.blockSize(), rules.blockSize(), random));
    }
}
