package dev.postern.peer.model;

import dev.postern.signaling.protocol.ServerMessage;

/** Carriers with a fault. */
final class CarrierMutants {

    private CarrierMutants() {}

    static final class CoalescesTooMuch extends Mutant {

        @Override
        boolean gives(ServerMessage waits, ServerMessage later, boolean byTheRules) {
            return waits instanceof ServerMessage.PeerChange one
                    && later instanceof ServerMessage.PeerChange two
                    && one.room().equals(two.room());
        }
    }

    static final class CoalescesDescriptions extends Mutant {

        @Override
        boolean gives(ServerMessage waits, ServerMessage later, boolean byTheRules) {
            return byTheRules
                    || (waits instanceof ServerMessage.Sig one
                            && later instanceof ServerMessage.Sig two
                            && one.from().equals(two.from()));
        }
    }

    static final class DropsWhenFull extends Mutant {

        @Override
        boolean isTooSlow(Link link) {
            link.outbox.removeFirst();
            return false;
        }
    }

    static final class ConfusesConnections extends Mutant {

        @Override
        boolean confusesConnections() {
            return true;
        }
    }
}
