package dev.postern.natsim.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.Packet;
import dev.postern.natsim.fabric.TraceEvent.Step;
import dev.postern.natsim.report.RunRecord;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a run leaves behind: the topology, the steps, and the tables whenever they changed. */
class RecordingTest {

    private static final long SECOND = 1_000_000_000;

    private final VirtualNet net = new VirtualNet(7);
    private final Zone home = net.zone("home");
    private final Router router = net.nat(
            "router",
            home,
            net.internet(),
            NatBehaviour.symmetric().toBuilder()
                    .idleLifetime(Duration.ofSeconds(30))
                    .build(),
            IpAddress.parse("198.51.100.1"),
            Link.latency(Duration.ofMillis(10)));
    private final Host inside = net.host("inside", home, IpAddress.parse("10.0.0.2"), Link.PERFECT);
    private final Host server = net.host(
            "server",
            net.internet(),
            IpAddress.parse("203.0.113.10"),
            new Link(LinkConditions.latency(Duration.ofMillis(5)), LinkConditions.PERFECT.withLoss(0.25)));

    private void send(UdpPort from, int toPort) {
        from.send(TransportAddress.of(server.ip(), toPort), ByteBuffer.wrap(new byte[] {1, 2, 3}));
        net.runUntil(net.nowNanos() + SECOND);
    }

    @Test
    void tablesAreKeptWheneverTheyChangeAndNotOtherwise() {
        net.keepTables(VirtualNet.TABLE_CHANGES);
        UdpPort port = inside.open(5000, (now, from, data) -> {});
        send(port, 1);
        send(port, 1);
        send(port, 2);

        assertThat(net.tableChanges())
                .extracting(
                        change -> change.router() + " " + change.table().rows().size())
                .containsExactly("router 1", "router 2");
        TraceEvent second =
                net.trace().events().get((int) net.tableChanges().get(1).step());
        assertThat(second.step()).isEqualTo(Step.PASSED);
        assertThat(second.packet().destination().port()).isEqualTo(2);
    }

    @Test
    void rowsThatEndedWithoutAPacketAreGoneWithTheNextPacketAnywhere() {
        net.keepTables(VirtualNet.TABLE_CHANGES);
        send(inside.open(5000, (now, from, data) -> {}), 1);
        net.runUntil(60 * SECOND);
        server.open(9, (now, from, data) -> {}).send(TransportAddress.of(server.ip(), 10), ByteBuffer.allocate(1));
        net.runUntil(61 * SECOND);

        TableChange last = net.tableChanges().get(1);
        assertThat(last.table().rows()).isEmpty();
        assertThat(last.nanos()).isEqualTo(60 * SECOND);
    }

    @Test
    void onlyTheLastChangesAreKeptAndTheOthersCounted() {
        net.keepTables(3);
        UdpPort port = inside.open(5000, (now, from, data) -> {});
        for (int toPort = 1; toPort <= 5; toPort++) {
            send(port, toPort);
        }

        assertThat(net.tableChanges())
                .extracting(change -> change.table().rows().size())
                .containsExactly(3, 4, 5);
        assertThat(net.tableChangesForgotten()).isEqualTo(2);
    }

    @Test
    void longTableIsCutAndSaysSo() {
        net.keepTables(VirtualNet.TABLE_CHANGES);
        UdpPort port = inside.open(5000, (now, from, data) -> {});
        for (int toPort = 1; toPort <= VirtualNet.TABLE_ROWS + 2; toPort++) {
            port.send(TransportAddress.of(server.ip(), toPort), ByteBuffer.allocate(1));
        }
        net.runUntil(SECOND);

        TableChange last = net.tableChanges().get(net.tableChanges().size() - 1);
        assertThat(last.table().rows()).hasSize(VirtualNet.TABLE_ROWS);
        assertThat(last.leftOut()).isEqualTo(2);
    }

    @Test
    void recordHasTheTopologyTheStepsAndTheSeed() {
        send(inside.open(5000, (now, from, data) -> {}), 1);
        RunRecord run = RunRecord.of(
                net, new RunRecord.Summary("one packet", "replay --seed 7", "", "nobody listens", true, "because"));

        assertThat(run.seed()).isEqualTo(7);
        assertThat(run.tables()).isEmpty();
        assertThat(run.endNanos()).isEqualTo(SECOND);
        assertThat(run.events()).extracting(TraceEvent::step).first().isEqualTo(Step.SENT);
        assertThat(run.topology())
                .isEqualTo(new Topology(
                        List.of(new Topology.RouterPlace(
                                "router", "home", "internet", router.behaviour(), "198.51.100.1", "10 ms each way")),
                        List.of(
                                new Topology.HostPlace("inside", "home", "10.0.0.2", ""),
                                new Topology.HostPlace(
                                        "server", "internet", "203.0.113.10", "up 5 ms; down 25 % lost")),
                        0));
    }

    @Test
    void dropWithoutAReasonIsRefused() {
        Packet packet = Packet.udp(
                TransportAddress.of(inside.ip(), 1), TransportAddress.of(server.ip(), 2), ByteBuffer.allocate(0));

        assertThatThrownBy(() -> new TraceEvent(0, 0, Step.DROPPED, "router", packet, " "))
                .hasMessageContaining("without a reason");
    }
}
