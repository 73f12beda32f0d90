package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.ConfigSources;
import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.transport.ListenAddress;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What runs where, decided before anything is opened. */
class PlanTest {

    private static final Set<Part> ALL = EnumSet.allOf(Part.class);
    private static final String SECRET = "turn.shared-secret=0123456789abcdef0123456789abcdef";
    private static final Host HOST = new FixedHost("127.0.0.1", "192.0.2.7", "198.51.100.1", "::1", "2001:db8::7");

    @Test
    void nothingToListenOnIsRefusedNamingWhatToSet() {
        assertThat(refusals(ALL, "serve"))
                .containsExactly("serve has nothing to listen on: set signaling.listen, stun.listen or turn.listen,"
                        + " or add --dev to try it on this machine.");
        assertThat(refusals(EnumSet.of(Part.STUN), "stun", "signaling.listen=127.0.0.1:0"))
                .containsExactly(
                        "stun has nothing to listen on: set stun.listen, or add --dev to try it on this machine.");
    }

    @Test
    void s30_relayWithoutCredentialsIsRefused() {
        assertThat(refusals(ALL, "serve", "turn.listen=udp://127.0.0.1:0"))
                .containsExactly(
                        "turn.listen is set, but there is no credential, and the relay is never open to everyone:"
                                + " set turn.shared-secret for browsers, turn.users.NAME for a fixed password, or"
                                + " turn.webhook.url.");
    }

    @Test
    void relayWithoutCredentialsDoesNotKeepSignalingFromRunningAlone() throws ConfigException {
        Plan plan = plan(EnumSet.of(Part.SIGNALING), "signaling.listen=127.0.0.1:1", "turn.listen=udp://127.0.0.1:2");
        assertThat(plan.signaling()).isEqualTo(TransportAddress.parse("127.0.0.1:1"));
        assertThat(plan.turn()).isEmpty();
        assertThat(plan.relayAddresses()).isEmpty();
    }

    @Test
    void s29_operatorsPagesOnAPublicAddressNeedAToken() throws ConfigException {
        for (String section : List.of("metrics", "admin")) {
            for (String address : List.of("0.0.0.0:9", "192.0.2.7:9", "[::]:9", "[2001:db8::7]:9")) {
                String listen = section + ".listen=" + address;
                assertThat(refusals(ALL, "serve", "stun.listen=udp://127.0.0.1:0", listen))
                        .singleElement()
                        .asString()
                        .startsWith(section + ".listen is \"" + address + "\" (--set), which other machines reach, but "
                                + section
                                + ".token is not set: set it, or listen on a loopback address such as 127.0.0.1:909");
                plan(ALL, "stun.listen=udp://127.0.0.1:0", listen, section + ".token=0123456789abcdef");
            }
        }
    }

    /** A socket belongs to one server, which cannot hand in what is the other's. */
    @Test
    void udpAndDtlsAtOnePortBelongToOneServer() throws ConfigException {
        String[] tls = {"tls.certificate=cert.pem", "tls.key=key.pem", SECRET};
        for (String split : List.of("udp,dtls", "dtls,udp")) {
            String[] schemes = split.split(",");
            assertThat(refusals(
                            ALL,
                            "serve",
                            "stun.listen=" + schemes[0] + "://127.0.0.1:3478",
                            "turn.listen=" + schemes[1] + "://127.0.0.1:3478",
                            tls[0],
                            tls[1],
                            tls[2]))
                    .containsExactly(
                            "stun.listen names " + schemes[0] + "://127.0.0.1:3478 and turn.listen " + schemes[1]
                                    + "://127.0.0.1:3478: UDP and DTLS share a port within one server, so name both in turn.listen.");
        }
        Plan plan = plan(
                ALL,
                "stun.listen=udp://0.0.0.0:3478",
                "turn.listen=udp://0.0.0.0:3478,dtls://192.0.2.7:3478",
                tls[0],
                tls[1],
                tls[2]);
        assertThat(plan.stun()).isEmpty();
        assertThat(plan.turn())
                .contains(ListenAddress.parse("udp://192.0.2.7:3478"), ListenAddress.parse("dtls://192.0.2.7:3478"));
    }

    @Test
    void exchangeOfTokensNeedsAnIssuerAnAudienceASecretAndAPlace() {
        assertThat(refusals(
                        ALL,
                        "serve",
                        "stun.listen=udp://127.0.0.1:0",
                        "turn.jwt.jwks-url=https://id.example/jwks",
                        "turn.jwt.jwks-file=keys.json"))
                .satisfiesExactly(
                        both -> assertThat(both).contains("turn.jwt.jwks-url and turn.jwt.jwks-file are both set"),
                        issuer -> assertThat(issuer).startsWith("turn.jwt.issuer is not set"),
                        audience -> assertThat(audience).startsWith("turn.jwt.audience is not set"),
                        secret -> assertThat(secret).contains("turn.shared-secret, which is not set"),
                        place -> assertThat(place).contains("signaling.listen, which is not set"));
    }

