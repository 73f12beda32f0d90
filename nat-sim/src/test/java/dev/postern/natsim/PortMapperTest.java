package dev.postern.natsim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.natsim.portmap.NatPmpRequest;
import dev.postern.natsim.portmap.NatPmpResponse;
import dev.postern.natsim.portmap.PcpMap;
import dev.postern.natsim.portmap.PcpMessage;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Mappings that inside hosts ask for (RFC 6886, RFC 6887). */
class PortMapperTest {

    private static final IpAddress EXTERNAL = IpAddress.parse("203.0.113.1");
    private static final TransportAddress HOST = TransportAddress.parse("10.0.0.2:40000");
    private static final TransportAddress OTHER_HOST = TransportAddress.parse("10.0.0.3:40000");
    private static final TransportAddress STRANGER = TransportAddress.parse("198.51.100.7:4000");
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final long SECOND = 1_000_000_000;

    private static NatBehaviour behaviour(Mapping mapping, PortControl control) {
        return NatBehaviour.builder("asked", mapping, Filtering.APDF)
                .portControl(control)
                .build();
    }

    private static NatBox nat(NatBehaviour behaviour) {
        return new NatBox(behaviour, EXTERNAL, new Random(1));
    }

    private static NatBox both() {
        return nat(behaviour(Mapping.APDM, new PortControl(true, true, LONGEST)));
    }

    private static NatPmpResponse natPmp(NatBox nat, TransportAddress host, NatPmpRequest request, long now) {
        ByteBuffer answer = Objects.requireNonNull(nat.answer(host, request.encode(), now));
        return Objects.requireNonNull(NatPmpResponse.decode(answer));
    }

    private static PcpMessage pcp(NatBox nat, TransportAddress host, PcpMessage request, long now) {
        ByteBuffer answer = Objects.requireNonNull(nat.answer(host, request.encode(), now));
        return Objects.requireNonNull(PcpMessage.decode(answer));
    }

    private static PcpMessage map(long nonce, int port, long seconds) {
        PcpMap map = new PcpMap(nonce, 1, PcpMap.UDP, port, port, IpAddress.ofIpv4(0));
        return PcpMessage.map(HOST.ip(), map, seconds);
    }

    private static boolean isLetIn(NatBox nat, int port, long now) {
        Packet packet = Packet.udp(STRANGER, TransportAddress.of(EXTERNAL, port), ByteBuffer.allocate(4));
        return nat.inbound(packet, now) instanceof Verdict.Forward;
    }

    private static @Nullable TransportAddress leavesFrom(NatBox nat, TransportAddress host, long now) {
        return nat.outbound(Packet.udp(host, STRANGER, ByteBuffer.allocate(4)), now) instanceof Verdict.Forward forward
                ? forward.packet().source()
                : null;
    }

    @Test
    void mappedPortLetsInStrangersUntilItsTimeIsOver() {
        NatBox nat = both();
        NatPmpResponse granted = natPmp(nat, HOST, NatPmpRequest.mapUdp(5000, 6000, 60), 0);
        assertThat(granted.externalPort()).isEqualTo(6000);
        assertThat(granted.lifetimeSeconds()).isEqualTo(60);
        assertThat(isLetIn(nat, 6000, 60 * SECOND - 1)).isTrue();
        assertThat(isLetIn(nat, 6000, 60 * SECOND)).isFalse();
    }

    @Test
    void whatTheHostSendsLeavesFromItsMappedPortToAllDestinations() {
        NatBox nat = both();
        pcp(nat, HOST, map(7, 5000, 60), 0);
        TransportAddress internal = TransportAddress.of(HOST.ip(), 5000);
        assertThat(leavesFrom(nat, internal, SECOND)).isEqualTo(TransportAddress.of(EXTERNAL, 5000));
        assertThat(isLetIn(nat, 5000, 2 * SECOND)).isTrue();
    }

    @Test
    void lifetimeIsBoundedAndRenewed() {
        NatBox nat = both();
        PcpMessage granted = pcp(nat, HOST, map(7, 5000, 1_000_000), 0);
        assertThat(granted.lifetimeSeconds()).isEqualTo(LONGEST.toSeconds());
        PcpMessage renewed = pcp(nat, HOST, map(7, 5000, 60), 10 * SECOND);
        assertThat(renewed.lifetimeSeconds()).isEqualTo(60);
        assertThat(renewed.epochSeconds()).isEqualTo(10);
        assertThat(isLetIn(nat, 5000, 70 * SECOND - 1)).isTrue();
        assertThat(isLetIn(nat, 5000, 70 * SECOND)).isFalse();
    }

    @Test
    void mappingThatIsGivenUpEndsAtOnce() {
        NatBox nat = both();
        natPmp(nat, HOST, NatPmpRequest.mapUdp(5000, 6000, 60), 0);
        NatPmpResponse deleted = natPmp(nat, HOST, NatPmpRequest.mapUdp(5000, 0, 0), 1);
        assertThat(deleted.isSuccess()).isTrue();
        assertThat(deleted.externalPort()).isZero();
        assertThat(isLetIn(nat, 6000, 2)).isFalse();
        assertThat(nat.mappings(2)).isZero();
    }

