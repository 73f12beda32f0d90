package dev.postern.natsim.explore;

import dev.postern.natsim.fabric.Trace;
import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Placement;

/**
 * All that decides a run of the model: where the agents are, and when they do what.
 *
 * @param placement where the agents are
 * @param seed for the ports of the NATs and the keys of the server
 * @param latencyOfAMillis how long a packet takes over the line of A, one way, 0 to {@value #MAX_LATENCY_MILLIS}
 * @param latencyOfBMillis the same for B
 * @param headStartMillis how much earlier A begins to check than B; B begins first if it is negative; within
 *     {@value #MAX_HEAD_START_MILLIS}
 * @param lossPercent how many of a hundred packets the lines of A and B lose in each direction, 0 to {@value #MAX_LOSS_PERCENT}
 * @param ipv6 whether everything has IPv6 addresses, not IPv4
 */
public record Trial(
        Placement placement,
        long seed,
        int latencyOfAMillis,
        int latencyOfBMillis,
        int headStartMillis,
        int lossPercent,
        boolean ipv6) {

    /** The longest line, in milliseconds: {@value}. */
    public static final int MAX_LATENCY_MILLIS = 300;

    /** The longest head start, in milliseconds: {@value}. */
    public static final int MAX_HEAD_START_MILLIS = 1000;

    /** The highest loss, in percent: {@value}. */
    public static final int MAX_LOSS_PERCENT = 50;

    /** Refuses what is out of the ranges above. */
    public Trial {
        checkRange("latency of A", latencyOfAMillis, 0, MAX_LATENCY_MILLIS);
        checkRange("latency of B", latencyOfBMillis, 0, MAX_LATENCY_MILLIS);
        checkRange("head start", headStartMillis, -MAX_HEAD_START_MILLIS, MAX_HEAD_START_MILLIS);
        if (lossPercent < 0 || lossPercent > MAX_LOSS_PERCENT) {
            throw new IllegalArgumentException("loss " + lossPercent + " % must be 0 to " + MAX_LOSS_PERCENT);
        }
    }

    /** With IPv4, and lines that lose nothing. */
    public Trial(Placement placement, long seed, int latencyOfAMillis, int latencyOfBMillis, int headStartMillis) {
        this(placement, seed, latencyOfAMillis, latencyOfBMillis, headStartMillis, 0, false);
    }

    private static void checkRange(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " " + value + " ms must be " + least + " to " + most);
        }
    }

    /** Short lines and no head start. */
    public static Trial of(Placement placement, long seed) {
        return new Trial(placement, seed, 10, 10, 0);
    }

    /** Runs it with the model of ICE and holds it against the oracle. */
    public Judgement judge() {
        return new Judge().judge(this);
    }

    /** Runs it with the model of ICE and answers the last steps of all packets, at most so many. */
    public Trace trace(int steps) {
        return ModelRun.of(this, steps).trace();
    }

    /** The same with IPv4, lines that lose nothing, and a TURN server that is spoken to over UDP: what ice4j's agents can do. */
    public Trial forIce4j() {
        Placement udp = placement.turn() == Oracle.Turn.UDP_AND_TCP ? placement.withTurn(Oracle.Turn.UDP) : placement;
        return new Trial(udp, seed, latencyOfAMillis, latencyOfBMillis, headStartMillis);
    }

    Trial withTimes(long otherSeed, int latencyOfA, int latencyOfB, int headStart) {
        return new Trial(placement, otherSeed, latencyOfA, latencyOfB, headStart, lossPercent, ipv6);
    }

    Trial with(int loss, boolean isIpv6) {
        return new Trial(placement, seed, latencyOfAMillis, latencyOfBMillis, headStartMillis, loss, isIpv6);
    }

    Trial with(Placement other) {
        return new Trial(other, seed, latencyOfAMillis, latencyOfBMillis, headStartMillis, lossPercent, ipv6);
    }

    /**
     * The trial that a line stands for: {@code A EIM/APDF+host; B APDM/APDF+random; shared EIM/EIF+hairpin; isolated;
     * same-inside; turn none; seed 7; latency 10 20; head-start -50; loss 2; ip6}. NATs stand from inside outwards; what is missing is
     * none, false, or as in {@link #of}.
     *
     * @throws IllegalArgumentException with one sentence if it stands for none
     */
    public static Trial parse(String line) {
        return TrialText.parse(line);
    }

    /** One line that {@link #parse} takes back. */
    @Override
    public String toString() {
        return TrialText.write(this);
    }
}
