package dev.postern.natsim.profile;

import dev.postern.natsim.NatBehaviour;
import java.util.List;
import java.util.Map;

/**
 * A NAT with a name, and what is known of it.
 *
 * @param id the name of its file without the ending, such as {@code linux-open-input}
 * @param summary what it is, in one or two sentences
 * @param sources where its behaviour is documented, at least one
 * @param addresses how many external addresses it is meant to have, at least 1
 * @param behaviour what it does; its name is the profile's
 * @param tester what a behaviour tester reports of it
 * @param ice how pairs end, for each class of peer
 */
public record Profile(
        String id,
        String summary,
        List<Source> sources,
        int addresses,
        NatBehaviour behaviour,
        TesterOutput tester,
        Map<PeerClass, Consequence> ice) {

    public Profile {
        sources = List.copyOf(sources);
        ice = Map.copyOf(ice);
        if (sources.isEmpty()) {
            throw new IllegalArgumentException(id + ": a profile needs a source");
        }
        if (addresses < 1) {
            throw new IllegalArgumentException(id + ": a NAT needs an external address");
        }
        if (ice.size() != PeerClass.values().length) {
            throw new IllegalArgumentException(id + ": ice must name every class of peer");
        }
    }

    /** The name for people. */
    public String name() {
        return behaviour.name();
    }
}
