package dev.postern.natsim.explore;

import dev.postern.natsim.oracle.Outcome;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A trial, what the oracle says of it, and how it ended.
 *
 * @param allowed what the oracle says: more than one outcome where it depends on whose checks come first
 * @param why what became of the packets that A and B sent towards each other, in one sentence; empty if both agree
 */
public record Judgement(Trial trial, Set<Outcome> allowed, Outcome observed, String why) {

    /** Keeps a copy. */
    public Judgement {
        allowed = Set.copyOf(allowed);
    }

    /** Whether it ended as the oracle says. */
    public boolean agrees() {
        return allowed.contains(observed);
    }

    boolean differsAs(Judgement other) {
        return !agrees() && allowed.equals(other.allowed) && observed == other.observed;
    }

    private String words() {
        return allowed.stream().sorted().map(Outcome::label).collect(Collectors.joining(" or "));
    }

    /** Three lines: both words, the trial as a line that replays it, and why. */
    @Override
    public String toString() {
        return "the oracle says " + words() + ", the agents " + observed.label() + "\n  " + trial + "\n  " + why + "\n";
    }
}
