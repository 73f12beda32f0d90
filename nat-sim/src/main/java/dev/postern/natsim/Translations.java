package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The mappings of one NAT: found from inside and from outside, ended when idle, at most as many as it may have. */
final class Translations {

    private static final int REMEMBERED_ENDS = 1024;

    /** An external transport address of one protocol. */
    private record External(IpProtocol protocol, TransportAddress address) {}

    /** What the translation of an inside host share. */
    private static final class Host {
        private final Contacts contacts;
        private int translations;

        Host(Contacts contacts) {
            this.contacts = contacts;
        }
    }

    /** A mapping that is over. */
    record Ended(TransportAddress internal, long endedNanos) {}

    private final long lifetimeNanos;
    private final int maxContacts;
    /* In the order of the last refresh, oldest first: all live equally long, so that what is over stands in front. */
    private final Map<MappingKey, Translation> byInside = new LinkedHashMap<>();
    private final Map<External, Translation> byOutside = new HashMap<>();
    private final Map<IpAddress, Host> hosts = new HashMap<>();
    private final Map<External, Ended> ended = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<External, Ended> eldest) {
            return size() > REMEMBERED_ENDS;
        }
    };
    private long made;

    Translations(NatBehaviour behaviour) {
        this.lifetimeNanos = behaviour.idleLifetime().toNanos();
        this.maxContacts = behaviour.maxContacts();
    }

    /** Ends every mapping that was idle for the lifetime or longer. */
    void expire(long nowNanos) {
        Iterator<Translation> oldestFirst = byInside.values().iterator();
        while (oldestFirst.hasNext()) {
            Translation translation = oldestFirst.next();
            if (nowNanos - translation.refreshedNanos() < lifetimeNanos) {
                return;
            }
            oldestFirst.remove();
            forget(translation);
        }
    }

    private void forget(Translation translation) {
        External external = new External(translation.protocol(), translation.external());
        byOutside.remove(external);
        ended.remove(external);
        ended.put(external, new Ended(translation.internal(), translation.refreshedNanos() + lifetimeNanos));
        Host host = hosts.get(translation.internal().ip());
        if (host != null && --host.translations == 0) {
            hosts.remove(translation.internal().ip());
        }
    }

    int size() {
        return byInside.size();
    }

    Collection<Translation> all() {
        return byInside.values();
    }

    boolean isFree(IpProtocol protocol, TransportAddress external) {
        return !byOutside.containsKey(new External(protocol, external));
    }

    @Nullable
    Translation fromInside(MappingKey key) {
        return byInside.get(key);
    }

    @Nullable
    Translation fromOutside(IpProtocol protocol, TransportAddress external) {
        return byOutside.get(new External(protocol, external));
    }

    /** How the last mapping of an external transport address ended; null if there was none, or long ago. */
    @Nullable
    Ended ended(IpProtocol protocol, TransportAddress external) {
        return ended.get(new External(protocol, external));
    }

    Translation add(MappingKey key, TransportAddress external, long nowNanos) {
        Translation translation =
                new Translation(key, external, new Contacts(lifetimeNanos, maxContacts), made++, nowNanos);
        byInside.put(key, translation);
        byOutside.put(new External(key.protocol(), external), translation);
        hosts.computeIfAbsent(key.internal().ip(), ip -> new Host(new Contacts(lifetimeNanos, maxContacts)))
                .translations++;
        return translation;
    }

    /** Prolongs a mapping by the lifetime, counted from now. */
    void refresh(Translation translation, long nowNanos) {
        translation.refresh(nowNanos);
        byInside.remove(translation.key());
        byInside.put(translation.key(), translation);
    }

    /** The contacts of all mappings of an inside host together; null while it has no mapping. */
    @Nullable
    Contacts hostContacts(IpAddress inside) {
        Host host = hosts.get(inside);
        return host == null ? null : host.contacts;
    }
}
