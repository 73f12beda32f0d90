package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a relay's clients hold, kept as plainly as can be: the second opinion of {@link EngineScript}. */
final class EngineModel {

    static final long PERMISSION = Duration.ofMinutes(5).toNanos();
    static final long CHANNEL = Duration.ofMinutes(10).toNanos();

    static final int[] SECONDS = {1, 29, 31, 100, 299, 301, 599, 601};
    static final long[] LIFETIMES = {0, 1, 600, 900, 100_000};
    static final TransportAddress[] PEERS = {
        TransportAddress.parse("20.0.0.1:7000"),
        TransportAddress.parse("20.0.0.1:7001"),
        TransportAddress.parse("20.0.0.2:7000"),
        TransportAddress.parse("20.0.0.3:7000"),
        TransportAddress.parse("10.0.0.1:7000")
    };

    /** A channel's peer and end. */
    record Channel(TransportAddress peer, long end) {}

    /** One allocation. */
    static final class Held {
        final String user;
        final TransportAddress relayed;
        final Map<IpAddress, Long> permissions = new HashMap<>();
        final Map<Integer, Channel> channels = new HashMap<>();
        long end;

        @Nullable
        FiveTuple path;

        @Nullable
        FiveTuple next;

        String ticket = "";
        String usedTicket = "";

        Held(String user, TransportAddress relayed, FiveTuple path, long end) {
            this.user = user;
            this.relayed = relayed;
            this.path = path;
            this.end = end;
        }

        boolean isMobile() {
            return !ticket.isEmpty();
        }

        boolean serves(FiveTuple from) {
            return from.equals(path) || from.equals(next);
        }

        boolean permits(IpAddress peer, long now) {
            return permissions.getOrDefault(peer, now) > now;
        }

        long livePermissions(long now) {
            return permissions.values().stream().filter(end -> end > now).count();
        }

        long liveChannels(long now) {
            return channels.values().stream()
                    .filter(channel -> channel.end > now)
                    .count();
        }

        @Nullable
        Channel channel(int number, long now) {
            Channel found = channels.get(number);
            return found != null && found.end > now ? found : null;
        }

        /** The number that stands for a peer, or 0. */
        int numberOf(TransportAddress peer, long now) {
            return channels.entrySet().stream()
                    .filter(entry ->
                            entry.getValue().end > now && entry.getValue().peer.equals(peer))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(0);
        }

        void onClientData(FiveTuple from) {
            if (from.equals(next)) {
                path = next;
                next = null;
                usedTicket = "";
            }
        }

        /** Whether a resume from a path that serves it already may be: back, or again. */
        boolean mayComeAgain(FiveTuple from, String presented) {
            return next != null && (!from.equals(next) || presented.equals(usedTicket));
        }

        void resumed(FiveTuple from, String presented, String answered) {
            if (path == null) {
                path = from;
            }
            next = from;
            usedTicket = presented;
            ticket = answered;
        }

        void streamClosed(FiveTuple closed) {
            boolean wasNext = closed.equals(next);
            if (closed.equals(path)) {
                path = wasNext ? null : next;
            }
            if (wasNext) {
                next = null;
            }
        }
    }

    static boolean isDenied(TransportAddress peer) {
        return peer.ip().toString().startsWith("10.");
    }

    final List<Held> all = new ArrayList<>();

    void expire(long now) {
        all.removeIf(held -> held.end <= now);
    }

    @Nullable
    Held on(FiveTuple path) {
        return all.stream().filter(held -> held.serves(path)).findFirst().orElse(null);
    }

    @Nullable
    Held withTicket(String ticket) {
        return all.stream()
                .filter(held -> held.ticket.equals(ticket) || held.usedTicket.equals(ticket))
                .findFirst()
                .orElse(null);
    }

    int heldBy(String user) {
        return (int) all.stream().filter(held -> held.user.equals(user)).count();
    }

    int mobile() {
        return (int) all.stream().filter(Held::isMobile).count();
    }
}