    @Test
    void onlyWhoHasTheNonceChangesAMapping() {
        NatBox nat = both();
        pcp(nat, HOST, map(7, 5000, 60), 0);
        assertThat(pcp(nat, HOST, map(8, 5000, 60), 1).result()).isEqualTo(PcpMessage.NOT_AUTHORIZED);
        assertThat(pcp(nat, HOST, map(8, 5000, 0), 1).result()).isEqualTo(PcpMessage.NOT_AUTHORIZED);
        assertThat(isLetIn(nat, 5000, 2)).isTrue();
        assertThat(pcp(nat, HOST, map(7, 5000, 0), 3).result()).isEqualTo(PcpMessage.SUCCESS);
        assertThat(isLetIn(nat, 5000, 4)).isFalse();
    }

    @Test
    void hostMapsPortsOfItsOwnAddressAlone() {
        NatBox nat = both();
        assertThat(pcp(nat, OTHER_HOST, map(7, 5000, 60), 0).result()).isEqualTo(PcpMessage.ADDRESS_MISMATCH);
        natPmp(nat, HOST, NatPmpRequest.mapUdp(5000, 6000, 60), 0);
        natPmp(nat, OTHER_HOST, NatPmpRequest.mapUdp(0, 0, 0), 0);
        assertThat(isLetIn(nat, 6000, 1)).isTrue();
        int another =
                natPmp(nat, OTHER_HOST, NatPmpRequest.mapUdp(5000, 6000, 60), 1).externalPort();
        assertThat(another).isNotEqualTo(6000);
    }

    @Test
    void noMoreIsGrantedThanTheNatHas() {
        NatBox nat = nat(behaviour(Mapping.EIM, new PortControl(true, true, LONGEST)).toBuilder()
                .maxMappingsPerHost(2)
                .build());
        assertThat(natPmp(nat, HOST, NatPmpRequest.mapUdp(1, 0, 60), 0).isSuccess())
                .isTrue();
        assertThat(natPmp(nat, HOST, NatPmpRequest.mapUdp(2, 0, 60), 0).isSuccess())
                .isTrue();
        assertThat(natPmp(nat, HOST, NatPmpRequest.mapUdp(3, 0, 60), 0).result())
                .isEqualTo(NatPmpResponse.OUT_OF_RESOURCES);
        assertThat(pcp(nat, HOST, map(7, 3, 60), 0).result()).isEqualTo(PcpMessage.NO_RESOURCES);
        assertThat(natPmp(nat, OTHER_HOST, NatPmpRequest.mapUdp(3, 0, 60), 0).isSuccess())
                .isTrue();
    }

    @Test
    void mappingOfPacketsKeepsItsPortAndOpensUntilTheTimeIsOver() {
        NatBox nat = nat(behaviour(Mapping.EIM, new PortControl(true, false, LONGEST)));
        TransportAddress internal = TransportAddress.of(HOST.ip(), 5000);
        leavesFrom(nat, internal, 0);
        Packet of = Packet.udp(
                TransportAddress.parse("192.0.2.1:9"), TransportAddress.of(EXTERNAL, 5000), ByteBuffer.allocate(4));
        assertThat(nat.inbound(of, 1)).isInstanceOf(Verdict.Drop.class);
        assertThat(natPmp(nat, HOST, NatPmpRequest.mapUdp(5000, 7000, 10), 1).externalPort())
                .isEqualTo(5000);
        assertThat(nat.inbound(of, 2)).isInstanceOf(Verdict.Forward.class);
        leavesFrom(nat, internal, 5 * SECOND);
        assertThat(nat.inbound(of, 10 * SECOND + 1)).isInstanceOf(Verdict.Drop.class);
    }

    @Test
    void eachProtocolSaysThatItDoesNotKnowTheOther() {
        NatBox pcpAlone = nat(behaviour(Mapping.EIM, new PortControl(false, true, LONGEST)));
        ByteBuffer answer =
                pcpAlone.answer(HOST, NatPmpRequest.externalAddress().encode(), 0);
        assertThat(Objects.requireNonNull(PcpMessage.decode(Objects.requireNonNull(answer)))
                        .result())
                .isEqualTo(PcpMessage.UNSUPP_VERSION);
        NatBox natPmpAlone = nat(behaviour(Mapping.EIM, new PortControl(true, false, LONGEST)));
        answer = natPmpAlone.answer(HOST, PcpMessage.announce(HOST.ip()).encode(), 0);
        assertThat(Objects.requireNonNull(NatPmpResponse.decode(Objects.requireNonNull(answer)))
                        .result())
                .isEqualTo(NatPmpResponse.UNSUPPORTED_VERSION);
        NatBox neither = nat(behaviour(Mapping.EIM, PortControl.NONE));
        assertThat(neither.answer(HOST, NatPmpRequest.externalAddress().encode(), 0))
                .isNull();
    }

    @Test
    void rebootForgetsWhatWasGrantedAndBeginsTheEpochAnew() {
        NatBox nat = both();
        pcp(nat, HOST, map(7, 5000, 60), 0);
        nat.clear();
        assertThat(isLetIn(nat, 5000, SECOND)).isFalse();
        assertThat(pcp(nat, HOST, map(9, 5000, 60), 2 * SECOND).epochSeconds()).isZero();
    }

    @Test
    void natThatTranslatesNoPortsHasNoneToGive() {
        assertThatThrownBy(() -> NatBehaviour.open().toBuilder()
                        .portControl(new PortControl(true, true, LONGEST))
                        .build())
                .hasMessage("open: only a NAT that translates ports has some to give on request");
    }
}
