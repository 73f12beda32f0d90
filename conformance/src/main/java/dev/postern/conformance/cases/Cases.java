package dev.postern.conformance.cases;

import dev.postern.conformance.Case;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** All numbered cases. */
public final class Cases {

    private Cases() {}

    /** All cases by their numbers. */
    public static List<Case> all() {
        return Stream.of(
                        FramingCases.ALL,
                        AttributeCases.ALL,
                        BindingCases.ALL,
                        AuthenticationCases.ALL,
                        IntegrityCases.ALL,
                        RedirectCases.ALL,
                        AllocationCases.ALL,
                        ReservationCases.ALL,
                        AddressFamilyCases.ALL,
                        RefreshCases.ALL,
                        PermissionCases.ALL,
                        ChannelCases.ALL,
                        SendAndDataCases.ALL,
                        ChannelDataCases.ALL,
                        TcpRelayCases.ALL,
                        DataConnectionCases.ALL,
                        BehaviourDiscoveryCases.ALL,
                        MobilityCases.ALL,
                        ListenerCases.ALL)
                .flatMap(List::stream)
                .sorted(Comparator.comparing(Case::number).thenComparing(Case::id))
                .toList();
    }
}
