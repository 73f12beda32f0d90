package dev.postern.natsim;

import dev.postern.stun.TransportAddress;

/** One mapping as it exists: an inside transport address, the external one that stands for it, and its contacts. */
final class Translation {

    private final MappingKey key;
    private final TransportAddress external;
    private final Contacts contacts;
    private final long number;
    private long refreshedNanos;

    /**
     * A new mapping.
     *
     * @param key protocol and inside transport address, and as much of the destination as the mapping depends on
     * @param number counts the mappings of a NAT in the order of their making
     */
    Translation(MappingKey key, TransportAddress external, Contacts contacts, long number, long nowNanos) {
        this.key = key;
        this.external = external;
        this.contacts = contacts;
        this.number = number;
        this.refreshedNanos = nowNanos;
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

    long refreshedNanos() {
        return refreshedNanos;
    }

    void refresh(long nowNanos) {
        refreshedNanos = nowNanos;
    }
}
