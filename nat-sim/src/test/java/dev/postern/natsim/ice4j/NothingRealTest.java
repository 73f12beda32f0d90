package dev.postern.natsim.ice4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.server.StunTurnHost;
import dev.postern.stun.IpAddress;
import dev.postern.turn.TurnConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ice4j.ice.harvest.MappingCandidateHarvesters;
import org.junit.jupiter.api.Test;

/** Agents on the virtual internet leave the real one alone. */
class NothingRealTest {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** ice4j itself makes descriptors around ours that it never binds; such a one can neither send nor hear. */
    @Test
    void gatheringBindsNoPortOfThisMachine() throws IOException {
        assumeTrue(Files.isDirectory(DESCRIPTORS), "needs Linux: the open sockets are read from " + DESCRIPTORS);
        Set<String> before = boundUdpSockets();
        VirtualNet virtual = new VirtualNet(1);
        Host server = virtual.host("server", virtual.internet(), ip("203.0.113.10"), Link.PERFECT);
        Host host = virtual.host("host", virtual.internet(), ip("198.51.100.1"), Link.PERFECT);
        StunTurnHost turn = new StunTurnHost(
                virtual,
                server,
                3478,
                TurnConfig.builder()
                        .listen("udp://203.0.113.10:3478")
                        .user("user", "password")
                        .build());
        try (WallPace pace = new WallPace();
                LiveNet net = new LiveNet(virtual, pace);
                VirtualAgent agent =
                        new VirtualAgent(net, host, new IceServer(turn.address(), "user", "password"), true)) {
            agent.gather();

            assertThat(agent.candidates()).containsExactlyInAnyOrder("host", "relay");
            assertThat(boundUdpSockets()).isEqualTo(before);
        }
    }

    @Test
    void noMappingHarvesterAsksTheNetworkWhereItIs() {
        Ice4jSettings.apply();

        assertThat(MappingCandidateHarvesters.getHarvesters()).isEmpty();
    }

    /** The inodes of this process's UDP sockets that have a port; the kernel lists no others. */
    private static Set<String> boundUdpSockets() throws IOException {
        Set<String> bound = Stream.of("/proc/self/net/udp", "/proc/self/net/udp6")
                .map(Path::of)
                .filter(Files::exists)
                .flatMap(NothingRealTest::inodes)
                .collect(Collectors.toSet());
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            return descriptors
                    .flatMap(NothingRealTest::inode)
                    .filter(bound::contains)
                    .collect(Collectors.toSet());
        }
    }

    private static Stream<String> inodes(Path table) {
        try {
            List<String> lines = Files.readAllLines(table);
            return lines.stream().skip(1).map(line -> line.trim().split("\\s+")[9]);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<String> inode(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("socket:[")
                    ? Stream.of(target.substring("socket:[".length(), target.length() - 1))
                    : Stream.empty();
        } catch (IOException e) {
            return Stream.empty(); // closed since it was listed
        }
    }

    private static IpAddress ip(String address) {
        return IpAddress.parse(address);
    }
}