    @Test
    void roomCredentialsNeedASharedSecret() {
        assertThat(refusals(ALL, "serve", "stun.listen=udp://127.0.0.1:0", "turn.room-credentials=true"))
                .singleElement()
                .asString()
                .contains("turn.shared-secret, which is not set: set it.");
    }

    @Test
    void metricsOnLoopbackAreAllowed() throws ConfigException {
        for (String address : List.of("127.0.0.1:9", "127.9.9.9:9", "[::1]:9")) {
            assertThat(plan(ALL, "stun.listen=udp://127.0.0.1:0", "metrics.listen=" + address)
                            .metrics())
                    .isEqualTo(TransportAddress.parse(address));
        }
    }

    @Test
    void natDiscoveryListensOnFourSocketsOfTheStunServer() throws ConfigException {
        Plan plan = plan(ALL, "stun.nat-discovery=192.0.2.7:3478,198.51.100.1:3479");

        assertThat(plan.stun())
                .extracting(ListenAddress::toString)
                .containsExactly(
                        "udp://192.0.2.7:3478",
                        "udp://192.0.2.7:3479",
                        "udp://198.51.100.1:3478",
                        "udp://198.51.100.1:3479");
        assertThat(plan.stunDiscovery()).hasSize(1);
        assertThat(plan.turnDiscovery()).isEmpty();
    }

    @Test
    void natDiscoveryIsTheRelaysIfItListensOnOneOfTheFour() throws ConfigException {
        Plan plan = plan(
                ALL,
                "stun.nat-discovery=192.0.2.7:3478,198.51.100.1:3479",
                "stun.listen=udp://192.0.2.7:3478,udp://192.0.2.7:9",
                "turn.listen=udp://192.0.2.7:3478",
                SECRET);

        assertThat(plan.turn()).hasSize(4);
        assertThat(plan.stun()).containsExactly(ListenAddress.parse("udp://192.0.2.7:9"));
        assertThat(plan.turnDiscovery()).hasSize(1);
        assertThat(plan.stunDiscovery()).isEmpty();
    }

    @Test
    void natDiscoveryThatCannotWorkIsRefused() {
        assertThat(refusals(ALL, "serve", "stun.nat-discovery=192.0.2.7:3478"))
                .containsExactly("stun.nat-discovery is \"[192.0.2.7:3478]\" (--set), but it takes two addresses with"
                        + " different ports for each family, such as 192.0.2.1:3478, 192.0.2.2:3479.");
        assertThat(refusals(ALL, "serve", "stun.nat-discovery=0.0.0.0:3478,192.0.2.7:3479"))
                .containsExactly(
                        "stun.nat-discovery is '0.0.0.0:3478, 192.0.2.7:3479', but must name addresses and ports,"
                                + " no wildcard, such as 192.0.2.1:3478, 192.0.2.2:3479.");
    }

    @Test
    void addressInBothListsIsTheRelaysAlone() throws ConfigException {
        Plan plan = plan(
                ALL,
                "stun.listen=udp://127.0.0.1:3478,tcp://127.0.0.1:3478,udp://127.0.0.1:5000",
                "turn.listen=udp://127.0.0.1:3478,tcp://127.0.0.1:3478",
                SECRET);
        assertThat(plan.stun()).containsExactly(ListenAddress.parse("udp://127.0.0.1:5000"));
        assertThat(plan.turn()).hasSize(2);
        assertThat(plan.turnAnswersStun()).isTrue();
        Plan alone = plan(
                EnumSet.of(Part.STUN), "stun.listen=udp://127.0.0.1:3478", "turn.listen=udp://127.0.0.1:3478", SECRET);
        assertThat(alone.stun()).hasSize(1);
        assertThat(alone.turnAnswersStun()).isFalse();
    }

    @Test
    void udpWildcardBecomesEveryAddressOfTheHostAndTcpStays() throws ConfigException {
        Plan plan = plan(
                ALL, "turn.listen=udp://0.0.0.0:3478,tcp://0.0.0.0:3478", "stun.listen=udp://127.0.0.1:3478", SECRET);
        assertThat(plan.turn())
                .containsExactly(
                        ListenAddress.parse("udp://127.0.0.1:3478"),
                        ListenAddress.parse("udp://192.0.2.7:3478"),
                        ListenAddress.parse("udp://198.51.100.1:3478"),
                        ListenAddress.parse("tcp://0.0.0.0:3478"));
        assertThat(plan.stun()).isEmpty();
        assertThat(plan(ALL, "stun.listen=udp://[::]:3478").stun())
                .containsExactly(
                        ListenAddress.parse("udp://[::1]:3478"), ListenAddress.parse("udp://[2001:db8::7]:3478"));
        assertThat(plan(ALL, "stun.listen=udp://0.0.0.0:0").stun())
                .containsExactly(ListenAddress.parse("udp://0.0.0.0:0"));
    }

