package dev.postern.conformance;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stunserver.DiscoveryAddresses;
import dev.postern.turn.Mobility;
import dev.postern.turn.Redirect;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnLimits;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What each {@link Setup} is in our own configuration, and the addresses of the virtual world. */
final class VirtualSetups {

    static final TransportAddress IPV4 = TransportAddress.parse("20.0.0.1:3478");
    static final TransportAddress IPV6 = TransportAddress.parse("[2a00:1::1]:3478");
    static final String RELAY_IPV4 = "20.0.0.2";
    static final String RELAY_IPV6 = "2a00:1::2";

    /** The other address and port of NAT behaviour discovery. */
    static final TransportAddress OTHER_IPV4 = TransportAddress.parse("20.0.0.3:3479");

    /** A host that answers nothing. */
    static final IpAddress SILENT_HOST = IpAddress.parse("40.0.9.9");

    /** All addresses of the host. */
    static final List<IpAddress> HOST = Stream.of("20.0.0.1", RELAY_IPV4, "20.0.0.3", "2a00:1::1", RELAY_IPV6)
            .map(IpAddress::parse)
            .toList();

    static final Credentials FIRST = new Credentials("alice", "alice's password");
    static final Credentials SECOND = new Credentials("bob", "bob's password");

    private static final Redirect ELSEWHERE = new Redirect(
            List.of(TransportAddress.parse("20.0.0.9:3478"), TransportAddress.parse("[2a00:1::9]:3478")),
            "other.example.org",
            1);

    private VirtualSetups() {}

    static TurnConfig config(Setup setup, int sharedPorts) {
        TurnConfig.Builder config = TurnConfig.builder()
                .listen("udp://" + IPV4, "tcp://" + IPV4, "udp://" + IPV6, "tcp://" + IPV6)
                .realm("example.org")
                .sharedPorts(sharedPorts)
                .shards(1)
                .user(FIRST.user(), FIRST.password())
                .user(SECOND.user(), SECOND.password())
                .relayAddress(
                        setup == Setup.IPV4_RELAY_ONLY
                                ? new String[] {RELAY_IPV4}
                                : new String[] {RELAY_IPV4, RELAY_IPV6})
                .software(setup == Setup.SILENT_ABOUT_SOFTWARE ? null : "Postern");
        if (setup != Setup.PLAIN) {
            config.tcpRelay(true);
            config.mobility(setup == Setup.MOBILITY_REFUSED ? new Mobility(true, Set.of(SECOND.user())) : Mobility.ON);
            config.discovery(List.of(new DiscoveryAddresses(IPV4, OTHER_IPV4)));
        }
        return switch (setup) {
            case EVERYTHING_ON, PLAIN, UNANSWERING_PEER, IPV4_RELAY_ONLY, SILENT_ABOUT_SOFTWARE -> config.build();
            case MOBILITY_REFUSED -> config.build();
            case REDIRECTING -> config.redirect(ELSEWHERE).build();
            case ONE_ALLOCATION_PER_USER -> config.userQuota(1).build();
            case ONE_ALLOCATION_IN_ALL -> config.totalQuota(1).build();
            case TWO_GRANTS_PER_ALLOCATION -> {
                TurnLimits all = TurnLimits.defaults();
                yield config.limits(new TurnLimits(
                                all.userQuota(), all.totalQuota(), 2, 2, all.userReservations(), all.pendingOpens()))
                        .build();
            }
            case TWO_RELAY_PORTS -> config.relayPorts("50000-50001").build();
        };
    }
}
