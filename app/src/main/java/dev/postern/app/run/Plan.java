package dev.postern.app.run;

import dev.postern.app.config.AccessKeys;
import dev.postern.app.config.ConfigException;
import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.app.config.WebListen;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stunserver.DiscoveryAddresses;
import dev.postern.transport.ListenAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which servers run and where, decided from the settings before anything is opened.
 *
 * @param settings the values of all keys
 * @param signaling where signaling listens; null when it does not run
 * @param stun where the STUN server listens: what {@code stun.listen} names, without what the relay answers anyway
 * @param turn where the relay listens
 * @param discovery the addresses of NAT behaviour discovery, whose sockets are all in {@code stun} or all in {@code turn}
 * @param relayAddresses where the relay opens ports, one address of each family at most; empty when it does not run
 * @param metrics where metrics are served; null when they are not
 * @param admin where the running server is administered; null when it is not
 */
public record Plan(
        Settings settings,
        @Nullable TransportAddress signaling,
        List<ListenAddress> stun,
        List<ListenAddress> turn,
        List<DiscoveryAddresses> discovery,
        List<IpAddress> relayAddresses,
        @Nullable TransportAddress metrics,
        @Nullable TransportAddress admin) {

    public Plan {
        stun = List.copyOf(stun);
        turn = List.copyOf(turn);
        discovery = List.copyOf(discovery);
        relayAddresses = List.copyOf(relayAddresses);
    }

    /**
     * Decides, and holds the settings against each other.
     *
     * @param command for messages: the name of the command that asks
     * @throws ConfigException with a sentence for each reason not to start
     */
    public static Plan of(Settings settings, Set<Part> asked, String command, Host host) throws ConfigException {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        asked.stream().filter(part -> isSet(settings, part)).forEach(parts::add);
        List<String> mistakes = new ArrayList<>();
        if (parts.isEmpty()) {
            mistakes.add(nothingToListenOn(asked, command));
        }
        AccessRules.check(settings, parts, mistakes);
        Listening listening = new Listening(host);
        List<ListenAddress> turn = parts.contains(Part.TURN) ? listening.on(settings.get(Keys.TURN_LISTEN)) : List.of();
        List<DiscoveryAddresses> discovery = parts.contains(Part.STUN) ? Discovery.of(settings, mistakes) : List.of();
        turn = together(turn, Discovery.listeners(Discovery.on(turn, discovery)));
        List<ListenAddress> stun =
                parts.contains(Part.STUN) ? without(turn, stunListeners(settings, listening, discovery)) : List.of();
        splitPorts(stun, turn, mistakes);
        List<IpAddress> relay = List.of();
        if (parts.contains(Part.TURN)) {
            relay = listening.relayAddresses(settings);
            if (relay.isEmpty()) {
                mistakes.add(
                        "turn.relay-address is missing and cannot be guessed, since this host has no address to the outside"
                                + " and turn.listen names none; set it to an IPv4 address of this host, an IPv6 one, or both.");
            }
        }
        TlsPlan.check(
                settings, parts, Stream.concat(turn.stream(), stun.stream()).toList(), mistakes);
        if (!mistakes.isEmpty()) {
            throw new ConfigException(mistakes);
        }
        return new Plan(
                settings,
                parts.contains(Part.SIGNALING) ? signalingAddress(settings) : null,
                stun,
                turn,
                discovery,
                relay,
                settings.find(Keys.METRICS_LISTEN),
                settings.find(AccessKeys.ADMIN_LISTEN));
    }

    private static @Nullable TransportAddress signalingAddress(Settings settings) {
        WebListen listen = settings.find(Keys.SIGNALING_LISTEN);
        return listen == null ? null : listen.address();
    }

    /** Whether the relay answers Binding for {@code stun.listen} too. */
    public boolean turnAnswersStun() {
        List<ListenAddress> asked = settings.find(Keys.STUN_LISTEN);
        return asked != null && !turn.isEmpty() && asked.stream().anyMatch(address -> !stun.contains(address));
    }

    private static List<ListenAddress> stunListeners(
            Settings settings, Listening listening, List<DiscoveryAddresses> discovery) {
        List<ListenAddress> asked = settings.find(Keys.STUN_LISTEN);
        return together(asked == null ? List.of() : listening.on(asked), Discovery.listeners(discovery));
    }

    private static List<ListenAddress> together(List<ListenAddress> some, Stream<ListenAddress> more) {
        return Stream.concat(some.stream(), more).distinct().toList();
    }

    private static List<ListenAddress> without(List<ListenAddress> taken, List<ListenAddress> asked) {
        return asked.stream().filter(address -> !taken.contains(address)).toList();
    }

    /** The discovery that the relay offers on its sockets. */
    public List<DiscoveryAddresses> turnDiscovery() {
        return Discovery.on(turn, discovery);
    }

    /** The discovery that the STUN server offers. */
    public List<DiscoveryAddresses> stunDiscovery() {
        return Discovery.on(stun, discovery);
    }

    /** One server's socket cannot hand in what is the other's by its first byte. */
    private static void splitPorts(List<ListenAddress> stun, List<ListenAddress> turn, List<String> mistakes) {
        stun.stream()
                .filter(listen ->
                        !listen.scheme().isStream() && listen.address().port() != 0)
                .flatMap(listen -> turn.stream()
                        .filter(other ->
                                !other.scheme().isStream() && other.address().equals(listen.address()))
                        .map(other -> "stun.listen names " + listen + " and turn.listen " + other
                                + ": UDP and DTLS share a port within one server, so name both in turn.listen."))
                .findFirst()
                .ifPresent(mistakes::add);
    }

    private static boolean isSet(Settings settings, Part part) {
        return settings.find(part.listen()) != null
                || (part == Part.STUN && settings.find(Keys.STUN_NAT_DISCOVERY) != null);
    }

    private static String nothingToListenOn(Set<Part> asked, String command) {
        List<String> keys = Arrays.stream(Part.values())
                .filter(asked::contains)
                .map(part -> part.listen().name())
                .toList();
        String choice = keys.size() == 1
                ? "set " + keys.get(0)
                : "set " + keys.stream().limit(keys.size() - 1L).collect(Collectors.joining(", ")) + " or "
                        + keys.get(keys.size() - 1);
        return command + " has nothing to listen on: " + choice + ", or add --dev to try it on this machine.";
    }
}
