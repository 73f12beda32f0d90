package dev.postern.natsim;

import static dev.postern.natsim.Packets.at;
import static dev.postern.natsim.Packets.ip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every NAT whatever arrives, shown with random packets at random times on small tables. */
class NatInvariantsTest {

    private static final int STEPS = 2000;
    private static final int MAX_MAPPINGS = 12;

    /** The nine pairs with each rule for ports; the other options are drawn. */
    static Stream<NatBehaviour> behaviours() {
        Random random = new Random(1);
        List<NatBehaviour> behaviours = new ArrayList<>();
        for (Mapping mapping : Mapping.values()) {
            for (Filtering filtering : Filtering.values()) {
                for (PortAllocation ports : PortAllocation.values()) {
                    behaviours.add(NatBehaviour.of(mapping, filtering).toBuilder()
                            .ports(ports)
                            .portRange(1000, 1009)
                            .idleLifetime(Duration.ofNanos(200))
                            .filterScope(any(FilterScope.values(), random))
                            .hairpin(any(Hairpin.values(), random))
                            .inboundRefresh(random.nextBoolean())
                            .maxMappings(MAX_MAPPINGS)
                            .maxContacts(4)
                            .build());
                }
            }
        }
        return behaviours.stream();
    }

    private static <T> T any(T[] values, Random random) {
        return values[random.nextInt(values.length)];
    }

    @ParameterizedTest
    @MethodSource("behaviours")
    void portsAreNeverSharedAndTablesNeverOutgrowTheirBounds(NatBehaviour behaviour) {
        Random random = new Random(3);
        NatBox nat = new NatBox(behaviour, ip("203.0.113.1"), new Random(4));
        long now = -1000;
        for (int step = 0; step < STEPS; step++) {
            now += random.nextInt(20);
            boolean outward = random.nextBoolean();
            Packet packet = outward ? outward(random) : inward(random);
            Verdict verdict = outward ? nat.outbound(packet, now) : nat.inbound(packet, now);

            checkVerdict(packet, verdict, outward);
            if (step % 10 == 0) {
                checkTable(nat, now);
            }
        }
    }

    private static void checkVerdict(Packet packet, Verdict verdict, boolean outward) {
        if (verdict instanceof Verdict.Drop drop) {
            assertThat(drop.sentence()).isNotBlank().contains(": ");
            return;
        }
        Verdict.Forward forward = (Verdict.Forward) verdict;
        if (forward.to() == Side.OUTSIDE) {
            assertThat(outward).isTrue();
            assertThat(forward.packet().source().ip()).isEqualTo(ip("203.0.113.1"));
            assertThat(forward.packet().source().port()).isBetween(1000, 1009);
            assertThat(forward.packet().destination()).isEqualTo(packet.destination());
        } else {
            assertThat(forward.packet().destination().ip().toString()).startsWith("10.0.0.");
        }
    }

    private static void checkTable(NatBox nat, long now) {
        NatTable table = nat.table(now);
        Map<TransportAddress, TransportAddress> owners = new HashMap<>();
        table.rows().forEach(row -> {
            TransportAddress other = owners.putIfAbsent(row.external(), row.internal());
            assertThat(other).isIn(null, row.internal());
        });
        assertThat(nat.mappings(now)).isLessThanOrEqualTo(MAX_MAPPINGS);
        assertThat(table.rows().size()).isLessThanOrEqualTo(MAX_MAPPINGS * 4);
    }

    private static Packet outward(Random random) {
        boolean hairpin = random.nextInt(5) == 0;
        String destination = hairpin
                ? "203.0.113.1:" + (1000 + random.nextInt(10))
                : "198.51.100." + (1 + random.nextInt(3)) + ":" + (1 + random.nextInt(3));
        return packet("10.0.0." + (2 + random.nextInt(3)) + ":" + (1000 + random.nextInt(3)), destination);
    }

    private static Packet inward(Random random) {
        return packet(
                "198.51.100." + (1 + random.nextInt(3)) + ":" + (1 + random.nextInt(3)),
                "203.0.113." + (1 + random.nextInt(2)) + ":" + (1000 + random.nextInt(10)));
    }

    private static Packet packet(String source, String destination) {
        return Packet.udp(at(source), at(destination), ByteBuffer.allocate(1));
    }
}
