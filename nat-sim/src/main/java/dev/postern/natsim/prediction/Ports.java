package dev.postern.natsim.prediction;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBehaviourBuilder;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.PortBlocks;
import dev.postern.natsim.PortSharing;
import java.time.Duration;

/**
 * The external ports of the NAT that is to be guessed, and how it picks them.
 *
 * @param first the first port of the range, 1 to 65535
 * @param last the last port of the range, at least {@code first}
 * @param step how far {@link Allocator#DELTA_K} goes each time, negative for downwards, not 0; counts only with it
 * @param blockSize how many ports an inside host has with {@link Allocator#BLOCK}; counts only with it
 */
public record Ports(Allocator allocator, int first, int last, int step, int blockSize) {

    /** The range of ports that NATs of this simulator use unless told otherwise. */
    public static final int FIRST = 1024;

    /** The end of that range. */
    public static final int LAST = 65_535;

    /** The step of {@link Allocator#DELTA_K} unless told otherwise. */
    public static final int STEP = 4;

    /** The size of blocks unless told otherwise. */
    public static final int BLOCK = 512;

    private static final int MOST_MAPPINGS = 1 << 22;

    /** Consecutive ports. */
    record Span(int first, int count) {}

    /** Refuses what is out of the ranges above. */
    public Ports {
        if (first < 1 || first > last || last > LAST) {
            throw new IllegalArgumentException("ports " + first + "-" + last + " must lie within 1-" + LAST);
        }
        if (step == 0 || Math.abs(step) > LAST) {
            throw new IllegalArgumentException(
                    "a step of " + step + " must be -" + LAST + " to " + LAST + ", and not 0");
        }
        if (allocator == Allocator.BLOCK && (blockSize < 1 || blockSize > last - first + 1)) {
            throw new IllegalArgumentException(
                    "a block of " + blockSize + " ports must lie within " + first + "-" + last);
        }
    }

    /** With the usual range, step and block. */
    public static Ports of(Allocator allocator) {
        return new Ports(allocator, FIRST, LAST, STEP, BLOCK);
    }

    /** The same within another range. */
    public Ports within(int newFirst, int newLast) {
        return new Ports(allocator, newFirst, newLast, step, blockSize);
    }

    int count() {
        return last - first + 1;
    }

    /** How many ports a mapping of one inside host may have, as somebody knows who has seen one of them: N in the formulas. */
    public int cells() {
        return allocator == Allocator.BLOCK ? blockSize : count();
    }

    /** The ports that a mapping of the inside host may have, one of whose ports is known. */
    Span around(int port) {
        int offset = allocator == Allocator.BLOCK ? (port - first) / blockSize * blockSize : 0;
        return new Span(first + offset, cells());
    }

    /** The step that the NAT really makes; 1 where there is none. */
    int actualStep() {
        return allocator == Allocator.DELTA_K ? step : 1;
    }

    /**
     * The NAT: APDM and APDF.
     *
     * @param shared whether mappings to different destinations may share a port
     */
    NatBehaviour behaviour(Duration lifetime, boolean shared) {
        NatBehaviourBuilder nat = NatBehaviour.builder(allocator.label() + " ports", Mapping.APDM, Filtering.APDF)
                .ports(allocator.isLinear() ? PortAllocation.SEQUENTIAL : PortAllocation.RANDOM)
                .portRange(first, last)
                .portStep(actualStep())
                .portSharing(shared ? PortSharing.OTHER_DESTINATIONS : PortSharing.NEVER)
                .idleLifetime(lifetime)
                .maxMappings(MOST_MAPPINGS);
        return allocator == Allocator.BLOCK
                ? nat.portBlocks(PortBlocks.DYNAMIC, blockSize, 1).build()
                : nat.build();
    }

    /** Such as {@code random ports} or {@code ports in steps of 4}. */
    String words() {
        return switch (allocator) {
            case SEQUENTIAL -> "sequential ports";
            case DELTA_K -> "ports in steps of " + step;
            case BLOCK -> "random ports in a block of " + blockSize;
            case RANDOM -> "random ports";
        };
    }
}
