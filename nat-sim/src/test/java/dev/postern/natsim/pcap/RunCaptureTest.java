package dev.postern.natsim.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.LinkConditions;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.natsim.report.RunRecord;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Captures, read back by a reader of their own. */
class RunCaptureTest {

    private static final long SECOND = 1_000_000_000;

    private final VirtualNet net = new VirtualNet(3);
    private final Zone home = net.zone("home");
    private final Host inside = net.host("inside", home, IpAddress.parse("10.0.0.2"), Link.PERFECT);
    private final Host outside = net.host("outside", net.internet(), IpAddress.parse("203.0.113.10"), Link.PERFECT);
    private final TransportAddress external = TransportAddress.parse("198.51.100.1:5000");
    private final UdpPort in = inside.open(5000, (now, from, data) -> {});
    private final UdpPort out = outside.open(7, (now, from, data) -> {});

    private void nat(Link link) {
        net.nat("nat", home, net.internet(), NatBehaviour.portRestricted(), external.ip(), link);
    }

    private ReadCapture captured() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        RunCapture.write(
                RunRecord.of(net, new RunRecord.Summary("a title", "a line", "", "an end", true, "a reason")), bytes);
        return new ReadCapture(bytes.toByteArray());
    }

    private static String line(ReadCapture.Frame frame) {
        ByteBuffer ip = frame.bytes();
        return frame.place() + (frame.flags() == 1 ? " <- " : " -> ") + IpAddress.ofIpv4(ip.getInt(12)) + ":"
                + (ip.getShort(20) & 0xFFFF) + " " + IpAddress.ofIpv4(ip.getInt(16)) + ":" + (ip.getShort(22) & 0xFFFF)
                + " " + frame.comment();
    }

    @Test
    void translatedPacketIsSeenAtEachPlaceAsItIsThere() throws IOException {
        nat(Link.latency(Duration.ofMillis(10)));
        in.send(out.address(), ByteBuffer.wrap(new byte[] {1}));
        net.runUntil(SECOND);
        ReadCapture capture = captured();

        assertThat(capture.comment).isEqualTo("a title: an end\na reason\nseed 3; replay: a line");
        assertThat(capture.places).containsExactly("nat inside", "nat outside", "inside", "outside");
        assertThat(capture.resolutions).containsOnly(9);
        assertThat(capture.frames)
                .extracting(RunCaptureTest::line)
                .containsExactly(
                        "inside -> 10.0.0.2:5000 203.0.113.10:7 SENT by inside",
                        "nat inside <- 10.0.0.2:5000 203.0.113.10:7 comes to nat",
                        "nat outside -> 198.51.100.1:5000 203.0.113.10:7 PASSED by nat: source 10.0.0.2:5000 became"
                                + " 198.51.100.1:5000",
                        "outside <- 198.51.100.1:5000 203.0.113.10:7 ARRIVED at outside");
        assertThat(capture.frames).extracting(ReadCapture.Frame::nanos).containsExactly(0L, 0L, 0L, 10_000_000L);
        assertThat(capture.frames).extracting(ReadCapture.Frame::id).containsOnly(0L);
    }

    @Test
    void dropSaysItsReasonAtTheSideWhereThePacketCame() throws IOException {
        nat(Link.PERFECT);
        out.send(external, ByteBuffer.wrap(new byte[] {1}));
        in.send(TransportAddress.parse("203.0.113.99:1"), ByteBuffer.wrap(new byte[] {1}));
        net.runUntil(SECOND);
        List<ReadCapture.Frame> drops = captured().frames.stream()
                .filter(frame -> frame.comment().startsWith("DROPPED"))
                .toList();

        assertThat(drops)
                .extracting(RunCaptureTest::line)
                .containsExactly(
                        "nat outside <- 203.0.113.10:7 198.51.100.1:5000 DROPPED at nat: no mapping: nobody inside has :5000,"
                                + " to which 203.0.113.10:7 sent",
                        "internet <- 198.51.100.1:5000 203.0.113.99:1 DROPPED at internet: no route: nobody has"
                                + " 203.0.113.99 in internet");
    }

    @Test
    void duplicateComesFromWhereItWasMade() throws IOException {
        LinkConditions twice = LinkConditions.builder().duplicate(1).build();
        nat(new Link(twice, LinkConditions.PERFECT));
        in.send(out.address(), ByteBuffer.wrap(new byte[] {1}));
        net.runUntil(SECOND);

        assertThat(captured().frames)
                .extracting(ReadCapture.Frame::comment)
                .endsWith("ARRIVED at outside", "ARRIVED at outside");
    }

    @Test
    void stepsThatTheTraceForgotAreCounted() throws IOException {
        VirtualNet small = new VirtualNet(1, 2);
        Host one = small.host("one", small.internet(), IpAddress.parse("203.0.113.1"), Link.PERFECT);
        UdpPort port = one.open(1, (now, from, data) -> {});
        port.send(port.address(), ByteBuffer.allocate(1));
        port.send(port.address(), ByteBuffer.allocate(1));
        small.runUntil(SECOND);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        RunCapture.write(RunRecord.of(small, new RunRecord.Summary("t", "r", "", "o", true, "w")), bytes);

        assertThat(new ReadCapture(bytes.toByteArray()).comment)
                .endsWith("The first 2 steps of the run were not kept.");
    }

    @Test
    void longCommentIsCutBetweenLetters() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PcapngWriter writer = new PcapngWriter(bytes, "");
        int place = writer.addInterface("p", "");
        writer.packet(place, 1L << 40, new byte[] {0x45}, PcapngWriter.Direction.INBOUND, 1, "ä".repeat(40_000));
        ReadCapture.Frame frame = new ReadCapture(bytes.toByteArray()).frames.get(0);

        assertThat(frame.comment()).isEqualTo("ä".repeat(0xFFFF / 2));
        assertThat(frame.nanos()).isEqualTo(1L << 40);
        assertThatThrownBy(() -> writer.packet(1, 0, new byte[0], PcapngWriter.Direction.INBOUND, 1, ""))
                .hasMessageContaining("place 1");
    }
}
