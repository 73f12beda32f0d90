package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.PeerProfile;
import dev.postern.turn.PeerRules;
import dev.postern.turn.TurnCounter;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The profiles of the peer policy, and its dry run. */
class PeerProfileTest {

    private static final byte[] HELLO = {1, 2, 3};
    private static final TransportAddress PRIVATE_PEER = TransportAddress.parse("192.168.7.7:7000");
    private static final IpAddress HOST = IpAddress.parse("20.0.0.1");
    private static final IpAddress RELAY = IpAddress.parse("20.0.0.2");
    private static final OwnAddresses OWN =
            new OwnAddresses(List.of(TransportAddress.parse("20.0.0.1:3478")), List.of(HOST, RELAY));

    private static PeerPolicy policy(PeerProfile profile, boolean dryRun, String... allow) {
        List<IpPrefix> allowed = Stream.of(allow).map(IpPrefix::parse).toList();
        return new PeerPolicy(
                new PeerRules(profile, dryRun, allowed, List.of(IpPrefix.parse("9.9.9.0/24")), Set.of(25), List.of()),
                OWN,
                Set.of(RELAY));
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, ALLOWED",
        "2600::1, ALLOWED",
        "10.1.2.3, ALLOWED",
        "172.31.0.1, ALLOWED",
        "192.168.1.1, ALLOWED",
        "100.64.0.1, ALLOWED",
        "fd12::1, ALLOWED",
        "9.9.9.9, DENIED_BY_RULE",
        "127.0.0.1, DENIED_RANGE",
        "169.254.169.254, DENIED_RANGE",
        "100.100.100.200, DENIED_RANGE",
        "fd00:ec2::254, DENIED_RANGE",
        "fd20:ce::254, DENIED_RANGE",
        "fe80::1, DENIED_RANGE",
        "::ffff:10.1.2.3, DENIED_RANGE",
        "20.0.0.1, DENIED_OWN_ADDRESS",
        "20.0.0.2, ONLY_LIVE_RELAYS"
    })
    void privateProfileOpensNetworksAndNothingOfTheHostOrTheCloud(String peer, PeerVerdict verdict) {
        assertThat(policy(PeerProfile.PRIVATE, false).judge(IpAddress.parse(peer)))
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "30.0.0.1, ALLOWED",
        "::ffff:30.0.0.1, ALLOWED",
        "::ffff:8.8.8.8, DENIED_NOT_LISTED",
        "30.0.1.0, DENIED_NOT_LISTED",
        "8.8.8.8, DENIED_NOT_LISTED",
        "10.0.0.1, DENIED_NOT_LISTED",
        "20.0.0.2, DENIED_OWN_ADDRESS",
        "20.0.0.1, DENIED_OWN_ADDRESS"
    })
    void sfuProfileKnowsTheListAlone(String peer, PeerVerdict verdict) {
        PeerPolicy policy = policy(PeerProfile.SFU, false, "30.0.0.0/24", "::ffff:0:0/96");
        assertThat(policy.judge(IpAddress.parse(peer))).isEqualTo(verdict);
    }

    @Test
    void sfuProfileWithoutAListIsRefused() {
        assertThatThrownBy(() -> policy(PeerProfile.SFU, false))
                .hasMessage(
                        "turn.peers is 'sfu', which allows turn.allow-peers alone, and that is empty; name the blocks of"
                                + " your media servers there.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.2.3", "9.9.9.9", "198.51.100.7", "::ffff:10.1.2.3", "2001:db8::1"})
    void dryRunLetsPassWhatTheConfigurationDenies(String peer) {
        assertThat(policy(PeerProfile.PUBLIC, true).judge(IpAddress.parse(peer)))
                .isEqualTo(PeerVerdict.PASSED_BY_DRY_RUN);
    }

    @Test
    void dryRunLetsPassDeniedPortsAndPeersThatAreNotListed() {
        assertThat(policy(PeerProfile.PUBLIC, true).judge(TransportAddress.parse("8.8.8.8:25")))
                .isEqualTo(PeerVerdict.PASSED_BY_DRY_RUN);
        assertThat(policy(PeerProfile.SFU, true, "30.0.0.0/24").judge(TransportAddress.parse("8.8.8.8:7000")))
                .isEqualTo(PeerVerdict.PASSED_BY_DRY_RUN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:7000",
                "[::1]:7000",
                "0.0.0.0:7000",
                "169.254.169.254:80",
                "100.100.100.200:80",
                "[fd00:ec2::254]:80",
                "[fe80::1]:7000",
                "224.0.0.1:7000",
                "[ff02::1]:7000",
                "[::ffff:127.0.0.1]:7000",
                "[2002:7f00:1::]:7000",
                "20.0.0.1:7000", // the host
                "20.0.0.1:3478", // its listener
                "[::ffff:20.0.0.2]:7000", // its relays by another name
                "8.8.8.8:0",
                "10.0.0.1:0"
            })
    void dryRunOpensNeitherThisHostNorItsLinkNorTheCloudsKeys(String peer) {
        assertThat(policy(PeerProfile.PUBLIC, true)
                        .judge(TransportAddress.parse(peer))
                        .denied())
                .isTrue();
    }

    @Test
    void dryRunRelaysCountsAndTellsWhatItWouldRefuse() {
        VirtualServer server = new VirtualServer(VirtualServer.config().peersDryRun(true));
        VirtualClient client = server.client(1);
        client.allocated();

        assertThat(client.permit(PRIVATE_PEER).code()).isZero();
        client.indicate(PRIVATE_PEER, HELLO);
        assertThat(client.bind(0x4000, PRIVATE_PEER).code()).isZero();
        client.channelData(0x4000, HELLO);

        assertThat(server.takeToPeers()).hasSize(2);
        assertThat(server.count(TurnCounter.PEERS_PASSED_BY_DRY_RUN)).isEqualTo(3);
        assertThat(server.output.passedByDryRun)
                .containsExactly("alice 192.168.7.7:0", "alice 192.168.7.7:7000", "alice 192.168.7.7:7000");
        assertThat(client.permit("127.0.0.1:7000").code()).isEqualTo(403);
    }

    @Test
    void withoutDryRunNothingIsTold() {
        VirtualServer server = new VirtualServer();
        VirtualClient client = server.client(1);
        client.allocated();

        assertThat(client.permit(PRIVATE_PEER).code()).isEqualTo(403);
        assertThat(server.output.passedByDryRun).isEmpty();
    }
}