    @Test
    void relayAddressIsWhatIsSetElseWhatIsListenedOnElseTowardsTheOutside() throws ConfigException {
        assertThat(relay("turn.listen=udp://127.0.0.1:1", "turn.relay-address=198.51.100.1"))
                .containsExactly("198.51.100.1");
        assertThat(relay("turn.listen=udp://127.0.0.1:1", "turn.relay-address=2001:db8::7"))
                .containsExactly("2001:db8::7");
        assertThat(relay("turn.listen=udp://127.0.0.1:1")).containsExactly("127.0.0.1", "::1");
        assertThat(relay("turn.listen=udp://127.0.0.1:1,udp://192.0.2.7:1")).containsExactly("192.0.2.7");
        assertThat(relay("turn.listen=udp://0.0.0.0:1")).containsExactly("192.0.2.7");
        assertThat(relay("turn.listen=udp://0.0.0.0:1,udp://[::]:1")).containsExactly("192.0.2.7", "2001:db8::7");
        assertThat(relay("turn.listen=tcp://[::1]:1")).containsExactly("192.0.2.7", "::1");
        assertThat(relay("turn.listen=tcp://[::1]:1,tcp://[2001:db8::7]:1"))
                .containsExactly("192.0.2.7", "2001:db8::7");
    }

    @Test
    void relayAddressThatCannotBeGuessedIsAskedFor() {
        ConfigException refused = catchThrowableOfType(
                ConfigException.class,
                () -> Plan.of(settings("turn.listen=tcp://[::]:1", SECRET), ALL, "serve", new FixedHost("127.0.0.1")));
        assertThat(refused.sentences())
                .containsExactly(
                        "turn.relay-address is missing and cannot be guessed, since this host has no address to the"
                                + " outside and turn.listen names none; set it to an IPv4 address of this host, an IPv6 one, or"
                                + " both.");
    }

