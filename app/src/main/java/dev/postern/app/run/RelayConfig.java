package dev.postern.app.run;

import dev.postern.app.config.AccessKeys;
import dev.postern.app.config.ConfigException;
import dev.postern.app.config.Key;
import dev.postern.app.config.Keys;
import dev.postern.app.config.RelayMode;
import dev.postern.app.config.Settings;
import dev.postern.app.dtls.DtlsListeners;
import dev.postern.app.tls.TlsCertificates;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.auth.CredentialStore;
import dev.postern.transport.ListenAddress;
import dev.postern.transport.StreamIntake;
import dev.postern.turn.CredentialRules;
import dev.postern.turn.Mobility;
import dev.postern.turn.TurnConfig;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells the relay what the settings say, and which endpoints of this program no peer may be. */
final class RelayConfig {

    private RelayConfig() {}

    /**
     * The relay's own configuration.
     *
     * @param elsewhere who knows more users; null for nobody
     * @param certificates what TLS is spoken with; null for no TLS
     * @param dtls who speaks DTLS; null for no DTLS
     * @throws ConfigException with the relay's sentence, if it refuses a combination of values
     */
    static TurnConfig of(
            Plan plan,
            @Nullable CredentialStore elsewhere,
            @Nullable TlsCertificates certificates,
            @Nullable DtlsListeners dtls)
            throws ConfigException {
        Settings settings = plan.settings();
        try {
            return build(
                    plan,
                    settings,
                    elsewhere,
                    TlsPlan.intake(certificates, dtls, settings.find(Keys.TURN_PROXY_PROTOCOL_FROM)));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(List.of(String.valueOf(e.getMessage())));
        }
    }

    private static TurnConfig build(
            Plan plan, Settings settings, @Nullable CredentialStore elsewhere, StreamIntake intake) {
        TurnConfig.Builder relay = TurnConfig.builder()
                .listen(plan.turn())
                .discovery(plan.turnDiscovery())
                .realm(settings.get(Keys.TURN_REALM))
                .relayAddress(texts(plan.relayAddresses()))
                .relayPorts(settings.get(Keys.TURN_RELAY_PORTS).toString())
                .sharedPorts(
                        settings.get(Keys.TURN_RELAY_MODE) == RelayMode.SHARED
                                ? settings.get(Keys.TURN_SHARED_PORTS)
                                : 0)
                .limits(LoadConfig.limits(settings))
                .traffic(LoadConfig.traffic(settings))
                .redirect(LoadConfig.redirect(settings))
                .tcpRelaying(LoadConfig.tcpRelaying(settings))
                .mobility(mobilityOf(settings))
                .software(settings.find(Keys.TURN_SOFTWARE))
                .intake(intake.withAttachable(settings.get(Keys.SIGNALING_TURN_WEBSOCKET)))
                .udp(NetConfig.udp(settings))
                .rfc5766Channels(settings.get(Keys.TURN_RFC5766_CHANNELS));
        settings.users().forEach(relay::user);
        ifSet(settings, Keys.TURN_SHARED_SECRET, all -> all.forEach(relay::sharedSecret));
        ifSet(settings, Keys.TURN_EXTERNAL_ADDRESS, all -> relay.externalAddress(texts(all)));
        relay.peerProfile(settings.get(Keys.TURN_PEERS)).peersDryRun(settings.get(Keys.TURN_PEERS_DRY_RUN));
        ifSet(settings, Keys.TURN_DENY_PEER_PORTS, ports -> ports.forEach(relay::denyPeerPort));
        ifSet(settings, Keys.TURN_ALLOW_PEERS, all -> relay.allowPeers(texts(all)));
        ifSet(settings, Keys.TURN_DENY_PEERS, all -> relay.denyPeers(texts(all)));
        relay.credentialRules(new CredentialRules(
                settings.get(AccessKeys.TURN_STRICT_EXPIRY),
                settings.get(AccessKeys.TURN_CLOCK_TOLERANCE),
                settings.get(AccessKeys.TURN_REVOCATION_MEMORY)));
        if (elsewhere != null) {
            relay.credentialStore(elsewhere);
        }
        protectedEndpoints(plan).forEach(relay::protect);
        return relay.build();
    }

    private static Mobility mobilityOf(Settings settings) {
        List<String> users = settings.find(Keys.TURN_MOBILITY_USERS);
        return new Mobility(settings.get(Keys.TURN_MOBILITY), users == null ? Set.of() : Set.copyOf(users));
    }

    /** Where this program listens beside the relay itself, which protects its own addresses. */
    private static Stream<TransportAddress> protectedEndpoints(Plan plan) {
        Stream<TransportAddress> http = Stream.of(plan.signaling(), plan.metrics(), plan.admin())
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull);
        Stream<TransportAddress> discovery = plan.discovery().stream()
                .flatMap(pair -> pair.sockets().stream().map(pair::nameOf)); // as the NAT in front maps them
        Stream<TransportAddress> backends = CredentialSources.backends(plan.settings()).stream();
        return Stream.of(http, plan.stun().stream().map(ListenAddress::address), discovery, backends)
                .flatMap(each -> each);
    }

    private static <T> void ifSet(Settings settings, Key<T> key, Consumer<T> use) {
        T value = settings.find(key);
        if (value != null) {
            use.accept(value);
        }
    }

    private static String[] texts(List<?> values) {
        return values.stream().map(String::valueOf).toArray(String[]::new);
    }
}
