package dev.postern.peer.model;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which requests had an effect, and what the truth is about each. */
final class Ledger {

    private final Map<String, Integer> executions = new HashMap<>();
    private final Map<String, Integer> answers = new HashMap<>();
    private final Map<String, Set<String>> askers = new HashMap<>();
    private boolean expectsReplays;

    /** Somebody sends again what was recorded of a connection: another session may ask what one has asked. */
    void expectReplays() {
        expectsReplays = true;
    }

    /**
     * Every request of the schedule has a text of its own, so that an effect which it has twice shows here. A join may be made
     * again in another session, since the client itself does that.
     */
    void note(String peer, @Nullable String text, int code, boolean isJoin) {
        String known = Objects.requireNonNull(text);
        answers.put(known + "@" + peer, code);
        int here = executions.merge(known + "@" + peer, 1, Integer::sum);
        int anywhere = executions.merge(known, 1, Integer::sum);
        if (here > 1 || (anywhere > 1 && !isJoin && !expectsReplays)) {
            throw twice(known);
        }
        if (!isJoin) {
            askers.computeIfAbsent(known, key -> new HashSet<>()).add(peer);
        }
    }

    private static Violation twice(String text) {
        return new Violation("request " + text + " reached the server as two different requests");
    }

    /** No request was made in two of these sessions, which are all that programs had. */
    void checkAskedOnce(Set<String> peers) {
        askers.forEach((text, sessions) -> {
            if (sessions.stream().filter(peers::contains).count() > 1) {
                throw twice(text);
            }
        });
    }

    /** How often a request had an effect. */
    int executions(String text) {
        return executions.getOrDefault(text, 0);
    }

    /** The error that this peer's request was answered with, 0 if it was done, null if it never came. */
    @Nullable
    Integer answer(String peer, String text) {
        return answers.get(text + "@" + peer);
    }
}
