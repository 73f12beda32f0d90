package dev.postern.natsim.profile;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.Mapping;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a behaviour tester reports of a NAT.
 *
 * @param udp whether UDP passes; if not, nothing else is measured
 * @param mapping null without UDP
 * @param filtering null without UDP
 * @param lifetime of a UDP mapping after one packet; null where nothing is remembered, or without UDP
 * @param streamLifetime of a UDP mapping after packets in both directions for more than 2 s; null as {@code lifetime}
 */
public record TesterOutput(
        boolean udp,
        @Nullable Mapping mapping,
        @Nullable Filtering filtering,
        Hairpin hairpin,
        PortsSeen ports,
        @Nullable Duration lifetime,
        @Nullable Duration streamLifetime,
        Set<Anomaly> anomalies) {

    public TesterOutput {
        anomalies = Set.copyOf(anomalies);
    }
}
