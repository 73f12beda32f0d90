package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Security cases S1 to S8, S11 and S24 at the engine: CreatePermission, ChannelBind, Send and each packet. */
class PeerFilterTest {

    private static final int IPV6 = 0x02 << 24;
    private static final byte[] HELLO = {1, 2, 3};
    private static final TransportAddress ALLOWED = TransportAddress.parse("20.0.0.1:7000");

    private final VirtualServer server = new VirtualServer();
    private final VirtualClient client = server.client(40_000);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "172.16.0.1",
                "192.168.0.1",
                "100.64.0.1",
                "169.254.169.254",
                "224.0.0.1",
                "239.1.1.1",
                "255.255.255.255",
                "198.51.100.1"
            })
    void s01_s02_s04_s05_deniedPeerIsAnswered403AndReachedByNothing(String address) {
        client.allocated();
        TransportAddress peer = TransportAddress.of(IpAddress.parse(address), 7000);

        assertThat(client.permit(peer).code()).isEqualTo(403);
        assertThat(client.bind(0x4000, peer).code()).isEqualTo(403);
        client.indicate(peer, HELLO);
        client.channelData(0x4000, HELLO);
        assertThat(server.takeToPeers()).isEmpty();
    }

    /** On an IPv4 allocation the RFC's 443 comes first; what each form embeds is judged in {@link PeerPolicyTest}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "::1",
                "::",
                "::ffff:127.0.0.1",
                "::ffff:0:7f00:1",
                "::127.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b:1::7f00:1",
                "2002:7f00:1::",
                "2001:0:808:808::80ff:fffe",
                "::ffff:10.0.0.1",
                "::ffff:169.254.169.254",
                "fd00:ec2::254",
                "fe80::1",
                "ff02::1"
            })
    void s03_noIpv6FormReachesAnythingThroughAnIpv4Allocation(String address) {
        client.allocated();
        TransportAddress peer = TransportAddress.of(IpAddress.parse(address), 7000);

        assertThat(client.permit(peer).code()).isIn(403, 443);
        assertThat(client.bind(0x4000, peer).code()).isIn(403, 443);
        client.indicate(peer, HELLO);
        assertThat(server.takeToPeers()).isEmpty();
    }

    /** On an IPv6 allocation, where every form could be sent to if the policy let it. */
    @ParameterizedTest
    @FieldSource("FORBIDDEN_BEHIND_FORMS")
    void s03_noIpv6FormReachesWhatItHidesThroughAnIpv6Allocation(String inner) {
        VirtualServer dual = new VirtualServer(VirtualServer.dual());
        VirtualClient user = dual.client(1);
        user.allocate(encoder -> encoder.u32(AttributeType.REQUESTED_ADDRESS_FAMILY, IPV6));
        for (PeerPolicyEdgesTest.Form form : PeerPolicyEdgesTest.FORMS) {
            byte[] outer = form.embed().apply(PeerOracle.bytes(IpAddress.parse(inner)));
            TransportAddress peer = TransportAddress.of(PeerOracle.address(outer), 7000);

            assertThat(user.permit(peer).code()).as(form.name()).isEqualTo(403);
            assertThat(user.bind(0x4000, peer).code()).as(form.name()).isEqualTo(403);
            user.indicate(peer, HELLO);
        }
        for (String plain : List.of("::", "::1", "fe80::1", "fec0::1", "fd00:ec2::254", "ff02::1", "2001:db8::1")) {
            TransportAddress peer = TransportAddress.of(IpAddress.parse(plain), 7000);
            assertThat(user.permit(peer).code()).as(plain).isEqualTo(403);
            user.indicate(peer, HELLO);
        }
        assertThat(dual.takeToPeers()).isEmpty();
        assertThat(user.permit("[2600::1]:7000").code()).isZero();
    }

    static final String[] FORBIDDEN_BEHIND_FORMS = {"127.0.0.1", "10.0.0.1", "169.254.169.254"};

    @Test
    void s06_ownListenerIsDeniedByAddressAndPortWhateverIsAllowed() {
        VirtualServer open = new VirtualServer(VirtualServer.config().allowPeers("0.0.0.0/0"));
        VirtualClient user = open.client(1);
        user.allocated();

        assertThat(user.permit(VirtualServer.LISTENER).code())
                .as("names only the address")
                .isZero();
        assertThat(user.bind(0x4000, VirtualServer.LISTENER).code()).isEqualTo(403);
        user.indicate(VirtualServer.LISTENER, HELLO);
        assertThat(open.takeToPeers()).isEmpty();
        assertThat(open.count(TurnCounter.DROPPED_TO_PEER_FORBIDDEN)).isEqualTo(1);
        user.indicate(TransportAddress.of(VirtualServer.LISTENER.ip(), 9), HELLO);
        assertThat(open.takeToPeers()).hasSize(1);
    }

    @Test
    void s06_protectedServiceIsDeniedByAddressAndPortWhateverIsAllowed() {
        TransportAddress metrics = TransportAddress.parse("127.0.0.1:9090");
        VirtualServer open = new VirtualServer(
                VirtualServer.config().allowPeers("127.0.0.0/8").protect(metrics));
        VirtualClient user = open.client(1);
        user.allocated();
        user.permit(metrics);

        user.indicate(metrics, HELLO);

        assertThat(open.takeToPeers()).isEmpty();
    }

    @Test
    void s06_relayAddressIsReachedExactlyAtLiveAllocations() {
        TransportAddress mine = client.allocated();
        VirtualClient other = server.client(40_001);
        TransportAddress theirs = other.allocated();
        TransportAddress nobodys = TransportAddress.of(mine.ip(), unusedPort(mine, theirs));
        assertThat(client.permit(theirs).code()).isZero();

        assertThat(client.bind(0x4000, theirs).code()).isZero();
        assertThat(client.bind(0x4001, nobodys).code()).isEqualTo(403);
        client.indicate(nobodys, HELLO);
        assertThat(server.takeToPeers()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_TO_PEER_FORBIDDEN)).isEqualTo(1);
        client.channelData(0x4000, HELLO);
        assertThat(server.count(TurnCounter.PACKETS_BETWEEN_RELAYS)).isEqualTo(1);

        other.refresh(0);

        client.channelData(0x4000, HELLO);
        assertThat(server.takeToPeers()).as("judged for each packet").isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_TO_PEER_FORBIDDEN)).isEqualTo(2);
    }

    @Test
    void s06_relayAddressThatIsNoLiveAllocationReachesNoClient() {
        TransportAddress relayed = client.allocated();
        client.permit(TransportAddress.of(relayed.ip(), 1));

        server.peerSends(TransportAddress.of(relayed.ip(), unusedPort(relayed, relayed)), relayed, HELLO);

        assertThat(client.received()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_FROM_PEER_FORBIDDEN)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void s08_oneDeniedPeerAmongAllowedOnesInstallsNothing(boolean deniedFirst) {
        client.allocated();
        TransportAddress denied = TransportAddress.parse("10.0.0.1:1");

        Reply reply = deniedFirst ? client.permit(denied, ALLOWED) : client.permit(ALLOWED, denied);

        assertThat(reply.code()).isEqualTo(403);
        client.indicate(ALLOWED, HELLO);
        client.indicate(denied, HELLO);
        assertThat(server.takeToPeers()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_TO_PEER_NO_PERMISSION)).isEqualTo(2);
    }

    @Test
    void s11_peerPortZeroAndDeniedPortsAreReachedByNothing() {
        VirtualServer careful = new VirtualServer(VirtualServer.config().denyPeerPort(53));
        VirtualClient user = careful.client(1);
        user.allocated();
        user.permit(ALLOWED);

        for (int port : new int[] {0, 53}) {
            TransportAddress peer = TransportAddress.of(ALLOWED.ip(), port);
            assertThat(user.bind(0x4000, peer).code()).isEqualTo(403);
            user.indicate(peer, HELLO);
        }
        assertThat(careful.takeToPeers()).isEmpty();
        user.indicate(ALLOWED, HELLO);
        assertThat(careful.takeToPeers()).hasSize(1);
    }

    @Test
    void s11_deniedPortsReachNoClientEither() {
        VirtualServer strict =
                new VirtualServer(VirtualServer.config().denyPeerPort(53).denyPeerPort(25));
        VirtualClient user = strict.client(1);
        TransportAddress relayed = user.allocated();
        user.permit(ALLOWED);

        strict.peerSends(TransportAddress.of(ALLOWED.ip(), 53), relayed, HELLO);
        strict.peerSends(TransportAddress.of(ALLOWED.ip(), 0), relayed, HELLO);
        assertThat(user.received()).isEmpty();
        strict.peerSends(ALLOWED, relayed, HELLO);
        assertThat(user.received()).hasSize(1);
    }

    @Test
    void s24_permissionsHoldBothWays() {
        TransportAddress relayed = client.allocated();
        client.permit(ALLOWED);
        TransportAddress stranger = TransportAddress.parse("20.0.0.2:7000");

        server.peerSends(stranger, relayed, HELLO);
        client.indicate(stranger, HELLO);

        assertThat(client.received()).isEmpty();
        assertThat(server.takeToPeers()).isEmpty();
    }

    private static int unusedPort(TransportAddress a, TransportAddress b) {
        int port = 50_000;
        while (port == a.port() || port == b.port()) {
            port++;
        }
        return port;
    }
}
