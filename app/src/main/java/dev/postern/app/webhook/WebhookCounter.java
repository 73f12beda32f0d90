package dev.postern.app.webhook;

import dev.postern.transport.CounterInfo;

/** What became of questions to the webhook; every value only grows. */
public enum WebhookCounter implements CounterInfo {
    ASKED("questions", "The webhook was asked for a user."),
    KNOWN("questions", "The webhook knew the user."),
    UNKNOWN("questions", "The webhook did not know the user."),
    FAILED("questions", "The webhook gave no answer in time, or one that is none."),
    QUEUE_FULL(
            "questions",
            "A question was not asked because too many waited, or gave way to one of a source with fewer."),
    REFUSED_OPEN("questions", "A question was not asked because the webhook has failed too often lately."),
    BREAKER_OPENED("times", "The webhook failed so often that it is left alone for a while."),
    STALE_SERVED("users", "A user was let in by an older answer because the webhook gave no new one.");

    private final String unit;
    private final String sentence;

    WebhookCounter(String unit, String sentence) {
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
