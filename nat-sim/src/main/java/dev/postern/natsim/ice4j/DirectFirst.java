package dev.postern.natsim.ice4j;

import java.beans.PropertyChangeEvent;
import java.beans.PropertyChangeListener;
import java.util.ArrayList;
import java.util.List;
import org.ice4j.ice.Agent;
import org.ice4j.ice.CandidatePair;
import org.ice4j.ice.CandidatePairState;
import org.ice4j.ice.CandidateType;
import org.ice4j.ice.IceMediaStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides for a controlling agent which pair is used: the first direct one that works, and a relayed one only when no direct
 * one can work any more. Any thread.
 *
 * <p>None of ice4j's own strategies does this in virtual time: NOMINATE_FIRST_VALID takes a relayed pair that happens to be
 * faster, NOMINATE_FIRST_HOST_OR_REFLEXIVE_VALID waits with a sleep, NOMINATE_BEST_RTT never ends.
 */
final class DirectFirst implements PropertyChangeListener {

    private final Agent agent;
    private final IceMediaStream stream;
    private final List<CandidatePair> relayed = new ArrayList<>();
    private boolean decided;

    DirectFirst(Agent agent, IceMediaStream stream) {
        this.agent = agent;
        this.stream = stream;
    }

    static boolean isRelayed(CandidatePair pair) {
        return pair.getLocalCandidate().getType() == CandidateType.RELAYED_CANDIDATE
                || pair.getRemoteCandidate().getType() == CandidateType.RELAYED_CANDIDATE;
    }

    @Override
    public void propertyChange(PropertyChangeEvent event) {
        String what = event.getPropertyName();
        CandidatePair valid = null;
        if (IceMediaStream.PROPERTY_PAIR_VALIDATED.equals(what)) {
            valid = (CandidatePair) event.getSource();
        } else if (!IceMediaStream.PROPERTY_PAIR_STATE_CHANGED.equals(what)) {
            return;
        }
        CandidatePair choice = choose(valid);
        if (choice != null) {
            agent.nominate(choice);
        }
    }

    private synchronized @Nullable CandidatePair choose(@Nullable CandidatePair valid) {
        if (decided) {
            return null;
        }
        CandidatePair choice = null;
        if (valid != null && !isRelayed(valid)) {
            choice = valid;
        } else {
            if (valid != null) {
                relayed.add(valid);
            }
            if (!relayed.isEmpty() && !directMayStillWork()) {
                choice = relayed.get(0);
            }
        }
        decided = choice != null;
        return choice;
    }

    private boolean directMayStillWork() {
        return new ArrayList<>(stream.getCheckList())
                .stream()
                        .anyMatch(pair -> !isRelayed(pair)
                                && pair.getState() != CandidatePairState.FAILED
                                && pair.getState() != CandidatePairState.SUCCEEDED);
    }
}
