package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Fingerprint;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.auth.IntegrityAlgorithm;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCounter;
import dev.postern.turn.TurnLimits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an Allocate gets, cases 60 to 67. Case 61, the redirect, comes with its configuration. */
class Rfc8656GrantTest {

    private static final int EVEN_AND_NEXT = 0x80;

    private final VirtualServer server = new VirtualServer();
    private final VirtualClient client = server.client(40_000);

    @Test
    void rfc8656_060_quotaIsAnswered486AndOverloadOfTheServer508() {
        VirtualServer tight =
                new VirtualServer(VirtualServer.config().userQuota(2).totalQuota(3));
        tight.client(1).allocated();
        tight.client(2).allocated();

        assertThat(tight.client(3).allocate().code()).isEqualTo(486);
        tight.client(4).as("bob").allocated();
        assertThat(tight.client(5).as("bob").allocate().code()).isEqualTo(508);
        assertThat(tight.output.opened).as("a refused request opens no socket").isEqualTo(3);
        tight.client(1).refresh(0);
        tight.client(3).allocated();
    }

    @Test
    void rfc8656_060_tooManyOpeningRelaysAreAnswered508() {
        TurnLimits limits = new TurnLimits(64, 64, 8, 8, 8, 2);
        VirtualServer slow = new VirtualServer(VirtualServer.config().limits(limits));
        slow.holdOpens = true;
        for (int i = 1; i <= 2; i++) {
            VirtualClient waiting = slow.client(i);
            assertThat(waiting.exchange(waiting.signed(Method.ALLOCATE, TurnRequest.newId(), Rfc8656GrantTest::udp)))
                    .isEmpty();
        }

        assertThat(slow.client(3).allocate().code()).isEqualTo(508);
        slow.holdOpens = false;
        slow.settle();
        slow.client(3).allocated();
    }

    @Test
    void rfc8656_060_portThatCannotBeBoundGivesWayToAnother() {
        VirtualServer busy = new VirtualServer(VirtualServer.config().relayPorts("50000-50001"));
        busy.portsInUse.add(50_000);

        for (int i = 1; i <= 20; i++) {
            VirtualClient next = busy.client(i);
            assertThat(next.allocated().port()).isEqualTo(50_001);
            next.refresh(0);
        }
        assertThat(busy.count(TurnCounter.RELAY_OPEN_RETRIES)).isPositive();
        busy.assertNothingIsHeld();
    }

    @Test
    void rfc8656_060_allocateIsAnswered508AfterABoundedNumberOfPorts() {
        VirtualServer busy = new VirtualServer(VirtualServer.config().relayPorts("50000-50999"));
        for (int port = 50_000; port < 51_000; port++) {
            busy.portsInUse.add(port);
        }

        assertThat(busy.client(1).allocate().code()).isEqualTo(508);
        assertThat(busy.output.opened).isEqualTo(AllocateProcedure.MAX_OPEN_ATTEMPTS);
        assertThat(evenPort(busy.client(2), EVEN_AND_NEXT).code()).isEqualTo(508);
        assertThat(busy.count(TurnCounter.RELAY_OPEN_FAILURES)).isEqualTo(2);
        busy.assertNothingIsHeld();
    }

    @Test
    void rfc8656_062_reservationLivesThirtySecondsForAnother5TupleAndThenFreesItsPort() {
        VirtualServer pair = new VirtualServer(VirtualServer.config().relayPorts("50000-50001"));
        long token = reserved(pair.client(1));
        pair.advance(Duration.ofSeconds(29));
        VirtualClient second = pair.client(2);
        assertThat(withToken(second, token).relayed().port()).isEqualTo(50_001);
        second.refresh(0);
        pair.client(1).refresh(0);
        pair.assertNothingIsHeld();

        reserved(pair.client(3));
        pair.client(3).refresh(0);
        assertThat(pair.freePorts(AddressFamily.IPV4))
                .as("the next port is still reserved")
                .isEqualTo(1);
        pair.advance(Duration.ofSeconds(30));
        pair.assertNothingIsHeld();
    }

