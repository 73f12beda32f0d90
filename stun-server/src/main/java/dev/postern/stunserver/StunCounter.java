package dev.postern.stunserver;

import dev.postern.transport.CounterInfo;

/** What a {@link StunServer} counts, over all its shards. */
public enum StunCounter implements CounterInfo {
    BINDING_SUCCESSES("responses", "A Binding request was answered with the address that it came from."),
    BINDING_ERRORS_400("responses", "A Binding request was answered 400: an attribute is too long or malformed."),
    BINDING_ERRORS_420("responses", "A Binding request was answered 420: it has attributes that must be understood."),
    DROPPED_OVER_LIMIT("requests", "A request was not answered: its source has had as many answers as it may."),
    DROPPED_BAD_FINGERPRINT("messages", "A message was dropped: its FINGERPRINT is wrong or not last."),
    DROPPED_METHOD("requests", "A request was dropped: its method is not Binding."),
    IGNORED_INDICATIONS("indications", "An indication came, which needs no answer."),
    IGNORED_RESPONSES("responses", "A response came, which never gets an answer."),
    MALFORMED_TOO_SHORT("packets", "A packet was dropped: shorter than a STUN header."),
    MALFORMED_NOT_STUN("packets", "A packet was dropped: its first two bits are not zero."),
    MALFORMED_BAD_COOKIE("packets", "A packet was dropped: no magic cookie."),
    MALFORMED_BAD_LENGTH("packets", "A packet was dropped: the length in its header is wrong."),
    MALFORMED_ATTRIBUTE_OVERRUN("packets", "A packet was dropped: an attribute reaches past its end."),
    MALFORMED_TOO_MANY_ATTRIBUTES("packets", "A packet was dropped: it has too many attributes.");

    private final String unit;
    private final String sentence;

    StunCounter(String unit, String sentence) {
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
