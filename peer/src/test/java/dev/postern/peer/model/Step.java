package dev.postern.peer.model;

import java.util.ArrayList;
import java.util.List;

/**
 * One step of a schedule: something is done, and then time passes. Every number is valid for every kind, so that steps can be
 * left out and made smaller at will.
 *
 * @param who the client
 * @param a what the kind makes of it
 * @param b what the kind makes of it
 * @param thenMillis how much time passes behind it
 */
record Step(Kind kind, int who, int a, int b, long thenMillis) {

    /** The kinds of steps. */
    enum Kind {
        /** The client asks to come into room {@code a}. */
        JOIN,
        /** The client asks to leave room {@code a}. */
        LEAVE,
        /** The client sends one description to its {@code a}-th peer, and {@code b * b / 2} more. */
        SIG,
        /** The client sends candidates to its {@code a}-th peer. */
        ICE,
        /** The connection is cut: of what is in flight to the server {@code a} messages arrive, of what is to the client {@code b}. */
        CUT,
        /** As CUT, and the server does not notice. */
        CUT_UNNOTICED_BY_SERVER,
        /** As CUT, and the client does not notice. */
        CUT_UNNOTICED_BY_CLIENT,
        /** Nothing arrives at the server for {@code a} steps of patience, and then all of it. */
        FREEZE_UP,
        /** Nothing arrives at the client for {@code a} steps of patience, and then all of it. */
        FREEZE_DOWN,
        /** The client stops reading. */
        STALL,
        /** The client reads again. */
        READ,
        /** The client throws its connection away. */
        DROP,
        /** The last request of the client reaches the server once more. */
        REPEAT,
        /** Somebody else shows an old secret of the client. */
        STEAL,
        /** The client ends, and another takes its place. */
        REPLACE,
        /** The server is killed, and starts again in {@code a} steps of patience. */
        KILL,
        /** The server stops as it should, and starts again in {@code a} steps of patience. */
        DRAIN,
        /** Nothing. */
        WAIT
    }

    /** The same step made smaller in one way, the smallest first. */
    List<Step> simpler() {
        List<Step> simpler = new ArrayList<>();
        for (long millis : new long[] {0, thenMillis / 2, thenMillis - thenMillis % 1_000}) {
            if (millis < thenMillis) {
                simpler.add(new Step(kind, who, a, b, millis));
            }
        }
        if (a > 0) {
            simpler.add(new Step(kind, who, 0, b, thenMillis));
            simpler.add(new Step(kind, who, a - 1, b, thenMillis));
        }
        if (b > 0) {
            simpler.add(new Step(kind, who, a, 0, thenMillis));
            simpler.add(new Step(kind, who, a, b - 1, thenMillis));
        }
        return simpler;
    }
}
