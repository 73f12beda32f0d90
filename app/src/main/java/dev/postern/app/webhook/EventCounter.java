package dev.postern.app.webhook;

import dev.postern.transport.CounterInfo;

/** What became of the events that are told to a webhook; every value only grows. */
public enum EventCounter implements CounterInfo {
    TOLD("events", "An event was taken by the webhook, which answered 2xx."),
    DROPPED_FULL("events", "An event was dropped because too many waited for the webhook."),
    DROPPED_REFUSED("events", "An event was dropped because the webhook refused it, or all attempts failed."),
    ATTEMPTS("attempts", "A POST to the webhook was tried."),
    ATTEMPTS_FAILED("attempts", "A POST to the webhook was not answered 2xx."),
    ADDRESS_REFUSED("attempts", "The webhook's name led to an address that it may not have, and nothing was sent.");

    private final String unit;
    private final String sentence;

    EventCounter(String unit, String sentence) {
        this.unit = unit;
        this.sentence = sentence;
    }

    @Override
    public String unit() {
        return unit;
    }

    @Override
    public String sentence() {
        return sentence;
    }
}
