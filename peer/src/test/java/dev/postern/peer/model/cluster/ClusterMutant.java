package dev.postern.peer.model.cluster;

import dev.postern.signaling.cluster.NodeMessage;
import java.util.List;
import java.util.function.Supplier;

/** A fault that is put between nodes, as if one of them had it. This one has none. One instance serves one run. */
class ClusterMutant {

    /** What is wrong, each found by the model within so many schedules. */
    @SuppressWarnings("ImmutableEnumChecker") // the makers are constructors
    enum Kind {
        NONE("nothing is wrong", ClusterMutant::new),
        TAKES_RELAYS_TWICE("a node does not know a relay that comes again", ClusterMutants.TakesRelaysTwice::new),
        FLUSHES_NOTHING("what was held for a session that moves is dropped", ClusterMutants.FlushesNothing::new),
        CONFIRMS_TOO_EARLY("ok is said before the target has it", ClusterMutants.ConfirmsTooEarly::new),
        SKIPS_HOLD("a session leaves and the home goes on telling its old node", ClusterMutants.SkipsHold::new),
        NEVER_REGISTERS("nobody knows where a session has gone", ClusterMutants.NeverRegisters::new),
        FORGETS_THE_LATEST("a session that moves loses its latest message", ClusterMutants.ForgetsTheLatest::new),
        ENTERS_EMPTY("a node does not tell the next home who is there", ClusterMutants.EntersEmpty::new),
        NEVER_TELLS_GONE("those who did not come back are not told to be gone", ClusterMutants.NeverTellsGone::new),
        FORGETS_WHO_IS_KNOWN("seats do not tell whom they know", ClusterMutants.ForgetsWhoIsKnown::new),
        MOVES_IN_SILENCE("nobody is told that a room has another home", ClusterMutants.MovesInSilence::new),
        GIVES_NOT_WHAT_WAITS("a room is given away without what waits in it", ClusterMutants.GivesNotWhatWaits::new),
        FORGETS_LOCKS("the next home is not told that a room is locked", ClusterMutants.ForgetsLocks::new);

        private final String sentence;
        private final Supplier<ClusterMutant> maker;

        Kind(String sentence, Supplier<ClusterMutant> maker) {
            this.sentence = sentence;
            this.maker = maker;
        }

        String sentence() {
            return sentence;
        }

        ClusterMutant make() {
            return maker.get();
        }
    }

    /** What goes on its way for what a node sends. */
    List<NodeMessage> sent(Net net, String from, String to, NodeMessage message) {
        return List.of(message);
    }

    /** What a node is given for what reached it. */
    NodeMessage arrives(NodeMessage message) {
        return message;
    }

    /** A node begins to work on a message. */
    void begins(String node, NodeMessage message) {}

    /** It is done with that. */
    void ends() {}

    /** Whether sessions that move are registered. */
    boolean registers() {
        return true;
    }
}
