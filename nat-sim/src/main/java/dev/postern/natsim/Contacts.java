package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which remote addresses somebody inside has sent to, and when last. Holds at most a given number of them. */
final class Contacts {

    private final long lifetimeNanos;
    private final int max;
    /* Both in the order of the last packet, oldest first, so that what is over stands in front. */
    private final Map<TransportAddress, Long> endpoints = new LinkedHashMap<>();
    private final Map<IpAddress, Long> addresses = new LinkedHashMap<>();
    private boolean forgetful;

    Contacts(long lifetimeNanos, int max) {
        this.lifetimeNanos = lifetimeNanos;
        this.max = max;
    }

    boolean hasRoomFor(TransportAddress remote, long nowNanos) {
        if (endpoints.size() >= max) {
            forgetOld(endpoints, nowNanos);
            forgetOld(addresses, nowNanos);
        }
        return endpoints.size() < max || endpoints.containsKey(remote);
    }

    /** Notes a packet to {@code remote}; the caller has asked {@link #hasRoomFor}. */
    void note(TransportAddress remote, long nowNanos) {
        endpoints.remove(remote);
        endpoints.put(remote, nowNanos);
        addresses.remove(remote.ip());
        addresses.put(remote.ip(), nowNanos);
    }

    /** When the last packet to this transport address left, which may be long ago; null if that is not known. */
    @Nullable
    Long lastTo(TransportAddress remote) {
        return endpoints.get(remote);
    }

    /** When the last packet to any port of this address left, which may be long ago; null if that is not known. */
    @Nullable
    Long lastTo(IpAddress remote) {
        return addresses.get(remote);
    }

    boolean isLive(long lastNanos, long nowNanos) {
        return nowNanos - lastNanos < lifetimeNanos;
    }

    /** Whether something was contacted that is no longer remembered. */
    boolean isForgetful() {
        return forgetful;
    }

    List<TransportAddress> live(long nowNanos) {
        List<TransportAddress> live = new ArrayList<>();
        endpoints.forEach((remote, last) -> {
            if (isLive(last, nowNanos)) {
                live.add(remote);
            }
        });
        return live;
    }

    private void forgetOld(Map<?, Long> contacts, long nowNanos) {
        Iterator<Long> oldestFirst = contacts.values().iterator();
        while (oldestFirst.hasNext() && !isLive(oldestFirst.next(), nowNanos)) {
            oldestFirst.remove();
            forgetful = true;
        }
    }
}
