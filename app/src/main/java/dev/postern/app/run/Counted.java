package dev.postern.app.run;

import dev.postern.app.metrics.CounterSource;
import dev.postern.app.webhook.EventCounter;
import dev.postern.app.webhook.EventWebhook;
import dev.postern.app.webhook.WebhookCounter;
import dev.postern.app.webhook.WebhookCredentials;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingServer;
import dev.postern.stunserver.StunCounter;
import dev.postern.stunserver.StunServer;
import dev.postern.transport.TransportCounter;
import dev.postern.turn.TurnCounter;
import dev.postern.turn.TurnRelay;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What each server counts, as metrics. */
final class Counted {

    private Counted() {}

    /** The counters of those that run. */
    static List<CounterSource<?>> of(
            @Nullable TurnRelay relay,
            @Nullable StunServer stun,
            @Nullable SignalingServer signaling,
            @Nullable WebhookCredentials webhook,
            @Nullable EventWebhook events) {
        List<CounterSource<?>> counted = new ArrayList<>();
        if (relay != null) {
            counted.add(CounterSource.of(
                    "postern.turn",
                    TurnCounter.class,
                    relay::counters,
                    Set.of(TurnCounter.ALLOCATIONS_ACTIVE, TurnCounter.PEER_CONNECTIONS_ACTIVE)));
            counted.add(CounterSource.of(
                    "postern.turn.transport", TransportCounter.class, relay::transportCounters, Set.of()));
        }
        if (stun != null) {
            counted.add(CounterSource.of("postern.stun", StunCounter.class, stun::counters, Set.of()));
            counted.add(CounterSource.of(
                    "postern.stun.transport", TransportCounter.class, stun::transportCounters, Set.of()));
        }
        if (webhook != null) {
            counted.add(CounterSource.of("postern.webhook", WebhookCounter.class, webhook::counters, Set.of()));
        }
        if (events != null) {
            counted.add(CounterSource.of("postern.events", EventCounter.class, events::counters, Set.of()));
        }
        if (signaling != null) {
            counted.add(new CounterSource<>(
                    "postern.signaling",
                    SignalingCounter.class,
                    SignalingCounter::unit,
                    SignalingCounter::sentence,
                    signaling::counters,
                    Set.of()));
        }
        return counted;
    }
}
