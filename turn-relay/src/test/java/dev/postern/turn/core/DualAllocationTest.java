package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Relays of IPv4, of IPv6 and of both at once (RFC 8656 sections 7.2 and 8.1), from clients of either family. */
class DualAllocationTest {

    private static final int IPV4 = 0x01 << 24;
    private static final int IPV6 = 0x02 << 24;
    private static final TransportAddress PEER_4 = TransportAddress.parse("20.0.0.1:7000");
    private static final TransportAddress PEER_6 = TransportAddress.parse("[2600::1]:7000");
    private static final byte[] HELLO = {1, 2, 3, 4, 5};

    private final VirtualServer server = new VirtualServer(VirtualServer.dual());
    private final VirtualClient client = server.client(40_000);

    @ParameterizedTest
    @EnumSource(AddressFamily.class)
    void rfc8656_055_clientOfEitherFamilyGetsARelayOfTheFamilyItAsksFor(AddressFamily ofClient) {
        VirtualClient any = clientOf(ofClient, 1);
        VirtualClient other = clientOf(ofClient, 2);

        assertThat(family(any, IPV4).relayed().ip()).hasToString(VirtualServer.RELAY_ADDRESS);
        Reply reply = family(other, IPV6);

        assertThat(reply.relayed().ip()).hasToString(VirtualServer.IPV6_RELAY_ADDRESS);
        assertThat(reply.address(AttributeType.XOR_MAPPED_ADDRESS)).isEqualTo(other.path.client());
        assertThat(clientOf(ofClient, 3).allocated().ip().isIpv4()).isTrue();
    }

    @Test
    void rfc8656_055_serverThatRelaysIpv6AloneAnswers440WhereNoFamilyIsAskedFor() {
        VirtualServer only =
                new VirtualServer(VirtualServer.configWithoutRelay().relayAddress(VirtualServer.IPV6_RELAY_ADDRESS));

        assertThat(only.client(1).allocate().code()).isEqualTo(440);
        assertThat(family(only.client(2), IPV4).code()).isEqualTo(440);
        assertThat(family(only.client(3), IPV6).code()).isZero();
        Reply dual = dual(only.client(4));
        assertThat(relayed(dual))
                .singleElement()
                .matches(address -> !address.ip().isIpv4());
        assertThat(dual.bytes(AttributeType.ADDRESS_ERROR_CODE)).startsWith(0x01, 0x00, 0x04, 40);
    }

    @Test
    void rfc8656_059_dualAllocationHasAnAddressOfEachFamilyAndRelaysBoth() {
        Reply reply = dual(client);

        List<TransportAddress> relayed = relayed(reply);
        assertThat(relayed)
                .extracting(address -> address.ip().toString())
                .containsExactly(VirtualServer.RELAY_ADDRESS, VirtualServer.IPV6_RELAY_ADDRESS);
        assertThat(reply.has(AttributeType.ADDRESS_ERROR_CODE)).isFalse();
        assertThat(client.permit(PEER_4, PEER_6).code()).isZero();
        client.indicate(PEER_4, HELLO);
        client.indicate(PEER_6, HELLO);
        assertThat(server.takeToPeers())
                .extracting(sent -> sent.socket().relayed() + " " + sent.peer())
                .containsExactly(relayed.get(0) + " " + PEER_4, relayed.get(1) + " " + PEER_6);
        assertThat(client.bind(0x4000, PEER_6).code()).isZero();
        assertThat(client.bind(0x4000, PEER_4).code())
                .as("one number, one peer, of whatever family")
                .isEqualTo(400);
        server.peerSends(PEER_6, relayed.get(1), HELLO);
        assertThat(client.received().get(0).getShort(0)).isEqualTo((short) 0x4000);
        server.peerSends(PEER_4, relayed.get(0), HELLO);
        assertThat(client.dataIndication().address(AttributeType.XOR_PEER_ADDRESS))
                .isEqualTo(PEER_4);
        assertThat(server.shared.quotas().held()).as("one allocation").isEqualTo(1);
    }

    @Test
    void rfc8656_059_familyWhoseSocketCannotBeBoundIsAnswered508BesideTheOther() {
        for (AddressFamily down : AddressFamily.values()) {
            server.familiesDown.add(down);
            Reply reply = dual(client);
            assertThat(relayed(reply)).hasSize(1);
            assertThat(AddressFamily.of(relayed(reply).get(0).ip())).isNotEqualTo(down);
            assertThat(reply.bytes(AttributeType.ADDRESS_ERROR_CODE)).startsWith(down.code(), 0x00, 0x05, 8);
            assertThat(client.permit(down == AddressFamily.IPV4 ? PEER_4 : PEER_6)
                            .code())
                    .isEqualTo(443);
            client.refresh(0);
            server.assertNothingIsHeld();
            server.familiesDown.clear();
        }
        server.familiesDown.addAll(List.of(AddressFamily.values()));
        assertThat(dual(client).code()).isEqualTo(508);
        server.assertNothingIsHeld();
        assertThat(server.count(TurnCounter.ALLOCATIONS_OPENED)).isEqualTo(2);
    }

