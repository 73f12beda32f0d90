package dev.postern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.postern.conformance.cases.Cases;
import dev.postern.conformance.net.SocketWorld;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.stunserver.DiscoveryAddresses;
import dev.postern.transport.UdpDriverKind;
import dev.postern.turn.Mobility;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnRelay;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The cases against a real relay over loopback: UDP and TCP, everything on, without those that wait. */
@TestInstance(Lifecycle.PER_CLASS)
class ConformanceIT {

    private static final String FIRST = "127.0.0.1";
    private static final String SECOND = "127.0.0.2";
    private static final String OTHER = "127.0.0.3";

    /** What only an engine can show where the nio driver runs, as no socket of JDK 17 tells it. */
    private static final Set<Integer> NOT_OFFERED = UdpDriverKind.LINUX.unavailable() == null ? Set.of() : Set.of(83);

    private final TurnRelay relay;
    private final Target server;

    ConformanceIT() throws IOException {
        boolean loopbackIsWide = isBindable(SECOND) && isBindable(OTHER);
        boolean ipv6 = isBindable("::1");
        TransportAddress address = TransportAddress.of(IpAddress.parse(FIRST), freePort());
        TransportAddress address6 = TransportAddress.of(IpAddress.parse("::1"), address.port());
        TurnConfig.Builder config = TurnConfig.builder()
                .listen("udp://" + address, "tcp://" + address)
                .realm("example.org")
                .user(VirtualSetups.FIRST.user(), VirtualSetups.FIRST.password())
                .user(VirtualSetups.SECOND.user(), VirtualSetups.SECOND.password())
                .relayAddress(FIRST)
                .allowPeers("127.0.0.0/8", "::1/128")
                .mobility(Mobility.ON)
                .tcpRelay(true)
                .software("Postern")
                .shards(2);
        if (loopbackIsWide) {
            TransportAddress other = TransportAddress.of(IpAddress.parse(OTHER), freePort());
            config.discovery(List.of(new DiscoveryAddresses(address, other)));
        }
        Target.Builder target = Target.builder(FIRST)
                .at(TransportProtocol.UDP, address)
                .at(TransportProtocol.TCP, address)
                .users(VirtualSetups.FIRST, VirtualSetups.SECOND)
                .waits(Duration.ofSeconds(1), Duration.ofMillis(60));
        if (ipv6) {
            config.listen("udp://" + address6, "tcp://" + address6).relayAddress("::1");
            target.at(TransportProtocol.UDP, address6).at(TransportProtocol.TCP, address6);
        }
        target.peers(Stream.of(FIRST, SECOND, "::1")
                .filter(ConformanceIT::isBindable)
                .map(IpAddress::parse)
                .toList());
        this.relay = TurnRelay.start(config.build());
        this.server = target.build();
    }

    /** The build names the linux driver where it runs the cases once more, against the packed jar on a newer JDK. */
    @Test
    void runsWithTheDriverThatTheBuildNames() {
        if (System.getProperty("postern.test.driver", "").equals("linux")) {
            assertThat(UdpDriverKind.LINUX.unavailable()).isNull();
        }
    }

    @AfterAll
    void stop() {
        relay.close();
    }

    @TestFactory
    Stream<DynamicTest> numberedCasesOverSockets() {
        return Cases.all().stream()
                .filter(each -> !each.slow() && each.setup() == Setup.EVERYTHING_ON)
                .flatMap(each -> Stream.of(TransportProtocol.UDP, TransportProtocol.TCP)
                        .filter(each.transports()::contains)
                        .map(transport ->
                                DynamicTest.dynamicTest(each + " over " + transport, () -> run(each, transport))));
    }

    private void run(Case each, TransportProtocol transport) {
        Result result = CaseRun.of(each, transport, () -> new SocketWorld(server), false);
        assumeFalse(result.outcome() instanceof Outcome.Skipped, result.outcome()::sentence);
        if (!(NOT_OFFERED.contains(each.number()) && result.outcome() instanceof Outcome.NotOffered)) {
            assertThat(result.outcome())
                    .as("%s%n%s%n%s", each, result.outcome().sentence(), result.transcript())
                    .isInstanceOf(Outcome.Pass.class);
        }
    }

    private static boolean isBindable(String address) {
        try (DatagramSocket probe =
                new DatagramSocket(0, IpAddress.parse(address).toInetAddress())) {
            return probe.isBound();
        } catch (SocketException absent) {
            return false;
        }
    }

    /** A port that was free for TCP a moment ago. */
    /** Below the range that systems give to clients, so that no other test gets the port before it is used. */
    private static int freePort() {
        return IntStream.generate(() -> ThreadLocalRandom.current().nextInt(20_000, 32_000))
                .limit(200)
                .filter(ConformanceIT::isFree)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket tcp = new ServerSocket(port);
                DatagramSocket udp = new DatagramSocket(port)) {
            return tcp.isBound() && udp.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
