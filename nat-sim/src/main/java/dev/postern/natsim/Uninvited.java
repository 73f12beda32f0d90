package dev.postern.natsim;

import dev.postern.stun.TransportAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Who has sent what to an external transport address that did not let him in: what open inputs and blacklists need. */
final class Uninvited {

    private static final int MAX_REMEMBERED = 4096;

    private record Key(IpProtocol protocol, TransportAddress external, TransportAddress remote) {}

    private final boolean openInput;
    private final boolean blacklists;
    private final TimedKeys<Key> taken;
    private final TimedKeys<Key> blacklist;

    Uninvited(NatBehaviour behaviour) {
        Duration refused = behaviour.quirks().blacklist();
        this.openInput = behaviour.quirks().openInput();
        this.blacklists = !refused.isZero();
        this.taken = new TimedKeys<>(behaviour.lifetimes().udp().toNanos(), MAX_REMEMBERED);
        this.blacklist = new TimedKeys<>(refused.toNanos(), MAX_REMEMBERED);
    }

    /** Notes a packet that was not let in; says what came of that, to go behind the sentence, or nothing. */
    String note(Packet packet, long nowNanos) {
        Key key = key(packet);
        if (openInput && opensSomething(packet)) {
            taken.put(key, nowNanos);
            return "; the NAT took it in itself and keeps :"
                    + packet.destination().port() + " towards its sender";
        }
        if (blacklists && blacklist.since(key, nowNanos) == null) {
            blacklist.put(key, nowNanos);
            return "; its sender is blacklisted for it";
        }
        return "";
    }

    private static boolean opensSomething(Packet packet) {
        return packet.protocol() == IpProtocol.UDP
                || (packet.content() instanceof Content.Tcp segment && segment.isOpening());
    }

    /** Whether the NAT itself has the port towards {@code remote}. */
    boolean hasTaken(IpProtocol protocol, TransportAddress external, TransportAddress remote, long nowNanos) {
        return openInput && taken.since(new Key(protocol, external, remote), nowNanos) != null;
    }

    /** Since when the sender of a packet is refused; null if he is not. */
    @Nullable
    Long blacklistedSince(Packet packet, long nowNanos) {
        return blacklists ? blacklist.since(key(packet), nowNanos) : null;
    }

    private static Key key(Packet packet) {
        return new Key(packet.protocol(), packet.destination(), packet.source());
    }
}