    @Test
    void rfc8656_059_familyWithoutAFreePortIsAnswered508BesideTheOther() {
        VirtualServer small = new VirtualServer(VirtualServer.dual().relayPorts("50000-50000"));
        family(small.client(1), IPV6);

        Reply reply = dual(small.client(2));

        assertThat(relayed(reply))
                .singleElement()
                .matches(address -> address.ip().isIpv4());
        assertThat(reply.bytes(AttributeType.ADDRESS_ERROR_CODE)).startsWith(0x02, 0x00, 0x05, 8);
        assertThat(dual(small.client(3)).code()).isEqualTo(508);
    }

    @Test
    void rfc8656_062_tokenOfAnIpv6PairIsRedeemedForTheIpv6PortAbove() {
        Reply pair = client.allocate(encoder ->
                encoder.u32(AttributeType.REQUESTED_ADDRESS_FAMILY, IPV6).u8(AttributeType.EVEN_PORT, 0x80));
        long token = pair.u64(AttributeType.RESERVATION_TOKEN);

        Reply above = server.client(40_001).allocate(encoder -> encoder.u64(AttributeType.RESERVATION_TOKEN, token));

        assertThat(above.relayed())
                .isEqualTo(
                        TransportAddress.of(pair.relayed().ip(), pair.relayed().port() + 1));
    }

    @ParameterizedTest
    @EnumSource(AddressFamily.class)
    void rfc8656_071_oneFamilyIsDeletedWithItsPermissionsAndChannelsAndTheOtherStays(AddressFamily deleted) {
        List<TransportAddress> relayed = relayed(dual(client));
        client.bind(0x4000, PEER_4);
        client.bind(0x4001, PEER_6);
        List<RelayLeg> legs = relayed.stream().map(server::legOf).toList();
        int kept = deleted == AddressFamily.IPV4 ? 1 : 0;

        assertThat(refresh(client, deleted, 0).lifetimeSeconds()).isZero();

        assertThat(server.output.open).containsExactly(legs.get(kept));
        client.channelData(0x4000, HELLO);
        client.channelData(0x4001, HELLO);
        assertThat(server.takeToPeers())
                .singleElement()
                .satisfies(sent -> assertThat(sent.socket()).isSameAs(legs.get(kept)));
        server.peerSends(PEER_4, legs.get(0), HELLO);
        server.peerSends(PEER_6, legs.get(1), HELLO);
        assertThat(client.received()).hasSize(1);
        assertThat(client.permit(deleted == AddressFamily.IPV4 ? PEER_4 : PEER_6)
                        .code())
                .isEqualTo(443);
        assertThat(refresh(client, deleted, 600).code()).isEqualTo(443);
        TransportAddress another = TransportAddress.parse(kept == 0 ? "20.0.0.9:1" : "[2600::9]:1");
        assertThat(client.bind(0x4001 - kept, another).code())
                .as("the number is free again")
                .isZero();
        assertThat(server.count(TurnCounter.ALLOCATION_FAMILIES_ENDED)).isEqualTo(1);
        assertThat(server.count(TurnCounter.ALLOCATIONS_ACTIVE)).isEqualTo(1);

        assertThat(client.refresh(0).code()).isZero();
        server.assertNothingIsHeld();
    }

    @Test
    void rfc8656_071_oneFamilyIsRefreshedAndTheOtherExpires() {
        List<TransportAddress> relayed = relayed(dual(client));
        server.advance(Duration.ofMinutes(5));

        assertThat(refresh(client, AddressFamily.IPV6, 1800).lifetimeSeconds()).isEqualTo(1800);

        server.advance(Duration.ofMinutes(5));
        assertThat(server.output.open).extracting(RelaySocket::relayed).containsExactly(relayed.get(1));
        assertThat(server.output.changes)
                .extracting(AllocationChange::kind)
                .endsWith(AllocationChange.Kind.FAMILY_ENDED);
        server.advance(Duration.ofMinutes(25));
        server.assertNothingIsHeld();
        assertThat(server.count(TurnCounter.ALLOCATIONS_ENDED_EXPIRED)).isEqualTo(1);
    }

