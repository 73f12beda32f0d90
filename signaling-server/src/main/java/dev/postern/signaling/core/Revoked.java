package dev.postern.signaling.core;

import dev.postern.signaling.cluster.NodeMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The users who are let in no more, each for a while; only the operator adds to them. Who was let in again is remembered as long, so
 * that of what two nodes say the later holds. Owned by the hub.
 */
final class Revoked {

    /** How many there may be at a time. */
    static final int MAX = 65_536;

    private final long memoryNanos;
    private final Map<String, Word> words = new HashMap<>();

    /** The latest word about a user, and until when it is remembered. */
    private record Word(boolean isOn, long untilNanos) {}

    Revoked(long memoryNanos) {
        this.memoryNanos = memoryNanos;
    }

    /** @throws IllegalStateException if there are as many as there may be: to forget one would let him in */
    void add(long nowNanos, String subject) {
        put(nowNanos, subject, new Word(true, nowNanos + memoryNanos));
    }

    /** Whether he was there. */
    boolean remove(long nowNanos, String subject) {
        boolean was = holds(nowNanos, subject);
        put(nowNanos, subject, new Word(false, nowNanos + memoryNanos));
        return was;
    }

    private void put(long nowNanos, String subject, Word word) {
        if (words.size() >= MAX && !words.containsKey(subject)) {
            words.values().removeIf(one -> one.untilNanos() - nowNanos <= 0);
            if (words.size() >= MAX) {
                words.values().removeIf(one -> !one.isOn());
            }
            if (words.size() >= MAX && word.isOn()) {
                throw new IllegalStateException("more than " + MAX + " users are revoked");
            }
        }
        if (words.size() < MAX || words.containsKey(subject)) {
            words.put(subject, word);
        }
    }

    boolean holds(long nowNanos, String subject) {
        Word word = words.get(subject);
        if (word != null && word.untilNanos() - nowNanos <= 0) {
            words.remove(subject);
            return false;
        }
        return word != null && word.isOn();
    }

    /** Whether another node's word is to be remembered still, and no later one is known. */
    boolean isNews(long nowNanos, NodeMessage.Revoke heard) {
        Word known = words.get(heard.subject());
        long untilNanos = untilNanos(nowNanos, heard);
        return untilNanos - nowNanos > 0 && (known == null || known.untilNanos() - untilNanos <= 0);
    }

    /**
     * Takes another node's word.
     *
     * @throws IllegalStateException as {@link #add}
     */
    void take(long nowNanos, NodeMessage.Revoke heard) {
        put(nowNanos, heard.subject(), new Word(heard.isOn(), untilNanos(nowNanos, heard)));
    }

    private long untilNanos(long nowNanos, NodeMessage.Revoke heard) {
        return nowNanos + memoryNanos - TimeUnit.MILLISECONDS.toNanos(heard.agoMillis());
    }

    /** All words, for a node that may not have heard them. */
    List<NodeMessage.Revoke> all(long nowNanos) {
        List<NodeMessage.Revoke> all = new ArrayList<>();
        words.forEach((subject, word) -> {
            long agoNanos = nowNanos + memoryNanos - word.untilNanos();
            if (agoNanos < memoryNanos) {
                all.add(new NodeMessage.Revoke(subject, word.isOn(), TimeUnit.NANOSECONDS.toMillis(agoNanos)));
            }
        });
        return all;
    }

    int size() {
        return words.size();
    }
}
