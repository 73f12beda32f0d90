package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The remote addresses that somebody inside has to do with. Holds at most a given number of them. */
final class Contacts {

    private final int max;
    /* In the order of the last packet, oldest first. */
    private final Map<TransportAddress, Contact> endpoints = new LinkedHashMap<>();
    private boolean forgetful;

    Contacts(int max) {
        this.max = max;
    }

    boolean hasRoomFor(TransportAddress remote, long nowNanos) {
        if (endpoints.size() >= max && !endpoints.containsKey(remote)) {
            forgetful |= endpoints.values().removeIf(contact -> !contact.isLive(nowNanos));
        }
        return endpoints.size() < max || endpoints.containsKey(remote);
    }

    /** The contact with {@code remote}, made if there is none; the caller has asked {@link #hasRoomFor}. */
    Contact open(TransportAddress remote) {
        Contact known = endpoints.remove(remote);
        Contact contact = known == null ? new Contact() : known;
        endpoints.put(remote, contact);
        return contact;
    }

    /** The contact with this transport address, which may be over; null if it is not known. */
    @Nullable
    Contact with(TransportAddress remote) {
        return endpoints.get(remote);
    }

    /** The contact with any port of this address that lasts longest, which may be over; null if none is known. */
    @Nullable
    Contact with(IpAddress remote) {
        Contact longest = null;
        for (Map.Entry<TransportAddress, Contact> entry : endpoints.entrySet()) {
            Contact contact = entry.getValue();
            if (entry.getKey().ip().equals(remote)
                    && (longest == null || contact.deadlineNanos() - longest.deadlineNanos() > 0)) {
                longest = contact;
            }
        }
        return longest;
    }

    /** The contact with this transport address; null if there is none or it is over. */
    @Nullable
    Contact live(TransportAddress remote, long nowNanos) {
        Contact contact = endpoints.get(remote);
        return contact != null && contact.isLive(nowNanos) ? contact : null;
    }

    /** The contact that lasts longest; null if there never was one. */
    @Nullable
    Contact longest() {
        Contact longest = null;
        for (Contact contact : endpoints.values()) {
            if (longest == null || contact.deadlineNanos() - longest.deadlineNanos() > 0) {
                longest = contact;
            }
        }
        return longest;
    }

    /** Whether something was contacted that is no longer remembered. */
    boolean isForgetful() {
        return forgetful;
    }

    List<TransportAddress> live(long nowNanos) {
        List<TransportAddress> live = new ArrayList<>();
        endpoints.forEach((remote, contact) -> {
            if (contact.isLive(nowNanos)) {
                live.add(remote);
            }
        });
        return live;
    }
}