    @Test
    void rfc8656_071_refreshWithoutAFamilyIsAboutBoth() {
        dual(client);
        server.advance(Duration.ofMinutes(5));
        client.refresh(1800);
        server.advance(Duration.ofSeconds(1799));
        assertThat(server.output.open).hasSize(2);
        server.advance(Duration.ofSeconds(1));
        server.assertNothingIsHeld();
        assertThat(server.count(TurnCounter.ALLOCATION_FAMILIES_ENDED)).isZero();

        dual(server.client(2));
        server.client(2).refresh(0);
        server.assertNothingIsHeld();
    }

    @Test
    void rfc8656_071_familyThatExpiredIsGoneAlsoWhenTheTimerIsLate() {
        List<TransportAddress> relayed = relayed(dual(client));
        RelayLeg ipv4 = server.legOf(relayed.get(0));
        refresh(client, AddressFamily.IPV6, 1800);
        server.advanceWithoutTimer(Duration.ofSeconds(590));
        client.bind(0x4000, PEER_4);
        server.advanceWithoutTimer(Duration.ofSeconds(10));

        client.channelData(0x4000, HELLO);
        server.peerSends(PEER_4, ipv4, HELLO);

        assertThat(server.takeToPeers()).isEmpty();
        assertThat(client.received()).isEmpty();
        assertThat(client.permit(PEER_4).code()).isEqualTo(443);
        assertThat(client.permit(PEER_6).code()).isZero();
    }

    @Test
    void rfc8656_081_longestDataOfAnIpv6PeerFitsAnIndicationAndOneByteMoreIsDropped() {
        TransportAddress relayed = family(client, IPV6).relayed();
        client.permit(PEER_6);

        server.peerSends(PEER_6, relayed, new byte[65_504]);
        assertThat(client.dataIndication().bytes(AttributeType.DATA)).hasSize(65_504);
        server.peerSends(PEER_6, relayed, new byte[65_505]);

        assertThat(client.received()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_TOO_LONG)).isEqualTo(1);
    }

    @Test
    void s22_everyWayADualAllocationEndsFreesBothAddresses() {
        dual(client);
        client.refresh(0);
        server.assertNothingIsHeld();

        dual(client);
        server.advance(Duration.ofMinutes(10));
        server.assertNothingIsHeld();

        VirtualClient stream = new VirtualClient(
                server,
                new FiveTuple(TransportProtocol.TCP, TransportAddress.parse("203.0.113.8:1"), VirtualServer.LISTENER));
        dual(stream);
        server.engine.onStreamClosed(server.now, stream.path);
        server.assertNothingIsHeld();

        dual(server.client(2));
        server.engine.stop();
        server.assertNothingIsHeld();
    }

    @ParameterizedTest
    @EnumSource(AddressFamily.class)
    void s22_streamThatClosesWhileOneSocketIsBoundLeavesNothing(AddressFamily down) {
        VirtualClient stream = new VirtualClient(
                server,
                new FiveTuple(TransportProtocol.TCP, TransportAddress.parse("203.0.113.8:1"), VirtualServer.LISTENER));
        server.holdOpens = true;
        ByteBuffer request = stream.signed(
                Method.ALLOCATE,
                TurnRequest.newId(),
                encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP)
                        .u32(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IPV6));
        stream.push(request);
        server.settleNext();
        assertThat(stream.received()).as("the answer waits for both").isEmpty();

        server.engine.onStreamClosed(server.now, stream.path);
        server.familiesDown.add(down);
        server.settleNext();

        assertThat(stream.received()).isEmpty();
        server.assertNothingIsHeld();
    }

    private VirtualClient clientOf(AddressFamily family, int port) {
        String address = family == AddressFamily.IPV4 ? "203.0.113.7" : "2001:db8::7";
        return new VirtualClient(server, TransportAddress.of(IpAddress.parse(address), port));
    }

    private static Reply family(VirtualClient client, int value) {
        return client.allocate(encoder -> encoder.u32(AttributeType.REQUESTED_ADDRESS_FAMILY, value));
    }

    private static Reply dual(VirtualClient client) {
        return client.allocate(encoder -> encoder.u32(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IPV6));
    }

    private static Reply refresh(VirtualClient client, AddressFamily family, long lifetimeSeconds) {
        return client.request(
                Method.REFRESH,
                encoder -> encoder.u32(AttributeType.REQUESTED_ADDRESS_FAMILY, (long) family.code() << 24)
                        .u32(AttributeType.LIFETIME, lifetimeSeconds));
    }

    private static List<TransportAddress> relayed(Reply reply) {
        List<TransportAddress> relayed = new ArrayList<>();
        int index = reply.message.indexOf(AttributeType.XOR_RELAYED_ADDRESS);
        while (index >= 0) {
            TransportAddress address = reply.message.xorAddress(index);
            assertThat(address).isNotNull();
            relayed.add(address);
            index = reply.message.indexOf(AttributeType.XOR_RELAYED_ADDRESS, index + 1);
        }
        return relayed;
    }
}
