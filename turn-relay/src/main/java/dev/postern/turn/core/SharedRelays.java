package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import dev.postern.turn.core.SharedRelay.State;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The shared relays of one engine: of each pool those ports whose index is its shard's, modulo the number of shards. None where each
 * allocation has a port of its own. Belongs to the engine's thread.
 */
final class SharedRelays {

    private final SharedState shared;
    private final TurnOutput output;
    private final SidePorts sidePorts;
    private final SplittableRandom random;
    private final Map<AddressFamily, List<SharedRelay>> byFamily = new EnumMap<>(AddressFamily.class);

    SharedRelays(SharedState shared, AllocationTable home, TurnOutput output, Tally tally) {
        this.shared = shared;
        this.output = output;
        this.sidePorts = new SidePorts(shared, output, tally);
        this.random = new SplittableRandom(shared.randomBits());
        for (AddressFamily family : AddressFamily.values()) {
            byFamily.put(family, relaysOf(shared.pool(family), home));
        }
    }

    private List<SharedRelay> relaysOf(@Nullable RelayPool pool, AllocationTable home) {
        List<SharedRelay> relays = new ArrayList<>();
        int shards = shared.config().shards();
        for (int index = home.shard(); pool != null && index < pool.sharedPorts(); index += shards) {
            relays.add(new SharedRelay(home, pool, pool.sharedPort(index)));
        }
        return relays;
    }

    SidePorts sidePorts() {
        return sidePorts;
    }

    /** A relay with the fewest legs, one that could not be bound only where there is no other; null if the family has none. */
    @Nullable
    SharedRelay pick(AddressFamily family) {
        SharedRelay best = null;
        int equals = 0;
        for (SharedRelay relay : byFamily.getOrDefault(family, List.of())) {
            int order = best == null ? -1 : Integer.compare(burden(relay), burden(best));
            equals = order == 0 ? equals + 1 : order < 0 ? 1 : equals;
            if (order < 0 || (order == 0 && random.nextInt(equals) == 0)) {
                best = relay;
            }
        }
        return best;
    }

    private static int burden(SharedRelay relay) {
        return relay.state() == State.FAILED ? Integer.MAX_VALUE : relay.seats();
    }

    /** Takes a leg in; whether its relay is bound already, else it waits. */
    boolean join(Seat seat) {
        SharedRelay relay = seat.relay();
        relay.count(1);
        if (relay.state() == State.OPEN) {
            return true;
        }
        open(relay);
        relay.waiting().add(seat.leg());
        return false;
    }

    private void open(SharedRelay relay) {
        switch (relay.state()) {
            case CLOSED, FAILED -> {
                relay.moveTo(State.OPENING);
                output.openRelay(relay, relay.bindAddress());
            }
            case UNWANTED -> relay.moveTo(State.OPENING);
            case OPENING, OPEN -> {}
        }
    }

    /** Asks for all that are not open; how many are waited for then. */
    int openAll() {
        byFamily.values().forEach(relays -> relays.forEach(this::open));
        return opening();
    }

    /** How many are waited for. */
    int opening() {
        return (int) byFamily.values().stream()
                .flatMap(List::stream)
                .filter(relay -> relay.state() == State.OPENING)
                .count();
    }

    /** The relay is bound; the legs that waited for it. */
    List<RelayLeg> opened(SharedRelay relay, TransportAddress bound) {
        relay.bind(bound);
        if (relay.state() == State.OPENING) {
            relay.moveTo(State.OPEN);
        }
        return takeWaiting(relay);
    }

    /** Closes a relay that is bound when nobody wants it any more. */
    void closeUnwanted(SharedRelay relay) {
        if (relay.state() == State.UNWANTED) {
            close(relay);
        }
    }

    /** The relay cannot be bound; the legs that waited for it. */
    List<RelayLeg> failed(SharedRelay relay) {
        relay.moveTo(State.FAILED);
        return takeWaiting(relay);
    }

    private static List<RelayLeg> takeWaiting(SharedRelay relay) {
        List<RelayLeg> waiting = List.copyOf(relay.waiting());
        relay.waiting().clear();
        return waiting;
    }

    /** The leg relays from now on. */
    void wentLive(Seat seat) {
        if (seat.relay().countLive(1) == 1) {
            shared.liveRelays().add(seat.relay());
        }
    }

    /** The leg ends. */
    void leave(Seat seat) {
        SharedRelay relay = seat.relay();
        boolean wasLive = seat.leg().state() == RelayLeg.State.LIVE;
        if (wasLive && relay.countLive(-1) == 0) {
            shared.liveRelays().remove(relay);
        }
        relay.count(-1);
        relay.peers().leave(seat);
        sidePorts.close(seat);
    }

    /** The engine stops: no leg is left but those that wait. */
    void closeAll() {
        for (List<SharedRelay> relays : byFamily.values()) {
            for (SharedRelay relay : relays) {
                if (relay.state() == State.OPEN) {
                    close(relay);
                } else if (relay.state() == State.OPENING) {
                    relay.moveTo(State.UNWANTED);
                }
            }
        }
    }

    private void close(SharedRelay relay) {
        relay.moveTo(State.CLOSED);
        output.closeRelay(relay);
    }
}
