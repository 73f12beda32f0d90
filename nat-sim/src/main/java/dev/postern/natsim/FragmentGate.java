package dev.postern.natsim;

import dev.postern.stun.TransportAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Judges fragments before anything else looks at them. */
final class FragmentGate {

    private static final int MAX_DATAGRAMS = 256;
    /* How long the parts of a datagram may be under way: the 60 to 120 s of RFC 1122 section 3.3.2. */
    private static final Duration REASSEMBLY = Duration.ofSeconds(60);

    private record Datagram(IpProtocol protocol, TransportAddress from, TransportAddress to, long identification) {}

    private final Fragments rule;
    private final TimedKeys<Datagram> begun = new TimedKeys<>(REASSEMBLY.toNanos(), MAX_DATAGRAMS);

    FragmentGate(Fragments rule) {
        this.rule = rule;
    }

    /** Why a packet does not pass; null if it does. */
    Verdict.@Nullable Drop refusal(Packet packet, long nowNanos) {
        IpFields.Fragment fragment = packet.ip().fragment();
        if (fragment == null || rule == Fragments.ANY_ORDER) {
            return null;
        }
        if (rule == Fragments.DROPPED) {
            return drop("fragments are dropped: " + packet);
        }
        Datagram datagram =
                new Datagram(packet.protocol(), packet.source(), packet.destination(), fragment.identification());
        if (fragment.isFirst()) {
            begun.put(datagram, nowNanos);
            return null;
        }
        return begun.since(datagram, nowNanos) == null
                ? drop("fragment before the first, which has the ports: " + packet)
                : null;
    }

    private static Verdict.Drop drop(String sentence) {
        return new Verdict.Drop(DropReason.FRAGMENT, sentence);
    }
}
