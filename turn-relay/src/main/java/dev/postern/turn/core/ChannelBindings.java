package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one allocation, found by number or by peer, at most as many as it may hold. Expired ones do not count and are
 * swept when they are in the way. Owned by the engine's thread.
 */
final class ChannelBindings {

    /** What {@link #bind} did or refused. */
    enum Outcome {
        BOUND,
        REFRESHED,
        /** The number stands for another peer, or the peer has another number. */
        CONFLICT,
        FULL
    }

    private static final int SMALLEST_TABLE = 2;
    private static final @Nullable ChannelBinding[] NONE = {null};

    private final int most;
    private final SmallMap<TransportAddress, ChannelBinding> byPeer = new SmallMap<>();

    /** Open addressing by number, a power of two, at most half full, so that a probe always ends. */
    private @Nullable ChannelBinding[] byNumber = NONE;

    ChannelBindings(int most) {
        this.most = most;
    }

    /** The binding of the number that holds now, or null. Makes no garbage. */
    @Nullable
    ChannelBinding find(int number, long nowNanos) {
        int slot = slotOf(number);
        ChannelBinding binding = slot < 0 ? null : byNumber[slot];
        return binding != null && binding.holds(nowNanos) ? binding : null;
    }

    /** Where in the table the number stands, or -1. */
    private int slotOf(int number) {
        int mask = byNumber.length - 1;
        for (int slot = number & mask; ; slot = (slot + 1) & mask) {
            ChannelBinding binding = byNumber[slot];
            if (binding == null) {
                return -1;
            }
            if (binding.number() == number) {
                return slot;
            }
        }
    }

    /** The peer's binding that holds now, or null. Makes no garbage. */
    @Nullable
    ChannelBinding find(TransportAddress peer, long nowNanos) {
        ChannelBinding binding = byPeer.get(peer);
        return binding != null && binding.holds(nowNanos) ? binding : null;
    }

    /** What {@link #bind} would do, without doing it, but for sweeping the expired. */
    Outcome check(int number, TransportAddress peer, long nowNanos) {
        ChannelBinding ofNumber = find(number, nowNanos);
        ChannelBinding ofPeer = find(peer, nowNanos);
        if (ofNumber != null || ofPeer != null) {
            return ofNumber == ofPeer ? Outcome.REFRESHED : Outcome.CONFLICT;
        }
        if (byPeer.size() >= most) {
            sweep(nowNanos);
        }
        return byPeer.size() < most ? Outcome.BOUND : Outcome.FULL;
    }

    /** Binds or refreshes, unless {@link #check} says that it cannot be. */
    Outcome bind(int number, TransportAddress peer, Permission permission, long nowNanos) {
        Outcome outcome = check(number, peer, nowNanos);
        if (outcome == Outcome.REFRESHED) {
            ChannelBinding binding = find(number, nowNanos);
            if (binding != null) {
                binding.refresh(permission, nowNanos);
            }
        } else if (outcome == Outcome.BOUND) {
            add(new ChannelBinding(number, peer, permission, nowNanos), nowNanos);
        }
        return outcome;
    }

    private void add(ChannelBinding binding, long nowNanos) {
        if (byPeer.get(binding.peer()) != null || slotOf(binding.number()) >= 0) {
            sweep(nowNanos); // an expired binding of the peer or of the number is in the way
        }
        byPeer.add(binding);
        if (2 * byPeer.size() > byNumber.length) {
            rebuild();
        } else {
            put(byNumber, binding);
        }
    }

    /** Forgets those for peers of a family whose relayed address is gone. */
    void removeAll(AddressFamily family) {
        if (byPeer.removeIf(binding -> AddressFamily.of(binding.peer().ip()) == family)) {
            rebuild();
        }
    }

    /** How many are remembered, the expired ones that were not swept yet among them. */
    int size() {
        return byPeer.size();
    }

    private void sweep(long nowNanos) {
        if (byPeer.removeIf(binding -> !binding.holds(nowNanos))) {
            rebuild();
        }
    }

    private void rebuild() {
        int length = SMALLEST_TABLE;
        while (length < 2 * byPeer.size()) {
            length *= 2;
        }
        @Nullable ChannelBinding[] table = new @Nullable ChannelBinding[length];
        byPeer.forEach(binding -> put(table, binding));
        byNumber = table;
    }

    private static void put(@Nullable ChannelBinding[] table, ChannelBinding binding) {
        int mask = table.length - 1;
        int slot = binding.number() & mask;
        while (table[slot] != null) {
            slot = (slot + 1) & mask;
        }
        table[slot] = binding;
    }
}
