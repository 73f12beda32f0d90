package dev.postern.natsim.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.IpFields;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.fabric.TraceEvent.Step;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A net with every option of a line and every event in it hashes the same each time that its seed is run. */
class ReplayEverythingTest {

    private static final long MILLI = 1_000_000;
    private static final int REPLAYS = 1000;
    private static final TransportAddress SERVER = TransportAddress.parse("198.51.100.1:80");

    private static final LinkConditions ROUGH = LinkConditions.builder()
            .latency(Duration.ofMillis(12))
            .jitter(Duration.ofMillis(9))
            .loss(0.05)
            .bursts(Bursts.of(0.05, 3))
            .reorder(0.1, Duration.ofMillis(20))
            .duplicate(0.05)
            .bitsPerSecond(2_000_000)
            .queue(4000, 4)
            .mtu(1000)
            .build();

    @Test
    void thousandReplaysOfASeedHashTheSame() {
        Run first = new Run(11);
        assertThat(first.kinds)
                .as("what the run shows, by the words before the colon of a drop")
                .contains(
                        "lost", "lost in a burst", "queue full", "too big", "link down", "no mapping", "address gone");
        assertThat(first.steps).hasSize(Step.values().length);

        for (int i = 1; i < REPLAYS; i++) {
            assertThat(new Run(11).hash).isEqualTo(first.hash);
        }
    }

    @Test
    void eachOfManySeedsHasAHashOfItsOwn() {
        Set<String> hashes = new TreeSet<>();
        for (int seed = 0; seed < 50; seed++) {
            hashes.add(new Run(seed).hash);
        }

        assertThat(hashes).hasSize(50);
    }

    /** 900 virtual milliseconds of two homes, a server, UDP of all sizes, a TCP transfer, a reboot, a cut and a move. */
    private static final class Run {

        private final Map<Step, Integer> steps = new EnumMap<>(Step.class);
        private final Set<String> kinds = new TreeSet<>();
        private final String hash;

        Run(long seed) {
            VirtualNet net = new VirtualNet(seed, 0);
            MessageDigest digest = sha256();
            net.onStep(event -> {
                digest.update(event.toString().getBytes(StandardCharsets.UTF_8));
                steps.merge(event.step(), 1, Integer::sum);
                if (event.step() == Step.DROPPED) {
                    kinds.add(event.note().replaceAll(":.*", ""));
                }
            });
            play(net);
            net.runUntil(900 * MILLI);
            hash = HexFormat.of().formatHex(digest.digest());
        }

        private static void play(VirtualNet net) {
            Zone homeA = net.zone("home a");
            Zone homeB = net.zone("home b");
            Router natA = net.nat(
                    "nat a", homeA, net.internet(), NatBehaviour.symmetric(), ip("203.0.113.1"), Link.both(ROUGH));
            net.nat("nat b", homeB, net.internet(), hairpinning(), ip("203.0.113.2"), Link.both(ROUGH));
            Host a = net.host("a", homeA, ip("10.0.0.2"), Link.PERFECT);
            Host b = net.host("b", homeB, ip("10.0.0.2"), Link.PERFECT);
            Host server = net.host("server", net.internet(), SERVER.ip(), Link.latency(Duration.ofMillis(1)));
            UdpPort[] echo = new UdpPort[1];
            echo[0] = server.open(80, (now, from, data) -> echo[0].send(from, data));
            server.listen(80, connection -> TcpConnection::send);
            UdpPort fromA = a.open(5000, (now, from, data) -> {});
            UdpPort fromB = b.openAny(6000, (now, from, data) -> {});
            TcpConnection stream = b.connect(0, SERVER, (connection, data) -> {});
            for (int i = 0; i < 25; i++) {
                ByteBuffer payload = ByteBuffer.allocate(20 + 120 * i);
                net.at(i * (30 * MILLI), () -> {
                    fromA.send(SERVER, payload);
                    fromA.send(SERVER, ByteBuffer.allocate(1200), IpFields.PLAIN.withDontFragment(true));
                    fromB.send(TransportAddress.parse("203.0.113.1:5000"), payload);
                    stream.send(payload);
                });
            }
            net.at(200 * MILLI, natA::reboot);
            net.at(300 * MILLI, () -> natA.line().disconnect());
            net.at(340 * MILLI, () -> natA.line().reconnect());
            net.at(450 * MILLI, () -> natA.changeExternal(ip("203.0.113.3")));
            net.at(500 * MILLI, () -> a.roam(homeB, ip("10.0.0.9"), Link.PERFECT));
            net.at(600 * MILLI, stream::close);
        }

        private static NatBehaviour hairpinning() {
            return NatBehaviour.builder("home b", Mapping.EIM, Filtering.ADF)
                    .hairpin(Hairpin.EXTERNAL_SOURCE)
                    .build();
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java has it", e);
            }
        }

        private static IpAddress ip(String address) {
            return IpAddress.parse(address);
        }
    }
}