    @Test
    void devListensOnLoopbackWithASecretAndNearPeers() throws ConfigException {
        Plan plan = devPlan(ALL);
        assertThat(plan.signaling()).isEqualTo(TransportAddress.parse("127.0.0.1:8080"));
        assertThat(plan.turn())
                .containsExactly(
                        ListenAddress.parse("udp://127.0.0.1:3478"), ListenAddress.parse("tcp://127.0.0.1:3478"));
        assertThat(plan.stun()).isEmpty();
        assertThat(plan.relayAddresses()).containsExactly(IpAddress.parse("127.0.0.1"), IpAddress.parse("::1"));
        assertThat(plan.settings().get(Keys.TURN_SHARED_SECRET).get(0)).hasSize(43);
        for (String peer :
                List.of("127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "192.0.2.7", "::1", "fd00::1")) {
            assertThat(allowed(plan, peer)).as(peer).isTrue();
        }
        for (String peer : List.of("169.254.169.254", "192.0.2.8", "0.0.0.0", "fe80::1")) {
            assertThat(allowed(plan, peer)).as(peer).isFalse();
        }
    }

    @Test
    void s30_devMakesAnotherSecretEachTimeAndLosesToWhatIsSet() throws ConfigException {
        Random random = new Random(1);
        assertThat(DevPreset.settings(ALL, HOST, random).get(Keys.TURN_SHARED_SECRET))
                .isNotEqualTo(DevPreset.settings(ALL, HOST, random).get(Keys.TURN_SHARED_SECRET));
        Plan plan = devPlan(ALL, "turn.listen=udp://127.0.0.1:9", "signaling.listen=", "turn.allow-peers=10.0.0.0/8");
        assertThat(plan.turn()).containsExactly(ListenAddress.parse("udp://127.0.0.1:9"));
        assertThat(plan.signaling()).isNull();
        assertThat(allowed(plan, "127.0.0.1")).isFalse();
    }

    @Test
    void devOfOnePartSetsOnlyThatPart() throws ConfigException {
        assertThat(devPlan(EnumSet.of(Part.STUN)).stun())
                .containsExactly(
                        ListenAddress.parse("udp://127.0.0.1:3478"), ListenAddress.parse("tcp://127.0.0.1:3478"));
        assertThat(devPlan(EnumSet.of(Part.SIGNALING)).settings().find(Keys.TURN_SHARED_SECRET))
                .isNull();
    }

    @Test
    void httpsNeedsACertificateAndKeepsItsAddress() throws ConfigException {
        assertThat(refusals(EnumSet.of(Part.SIGNALING), "signaling", "signaling.listen=https://127.0.0.1:1"))
                .containsExactly("signaling.listen is \"https://127.0.0.1:1\" (--set), but there is no certificate: set"
                        + " tls.certificate and tls.key, or write host:port and put a TLS proxy in front of it.");
        Plan plan = plan(EnumSet.of(Part.SIGNALING), "signaling.listen=https://127.0.0.1:1", "tls.self-signed=true");
        assertThat(plan.signaling()).isEqualTo(TransportAddress.parse("127.0.0.1:1"));
        assertThat(plan(EnumSet.of(Part.STUN), "stun.listen=tls://127.0.0.1:1", "tls.self-signed=true")
                        .stun())
                .hasSize(1);
        assertThat(plan(EnumSet.of(Part.SIGNALING), "signaling.listen=http://127.0.0.1:1")
                        .signaling())
                .isEqualTo(TransportAddress.parse("127.0.0.1:1"));
    }

    @Test
    void lanListensOnTheNetworkTowardsTheOutsideAndRelaysToNoOther() throws ConfigException {
        Host host = new FixedHost("127.0.0.1", "192.168.1.5", "172.17.0.1", "203.0.113.7", "fd00::5");
        Plan plan = lanPlan(host, ALL);
        assertThat(plan.settings().get(Keys.SIGNALING_LISTEN)).hasToString("https://192.168.1.5:8443");
        assertThat(plan.turn())
                .containsExactly(
                        ListenAddress.parse("udp://192.168.1.5:3478"), ListenAddress.parse("tcp://192.168.1.5:3478"));
        assertThat(plan.relayAddresses()).containsExactly(IpAddress.parse("192.168.1.5"));
        assertThat(plan.settings().get(Keys.TURN_SHARED_SECRET).get(0)).hasSize(43);
        assertThat(allowed(plan, "192.168.1.200")).isTrue();
        for (String peer :
                List.of("127.0.0.1", "192.168.2.1", "172.17.0.2", "10.0.0.1", "203.0.113.7", "::1", "fd00::5")) {
            assertThat(allowed(plan, peer)).as(peer).isFalse();
        }
        assertThat(lanPlan(host, EnumSet.of(Part.STUN)).stun())
                .containsExactly(
                        ListenAddress.parse("udp://192.168.1.5:3478"), ListenAddress.parse("tcp://192.168.1.5:3478"));
        assertThat(lanPlan(host, EnumSet.of(Part.SIGNALING)).turn()).isEmpty();
    }

    @Test
    void lanIsRefusedWhereThereIsNone() {
        ConfigException refused = catchThrowableOfType(
                ConfigException.class, () -> DevPreset.lanSettings(ALL, new FixedHost("127.0.0.1"), new Random(1)));
        assertThat(refused.sentences())
                .containsExactly(
                        "--lan finds no private IPv4 address on this host, so there is no network to listen on;"
                                + " connect to one, or leave --lan out.");
    }

    private static Plan lanPlan(Host host, Set<Part> parts) throws ConfigException {
        ConfigSources sources = ConfigSources.of(null, Map.of(), List.of())
                .withPresets(DevPreset.lanSettings(parts, host, new Random(1)), DevPreset.LAN_ORIGIN);
        return Plan.of(sources.read(), parts, "serve", host);
    }

    private static boolean allowed(Plan plan, String peer) {
        return plan.settings().get(Keys.TURN_ALLOW_PEERS).stream()
                .anyMatch(block -> block.contains(IpAddress.parse(peer)));
    }

    private static Plan devPlan(Set<Part> parts, String... sets) throws ConfigException {
        ConfigSources sources = ConfigSources.of(null, Map.of(), List.of(sets))
                .withPresets(DevPreset.settings(parts, HOST, new Random(1)), DevPreset.ORIGIN);
        return Plan.of(sources.read(), parts, "serve", HOST);
    }

    private static List<String> relay(String... sets) throws ConfigException {
        String[] all = Arrays.copyOf(sets, sets.length + 1);
        all[sets.length] = SECRET;
        return plan(ALL, all).relayAddresses().stream().map(IpAddress::toString).toList();
    }

    private static Plan plan(Set<Part> parts, String... sets) throws ConfigException {
        return Plan.of(settings(sets), parts, "serve", HOST);
    }

    private static List<String> refusals(Set<Part> parts, String command, String... sets) {
        ConfigException refused =
                catchThrowableOfType(ConfigException.class, () -> Plan.of(settings(sets), parts, command, HOST));
        assertThat(refused).as("a refusal").isNotNull();
        return refused.sentences();
    }

    private static Settings settings(String... sets) throws ConfigException {
        return ConfigSources.of(null, Map.of(), List.of(sets)).read();
    }
}
