package dev.postern.app.config;

import dev.postern.stun.IpPrefix;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** The keys that say whom the signaling server tells what happens. */
public final class EventKeys {

    public static final Key<URI> URL = Key.optional(
            "signaling.webhook.url",
            AccessKinds.BACKEND,
            "nobody is told",
            "Who is told by signed HTTP POST of rooms that open and close, peers who join and leave and sessions that end.");

    public static final Key<String> SECRET = Key.optional(
            "signaling.webhook.secret",
            AccessKinds.API_KEY,
            "must be set for signaling.webhook.url",
            "What the POSTs are signed with, by HMAC-SHA256.");

    public static final Key<List<IpPrefix>> ALLOW_ADDRESSES = Key.optional(
            "signaling.webhook.allow-addresses",
            Kinds.PREFIXES,
            "addresses of the internet alone",
            "Private addresses that the name in signaling.webhook.url may lead to; link-local ones and metadata services never.");

    public static final Key<Duration> TIMEOUT = Key.required(
            "signaling.webhook.timeout",
            AccessKinds.duration(Duration.ofMillis(100), Duration.ofSeconds(30)),
            "5s",
            "How long a connection to the webhook, and its answer, may take.");

    /** All, in the order of the documentation. */
    static final List<Key<?>> ALL = List.of(URL, SECRET, ALLOW_ADDRESSES, TIMEOUT);

    private EventKeys() {}
}
