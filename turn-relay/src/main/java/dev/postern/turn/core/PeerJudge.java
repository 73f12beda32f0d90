package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;

/**
 * Asks the {@link PeerPolicy} on behalf of an allocation, and tells of what passes by a dry run alone. For whatever names a peer:
 * a permission, a channel, a connection, a Send indication. Data on a bound channel is not judged again. Owned by the
 * engine's thread.
 */
final class PeerJudge {

    private static final int ANY_PORT = 0;

    private final SharedState shared;
    private final TurnOutput output;
    private final Tally tally;

    PeerJudge(SharedState shared, TurnOutput output, Tally tally) {
        this.shared = shared;
        this.output = output;
        this.tally = tally;
    }

    /** Whether a permission for this address may be installed. */
    PeerVerdict judge(Allocation allocation, IpAddress peer) {
        PeerVerdict verdict = shared.policy().judge(peer);
        if (verdict == PeerVerdict.PASSED_BY_DRY_RUN) {
            tell(allocation, TransportAddress.of(peer, ANY_PORT));
        }
        return verdict;
    }

    /** Whether data may be sent to this transport address, and a channel or connection be made to it. */
    PeerVerdict judge(Allocation allocation, TransportAddress peer) {
        PeerVerdict verdict = shared.policy().judge(peer);
        if (verdict == PeerVerdict.PASSED_BY_DRY_RUN) {
            tell(allocation, peer);
        }
        return verdict;
    }

    private void tell(Allocation allocation, TransportAddress peer) {
        tally.add(TurnCounter.PEERS_PASSED_BY_DRY_RUN);
        output.peerPassedByDryRun(allocation.username(), peer);
    }
}
