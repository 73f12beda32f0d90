package dev.postern.natsim.oracle;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.Pooling;
import java.util.List;

/**
 * What an ICE agent's place in the network means to its peers: all that the {@link Oracle} asks of a NAT.
 *
 * @param udp whether UDP leaves at all
 * @param addressKept whether a new peer sees the agent's packets come from the IP address in its host or server-reflexive
 *     candidate
 * @param portKept whether a new peer sees them come from the port in that candidate
 * @param filtering whose packets come in
 */
public record Reach(boolean udp, boolean addressKept, boolean portKept, Filtering filtering) {

    /** The reach of an agent behind one NAT with one external address. */
    public static Reach of(NatBehaviour nat) {
        boolean portKept = nat.seenMapping() == Mapping.EIM;
        return new Reach(
                !nat.blocked().contains(IpProtocol.UDP), nat.pooling() == Pooling.PAIRED, portKept, nat.filtering());
    }

    /**
     * The reach of an agent behind nested NATs: the mapping is the worst of the chain, the
     * filter the strictest.
     */
    public static Reach of(List<NatBehaviour> chain) {
        boolean udp = true;
        boolean addressKept = true;
        boolean portKept = true;
        Filtering strictest = Filtering.EIF;
        for (NatBehaviour nat : chain) {
            Reach one = of(nat);
            udp &= one.udp;
            addressKept &= one.addressKept;
            portKept &= one.portKept;
            strictest = one.filtering.compareTo(strictest) > 0 ? one.filtering : strictest;
        }
        return new Reach(udp, addressKept, portKept, strictest);
    }

    /** Whether a check of this agent to the candidate of {@code peer} comes in there, and its answer is taken here. */
    boolean reaches(Reach peer) {
        boolean answerComesFromTheCandidate = peer.addressKept && peer.portKept;
        boolean letIn = switch (peer.filtering) {
            case EIF -> true;
            case ADF -> addressKept;
            case APDF -> addressKept && portKept;
        };
        return udp && peer.udp && answerComesFromTheCandidate && letIn;
    }
}
