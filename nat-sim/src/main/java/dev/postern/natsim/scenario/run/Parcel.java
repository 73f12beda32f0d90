package dev.postern.natsim.scenario.run;

import dev.postern.natsim.scenario.Fate;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.natsim.scenario.Target;
import dev.postern.stun.TransportAddress;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One packet that the file asked for, and what has become of it. Owned by the thread that runs the network. */
final class Parcel {

    private final Scenario.Sending sending;
    private final long askedNanos;
    private long sentNanos = -1;
    private long arrivedNanos = -1;
    private long grantedSeconds;
    private @Nullable TransportAddress source;
    private @Nullable TransportAddress wantedSource;
    private String dropped = "";
    private String where = "";
    private Supplier<String> notSent = () -> "the run was over";

    Parcel(Scenario.Sending sending, long askedNanos) {
        this.sending = sending;
        this.askedNanos = askedNanos;
    }

    Scenario.Sending sending() {
        return sending;
    }

    /** When the file says that it is sent. */
    long askedNanos() {
        return askedNanos;
    }

    /** Whether the server that it goes to is to send it on, or to answer it. */
    boolean goesThroughServer() {
        return switch (sending.content()) {
            case BINDING, RELAYED, PING, PORT_WISH -> true;
            case DATA -> sending.to() instanceof Target.RelayOf;
            case TCP -> false;
        };
    }

    /** What to say if it is never sent. */
    void onNotSent(Supplier<String> reason) {
        notSent = reason;
    }

    void onSent(long nowNanos, @Nullable TransportAddress wanted) {
        sentNanos = nowNanos;
        wantedSource = wanted;
    }

    /** The first arrival counts, as with a receiver that drops duplicates. */
    void onArrived(long nowNanos, TransportAddress from, String host) {
        if (arrivedNanos < 0) {
            arrivedNanos = nowNanos;
            where = host;
            source = source == null ? from : source;
        }
    }

    /** A port was granted for so long, or with no address given up. */
    void onGranted(long nowNanos, @Nullable TransportAddress mapped, long seconds) {
        if (arrivedNanos < 0) {
            arrivedNanos = nowNanos;
            source = mapped;
            grantedSeconds = seconds;
        }
    }

    /** What its source was on the way, which the receiver is told by a server. */
    void onSource(TransportAddress from) {
        source = from;
    }

    /** Of the segments of a connection, the first that was dropped says why; of others the last. */
    void onDropped(String place, String sentence) {
        if (arrivedNanos < 0 && (dropped.isEmpty() || sending.content() != Scenario.Content.TCP)) {
            dropped = sentence;
            where = place;
        }
    }

    boolean isSent() {
        return sentNanos >= 0;
    }

    boolean isArrived() {
        return arrivedNanos >= 0;
    }

    /** The source that it arrived with, or that a STUN answer told; null before. */
    @Nullable
    TransportAddress source() {
        return isArrived() ? source : null;
    }

    /** Whether it ended so, and as the rest of what the file says of it demands. */
    boolean isAs(Fate fate) {
        if (fate != Fate.ARRIVED) {
            return !isArrived() && !dropped.isEmpty() && fate.isDropWith(dropped);
        }
        boolean inTime = sending.within().isZero()
                || arrivedNanos - sentNanos <= sending.within().toNanos();
        boolean seen = sending.seenAs() == null || Objects.equals(source, wantedSource);
        return isArrived() && inTime && seen;
    }

    /** What became of it, for a person: {@code dropped at home: APDF: ...}. */
    String words() {
        if (isArrived()) {
            String words = switch (sending.content()) {
                case BINDING -> "answered: the external address is " + source;
                case PING -> "answered by " + (source == null ? "nobody" : source.ip());
                case DATA, RELAYED, TCP -> "arrived, seen as " + source;
                case PORT_WISH -> source == null ? "given up" : "granted " + source + " for " + grantedSeconds + " s";
            };
            return sending.within().isZero() ? words : words + ", after " + Seconds.of(arrivedNanos - sentNanos);
        }
        if (!isSent()) {
            return "not sent: " + notSent.get();
        }
        return dropped.isEmpty() ? "still on its way" : "dropped at " + where + ": " + dropped;
    }

    /** What was wanted of its source or time beside its fate, for a person; empty if that is as wanted. */
    String unmet() {
        if (!isArrived()) {
            return "";
        }
        if (sending.seenAs() != null && !Objects.equals(source, wantedSource)) {
            return " from " + (wantedSource == null ? sending.seenAs() + ", which is not known" : wantedSource);
        }
        boolean late = !sending.within().isZero()
                && arrivedNanos - sentNanos > sending.within().toNanos();
        return late ? " within " + Seconds.of(sending.within().toNanos()) : "";
    }
}