    @Test
    void rfc8656_063_relayPortsAreDynamicAndDifferEachTime() {
        Set<Integer> ports = new HashSet<>();
        for (int i = 1; i <= 50; i++) {
            TransportAddress relayed = server.client(i).allocated();
            assertThat(relayed.ip()).hasToString(VirtualServer.RELAY_ADDRESS);
            assertThat(relayed.port()).isBetween(49_152, 65_535);
            ports.add(relayed.port());
        }
        assertThat(ports).hasSize(50);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 600",
        "0, 600",
        "1, 600",
        "599, 600",
        "600, 600",
        "601, 601",
        "3600, 3600",
        "3601, 3600",
        "4294967295, 3600"
    })
    void rfc8656_064_lifetimeIsHeldBetweenDefaultAndMaximum(long asked, long granted) {
        Reply reply = client.allocate(encoder -> {
            if (asked >= 0) {
                encoder.u32(AttributeType.LIFETIME, asked);
            }
        });

        assertThat(reply.lifetimeSeconds()).isEqualTo(granted);
        server.advance(Duration.ofSeconds(granted).minusNanos(1));
        assertThat(server.output.open).hasSize(1);
        server.advance(Duration.ofNanos(1));
        server.assertNothingIsHeld();
    }

    @Test
    void rfc8656_065_successCarriesRelayedAddressLifetimeMappedAddressAndIntegrity() {
        Reply reply = client.allocate();

        assertThat(reply.types())
                .containsExactly(
                        AttributeType.XOR_RELAYED_ADDRESS,
                        AttributeType.LIFETIME,
                        AttributeType.XOR_MAPPED_ADDRESS,
                        AttributeType.MESSAGE_INTEGRITY);
        assertThat(reply.address(AttributeType.XOR_MAPPED_ADDRESS)).isEqualTo(client.path.client());
    }

    @Test
    void rfc8656_066_nonceIsStaleAfterAnHourAndTheNewOneWorks() {
        client.allocated();
        for (int minutes = 0; minutes < 60; minutes += 15) { // keep it alive beyond the hour
            client.refresh(3600);
            server.advance(Duration.ofMinutes(15));
        }

        Reply stale = client.refresh(3600);
        assertThat(stale.code()).isEqualTo(438);
        assertThat(stale.has(AttributeType.REALM)).isTrue();
        assertThat(stale.has(AttributeType.NONCE)).isTrue();
        assertThat(client.challenged().refresh(3600).code()).isZero();
        assertThat(server.count(TurnCounter.AUTH_FAILED_438)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("attributesOfWrongLength")
    void rfc8656_067_attributeOfWrongLengthIsABadRequest(Consumer<StunEncoder> attribute) {
        assertThat(client.allocate(attribute).code()).isEqualTo(400);
        server.assertNothingIsHeld();
    }

    static List<Consumer<StunEncoder>> attributesOfWrongLength() {
        return List.of(
                encoder -> encoder.u8(AttributeType.REQUESTED_ADDRESS_FAMILY, 1),
                encoder -> encoder.u16(AttributeType.ADDITIONAL_ADDRESS_FAMILY, 0x0200),
                encoder -> encoder.flag(AttributeType.EVEN_PORT),
                encoder -> encoder.u16(AttributeType.EVEN_PORT, 0x8000),
                encoder -> encoder.u16(AttributeType.LIFETIME, 600),
                encoder -> encoder.u64(AttributeType.LIFETIME, 600),
                encoder -> encoder.u32(AttributeType.RESERVATION_TOKEN, 1));
    }

    @Test
    void externalAddressIsWhatTheClientSeesAndTheLocalOneIsWhatIsBound() {
        VirtualServer natted = new VirtualServer(
                VirtualServer.configWithoutRelay().relayAddress("10.9.9.9").externalAddress("192.0.2.99"));

        TransportAddress relayed = natted.client(1).allocated();

        RelaySocket leg = natted.output.open.get(0);
        assertThat(relayed.ip()).hasToString("192.0.2.99");
        assertThat(leg.bound()).isEqualTo(TransportAddress.parse("10.9.9.9:" + relayed.port()));
    }

    @Test
    void softwareIsOffByDefaultAndSentWhereConfigured() {
        assertThat(client.allocate().has(AttributeType.SOFTWARE)).isFalse();
        TurnConfig.Builder named = VirtualServer.config().software("Postern");
        assertThat(new VirtualServer(named).client(1).allocate().has(AttributeType.SOFTWARE))
                .isTrue();
    }

    @Test
    void fingerprintIsAnsweredWithFingerprint() {
        TransactionId id = TurnRequest.newId();
        client.challenged();
        ByteBuffer request = TurnRequest.of(
                Method.ALLOCATE,
                id,
                Rfc8656GrantTest::udp,
                client.user(),
                IntegrityAlgorithm.SHA1,
                StunEncoder::fingerprint);

        Reply reply = VirtualClient.only(client.exchange(request));

        assertThat(reply.code()).isZero();
        assertThat(Fingerprint.matches(reply.message)).isTrue();
    }

    private static void udp(StunEncoder encoder) {
        encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP);
    }

    private static Reply evenPort(VirtualClient client, int value) {
        return client.allocate(encoder -> encoder.u8(AttributeType.EVEN_PORT, value));
    }

    private static long reserved(VirtualClient client) {
        return evenPort(client, EVEN_AND_NEXT).u64(AttributeType.RESERVATION_TOKEN);
    }

    private static Reply withToken(VirtualClient client, long token) {
        return client.allocate(encoder -> encoder.u64(AttributeType.RESERVATION_TOKEN, token));
    }
}
