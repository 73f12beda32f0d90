package dev.postern.app.run;

import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.stunserver.DiscoveryAddresses;
import dev.postern.transport.ListenAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads where NAT behaviour discovery is offered: a pair of addresses and ports for each family that the settings name. */
final class Discovery {

    private static final int PAIR = 2;

    private Discovery() {}

    /** The pairs; a sentence is added to {@code mistakes} for each that cannot be used. */
    static List<DiscoveryAddresses> of(Settings settings, List<String> mistakes) {
        List<TransportAddress> asked = settings.find(Keys.STUN_NAT_DISCOVERY);
        List<IpAddress> external = settings.find(Keys.STUN_NAT_DISCOVERY_EXTERNAL);
        if (asked == null) {
            if (external != null) {
                mistakes.add(settings.said(Keys.STUN_NAT_DISCOVERY_EXTERNAL)
                        + ", but stun.nat-discovery, whose addresses it names, is not set.");
            }
            return List.of();
        }
        List<DiscoveryAddresses> pairs = new ArrayList<>();
        for (boolean ipv4 : new boolean[] {true, false}) {
            List<TransportAddress> family = asked.stream()
                    .filter(address -> address.ip().isIpv4() == ipv4)
                    .toList();
            List<IpAddress> outside = external == null
                    ? List.of()
                    : external.stream().filter(ip -> ip.isIpv4() == ipv4).toList();
            if (family.size() == PAIR) {
                addPair(family, outside, pairs, mistakes);
            } else if (!family.isEmpty()) {
                mistakes.add(settings.said(Keys.STUN_NAT_DISCOVERY)
                        + ", but it takes two addresses with different ports for each family,"
                        + " such as 192.0.2.1:3478, 192.0.2.2:3479.");
            }
        }
        return pairs;
    }

    private static void addPair(
            List<TransportAddress> pair,
            List<IpAddress> external,
            List<DiscoveryAddresses> pairs,
            List<String> mistakes) {
        try {
            pairs.add(new DiscoveryAddresses(pair.get(0), pair.get(1), external));
        } catch (IllegalArgumentException e) {
            mistakes.add(String.valueOf(e.getMessage()));
        }
    }

    /** The listeners that these need: four for each pair. */
    static Stream<ListenAddress> listeners(List<DiscoveryAddresses> pairs) {
        return pairs.stream()
                .flatMap(pair -> pair.sockets().stream())
                .map(socket -> new ListenAddress(TransportProtocol.UDP, socket));
    }

    /** Those of which one of these listeners has a socket: the server behind it then has all four. */
    static List<DiscoveryAddresses> on(List<ListenAddress> listeners, List<DiscoveryAddresses> pairs) {
        return pairs.stream()
                .filter(pair -> listeners(List.of(pair)).anyMatch(listeners::contains))
                .toList();
    }
}
