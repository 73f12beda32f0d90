package dev.postern.natsim;

import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/** One mapping as it exists: an inside transport address, the external one that stands for it, and its contacts. */
final class Translation {

    private final MappingKey key;
    private final TransportAddress external;
    private final Contacts contacts;
    private final long number;
    private final long madeNanos;
    private long refreshedNanos;
    private long deadlineNanos;
    private boolean answered;
    private @Nullable Pin pin;

    /**
     * A new mapping, which ends at once unless it is prolonged.
     *
     * @param key protocol and inside transport address, and as much of the destination as the mapping depends on
     * @param number counts the mappings of a NAT in the order of their making
     */
    Translation(MappingKey key, TransportAddress external, Contacts contacts, long number, long nowNanos) {
        this.key = key;
        this.external = external;
        this.contacts = contacts;
        this.number = number;
        this.madeNanos = nowNanos;
        this.refreshedNanos = nowNanos;
        this.deadlineNanos = nowNanos;
    }

    MappingKey key() {
        return key;
    }

    IpProtocol protocol() {
        return key.protocol();
    }

    TransportAddress internal() {
        return key.internal();
    }

    TransportAddress external() {
        return external;
    }

    Contacts contacts() {
        return contacts;
    }

    long number() {
        return number;
    }

    long madeNanos() {
        return madeNanos;
    }

    long refreshedNanos() {
        return refreshedNanos;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** That it was asked for; null if packets alone made it. */
    @Nullable
    Pin pin() {
        return pin;
    }

    /** Whether it was asked for, and its time is not over. */
    boolean isOpenToAll(long nowNanos) {
        return pin != null && pin.untilNanos() - nowNanos > 0;
    }

    /** Only {@link Translations#pin} may call this. */
    void pin(Pin value) {
        pin = value;
    }

    /** Whether somebody whom it had contacted has sent something through it. */
    boolean isAnswered() {
        return answered;
    }

    void answered() {
        answered = true;
    }

    /** Only {@link Translations#reschedule} may call this: it keeps mappings in the order of their ends. */
    void lasts(long fromNanos, long untilNanos) {
        refreshedNanos = fromNanos;
        deadlineNanos = pin != null && pin.untilNanos() - untilNanos > 0 ? pin.untilNanos() : untilNanos;
    }
}
