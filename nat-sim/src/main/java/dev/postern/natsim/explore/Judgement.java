package dev.postern.natsim.explore;

import dev.postern.natsim.oracle.Outcome;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A trial, what the oracle says of it, and how it ended.
 *
 * @param allowed what the oracle says: more than one outcome where it depends on whose checks come first
 * @param why what became of the packets that A and B sent towards each other, in one sentence; empty if both agree
 * @param script the fewest packets found that connect the agents although the oracle says they do not; otherwise empty
 */
public record Judgement(Trial trial, Set<Outcome> allowed, Outcome observed, String why, List<String> script) {

    /** Keeps copies. */
    public Judgement {
        allowed = Set.copyOf(allowed);
        script = List.copyOf(script);
    }

    /** Whether it ended as the oracle says. */
    public boolean agrees() {
        return allowed.contains(observed);
    }

    boolean differsAs(Judgement other) {
        return !agrees() && allowed.equals(other.allowed) && observed == other.observed;
    }

    /** Whether the agents are connected, or directly, where the oracle says that they cannot be. */
    boolean isMoreConnected() {
        return allowed.stream().allMatch(outcome -> observed.compareTo(outcome) < 0);
    }

    Judgement with(List<String> packets) {
        return new Judgement(trial, allowed, observed, why, packets);
    }

    String inWords() {
        return "the oracle says " + words() + ", the agents " + observed.label();
    }

    /**
     * The trial as a scenario file, which expects the end that was seen here: the same NATs, addresses and lines, and a call
     * between agents of the model.
     */
    public String scenario() {
        return TrialScenario.write(this);
    }

    private String words() {
        return allowed.stream().sorted().map(Outcome::label).collect(Collectors.joining(" or "));
    }

    /** Both words, the trial as a line that replays it, why, and the script. */
    @Override
    public String toString() {
        return inWords() + "\n  " + trial + "\n  " + why + "\n"
                + script.stream().map(line -> "    " + line + "\n").collect(Collectors.joining());
    }
}
