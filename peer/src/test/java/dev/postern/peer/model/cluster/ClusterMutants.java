package dev.postern.peer.model.cluster;

import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.cluster.NodeMessage.Seat;
import dev.postern.signaling.cluster.SessionState;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Nodes with a fault. */
final class ClusterMutants {

    private ClusterMutants() {}

    /** Every relay that is sent looks like another one. */
    static final class TakesRelaysTwice extends ClusterMutant {

        private static final long BEYOND = 1L << 32;
        private long relays;

        @Override
        List<NodeMessage> sent(Net net, String from, String to, NodeMessage message) {
            if (message instanceof NodeMessage.Deliver one && one.origin() != 0) {
                long origin = one.origin() % BEYOND + BEYOND * ++relays;
                return List.of(new NodeMessage.Deliver(one.room(), one.peer(), one.message(), one.from(), origin));
            }
            if (message instanceof NodeMessage.Delivered one) {
                return List.of(new NodeMessage.Delivered(one.room(), one.peer(), one.from(), one.origin() % BEYOND));
            }
            return List.of(message);
        }
    }

    static final class FlushesNothing extends ClusterMutant {

        private boolean isEntering;

        @Override
        void begins(String node, NodeMessage message) {
            isEntering = message instanceof NodeMessage.Enter;
        }

        @Override
        void ends() {
            isEntering = false;
        }

        @Override
        List<NodeMessage> sent(Net net, String from, String to, NodeMessage message) {
            return isEntering && message instanceof NodeMessage.Deliver ? List.of() : List.of(message);
        }
    }

    static final class ConfirmsTooEarly extends ClusterMutant {

        @Override
        List<NodeMessage> sent(Net net, String from, String to, NodeMessage message) {
            if (message instanceof NodeMessage.Deliver one && one.origin() != 0) {
                net.send(to, from, new NodeMessage.Delivered(one.room(), one.peer(), one.from(), one.origin()));
            }
            return List.of(message);
        }
    }

    static final class SkipsHold extends ClusterMutant {

        @Override
        List<NodeMessage> sent(Net net, String from, String to, NodeMessage message) {
            if (message instanceof NodeMessage.Hold hold) {
                net.send(to, from, new NodeMessage.Held(hold.room(), hold.peer()));
                return List.of();
            }
            return List.of(message);
        }
    }

    static final class NeverRegisters extends ClusterMutant {

        @Override
        boolean registers() {
            return false;
        }
    }

    /** Changes sessions that move. */
    private abstract static class OfSessions extends ClusterMutant {

        private final UnaryOperator<SessionState> change;

        OfSessions(UnaryOperator<SessionState> change) {
            this.change = change;
        }

        @Override
        NodeMessage arrives(NodeMessage message) {
            if (message instanceof NodeMessage.Fetched one) {
                return new NodeMessage.Fetched(one.ask(), change.apply(one.session()));
            }
            return message instanceof NodeMessage.Adopt one
                    ? new NodeMessage.Adopt(change.apply(one.session()))
                    : message;
        }
    }

    private static SessionState with(SessionState state, List<ServerMessage> messages) {
        return new SessionState(
                state.sid(),
                state.peer(),
                state.secret(),
                state.previousSecret(),
                state.attempt(),
                state.subject(),
                state.windowMillis(),
                state.last(),
                state.floor(),
                state.acknowledged(),
                messages,
                state.staleUpTo(),
                state.answers(),
                state.places(),
                state.unanswered());
    }

    static final class ForgetsTheLatest extends OfSessions {

        ForgetsTheLatest() {
            super(state -> {
                List<ServerMessage> all = state.messages();
                return all.isEmpty() ? state : with(state, all.subList(0, all.size() - 1));
            });
        }
    }

    static final class EntersEmpty extends ClusterMutant {

        @Override
        NodeMessage arrives(NodeMessage message) {
            return message instanceof NodeMessage.Enter one
                    ? new NodeMessage.Enter(
                            one.room(), one.number(), one.isLocked(), one.capacity(), List.of(), one.keptOutMillis())
                    : message;
        }
    }

    static final class NeverTellsGone extends ClusterMutant {

        @Override
        List<NodeMessage> sent(Net net, String from, String to, NodeMessage message) {
            boolean isGone = message instanceof NodeMessage.Deliver one
                    && one.message() instanceof ServerMessage.PeerChange change
                    && change.why() == LeaveReason.NODE_LOST;
            return isGone ? List.of() : List.of(message);
        }
    }

    static final class ForgetsLocks extends ClusterMutant {

        @Override
        NodeMessage arrives(NodeMessage message) {
            return message instanceof NodeMessage.Enter one
                    ? new NodeMessage.Enter(
                            one.room(), one.number(), false, one.capacity(), one.seats(), one.keptOutMillis())
                    : message;
        }
    }

    static final class ForgetsWhoIsKnown extends ClusterMutant {

        @Override
        NodeMessage arrives(NodeMessage message) {
            return message instanceof NodeMessage.Enter one
                    ? new NodeMessage.Enter(
                            one.room(),
                            one.number(),
                            one.isLocked(),
                            one.capacity(),
                            one.seats().stream()
                                    .map(ClusterMutants::knowingNobody)
                                    .toList(),
                            one.keptOutMillis())
                    : message;
        }
    }

    private static Seat knowingNobody(Seat seat) {
        return new Seat(
                seat.peer(),
                seat.subject(),
                seat.name(),
                seat.meta(),
                seat.role(),
                seat.order(),
                seat.isLost(),
                seat.isLocked(),
                Map.of());
    }

    static final class GivesNotWhatWaits extends ClusterMutant {

        @Override
        NodeMessage arrives(NodeMessage message) {
            return message instanceof NodeMessage.RoomState one
                    ? new NodeMessage.RoomState(
                            one.room(),
                            one.capacity(),
                            one.isLocked(),
                            one.isOpened(),
                            one.joins(),
                            one.seats().stream()
                                    .map(placed -> new NodeMessage.Placed(placed.seat(), placed.node(), List.of()))
                                    .toList(),
                            one.keptOutMillis())
                    : message;
        }
    }

    static final class MovesInSilence extends ClusterMutant {

        @Override
        List<NodeMessage> sent(Net net, String from, String to, NodeMessage message) {
            return message instanceof NodeMessage.Moved ? List.of() : List.of(message);
        }
    }
}
