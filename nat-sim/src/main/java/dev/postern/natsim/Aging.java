package dev.postern.natsim;

import dev.postern.stun.TransportAddress;
import java.time.Duration;

/** What a packet does to the time that its mapping and its contact have left. */
final class Aging {

    private final NatBehaviour behaviour;
    private final Lifetimes lifetimes;
    private final Translations translations;

    Aging(NatBehaviour behaviour, Translations translations) {
        this.behaviour = behaviour;
        this.lifetimes = behaviour.lifetimes();
        this.translations = translations;
    }

    /** A packet of the mapping's owner leaves for {@code remote}; the contacts have room for it. */
    void outbound(Translation translation, TransportAddress remote, Content content, long nowNanos) {
        if (content instanceof Content.Tcp segment) {
            segment(translation, remote, segment, Side.INSIDE, nowNanos);
            return;
        }
        Duration lifetime = lifetime(translation, nowNanos);
        boolean isNew = translation.deadlineNanos() == translation.madeNanos();
        if (isNew || lifetimes.outboundRefresh()) {
            translations.reschedule(translation, nowNanos, nowNanos + lifetime.toNanos());
        }
        prolong(translation, remote, contactLifetime(lifetime), nowNanos);
    }

    /** A packet of {@code remote} comes in through the mapping. A stranger does not become a contact by sending UDP. */
    void inbound(Translation translation, TransportAddress remote, Content content, long nowNanos) {
        if (content instanceof Content.Tcp segment) {
            segment(translation, remote, segment, Side.OUTSIDE, nowNanos);
            return;
        }
        boolean known = translation.contacts().with(remote) != null;
        if (lifetimes.inboundRefresh()) {
            Duration lifetime = lifetime(translation, nowNanos);
            translations.reschedule(translation, nowNanos, nowNanos + lifetime.toNanos());
            if (known) {
                prolong(translation, remote, contactLifetime(lifetime), nowNanos);
            }
        }
        if (known) {
            translation.answered();
        }
    }

    private Duration lifetime(Translation translation, long nowNanos) {
        if (translation.protocol() == IpProtocol.ICMP) {
            return lifetimes.icmpQuery();
        }
        Duration stream = lifetimes.udpStream();
        boolean isStream =
                translation.isAnswered() && nowNanos - translation.madeNanos() > Lifetimes.STREAM_AFTER.toNanos();
        return isStream && stream != null ? stream : lifetimes.udp();
    }

    private Duration contactLifetime(Duration ofMapping) {
        Duration filter = lifetimes.filter();
        return filter == null ? ofMapping : filter;
    }

    private void prolong(Translation translation, TransportAddress remote, Duration lifetime, long nowNanos) {
        translation.contacts().open(remote).prolong(nowNanos, lifetime.toNanos());
        hostContact(translation, remote, nowNanos, lifetime.toNanos());
    }

    private void hostContact(Translation translation, TransportAddress remote, long nowNanos, long lifetimeNanos) {
        Contacts host = translations.hostContacts(
                translation.protocol(), translation.internal().ip());
        if (host != null && behaviour.filterScope() == FilterScope.HOST && host.hasRoomFor(remote, nowNanos)) {
            host.open(remote).prolong(nowNanos, lifetimeNanos);
        }
    }

    private void segment(
            Translation translation, TransportAddress remote, Content.Tcp segment, Side from, long nowNanos) {
        Contact live = translation.contacts().live(remote, nowNanos);
        TcpState before = live == null ? null : live.tcp();
        TcpState after = before == null ? TcpState.first(segment, from) : before.after(segment, from);
        Contact contact = translation.contacts().open(remote);
        contact.tcp(after);
        if (after != before || after.isProlonged()) {
            long lifetimeNanos = after.lifetime(lifetimes).toNanos();
            contact.prolong(nowNanos, lifetimeNanos);
            hostContact(translation, remote, nowNanos, lifetimeNanos);
        }
        Contact longest = translation.contacts().longest();
        if (longest != null) {
            translations.reschedule(translation, longest.lastNanos(), longest.deadlineNanos());
        }
    }
}
