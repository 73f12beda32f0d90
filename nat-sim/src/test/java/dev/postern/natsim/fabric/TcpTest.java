package dev.postern.natsim.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.fabric.TraceEvent.Step;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** TCP between virtual hosts. */
class TcpTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final Link TEN_MILLIS = Link.latency(Duration.ofMillis(10));

    private final VirtualNet net = new VirtualNet(1, 1 << 20);
    private final List<String> heard = new ArrayList<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final Host client = net.host("client", net.internet(), ip("198.51.100.1"), TEN_MILLIS);
    private final Host server = net.host("server", net.internet(), ip("198.51.100.2"), Link.PERFECT);

    @Test
    void handshakeTakesARoundTripAndBothSidesCloseInOrder() {
        server.listen(80, connection -> {
            heard.add(net.nowNanos() / MILLI + " ms accepted " + connection.remote());
            return new Talk("server", true);
        });

        TcpConnection connection = client.connect(5000, at("198.51.100.2:80"), new Talk("client", false));
        net.runUntil(25 * MILLI);
        connection.send(text("hello"));
        connection.close();
        net.runUntil(100 * MILLI);

        assertThat(heard)
                .containsExactly(
                        "20 ms client connected",
                        "30 ms accepted 198.51.100.1:5000",
                        "35 ms server hello",
                        "35 ms server finished",
                        "45 ms client hello",
                        "45 ms client finished",
                        "55 ms server closed FINISHED");
        assertThat(connection.state()).isEqualTo("TIME_WAIT");
        net.runUntil(61 * SECOND);
        assertThat(heard).contains("60045 ms client closed FINISHED");
        assertThat(drops()).isEmpty();
    }

    @Test
    void dataArrivesInOrderAndOnceOverALineThatLosesReordersAndDuplicates() {
        LinkConditions rough = LinkConditions.builder()
                .latency(Duration.ofMillis(20))
                .jitter(Duration.ofMillis(10))
                .loss(0.05)
                .bursts(Bursts.of(0.02, 4))
                .reorder(0.1, Duration.ofMillis(15))
                .duplicate(0.05)
                .bitsPerSecond(20_000_000)
                .build();
        client.line().change(Link.both(rough));
        server.listen(80, connection -> new Sink());
        byte[] sent = new byte[300_000];
        new Random(7).nextBytes(sent);

        TcpConnection connection =
                client.connect(0, at("198.51.100.2:80"), (open, data) -> heard.add("client " + data.remaining()));
        net.runUntil(5 * SECOND);
        assertThat(connection.send(ByteBuffer.wrap(sent))).isEqualTo(sent.length);
        connection.close();
        net.runUntil(600 * SECOND);

        assertThat(received.toByteArray()).isEqualTo(sent);
        assertThat(heard).containsExactly("sink finished", "sink closed FINISHED");
        assertThat(connection.state()).isEqualTo("CLOSED");
        assertThat(drops()).isNotEmpty().allMatch(drop -> drop.contains("lost") || drop.contains("no socket"));
    }

    @Test
    void transferFillsTheLineAndLeavesNoMoreThanTheQueueTakes() {
        client.line()
                .change(Link.both(LinkConditions.builder()
                        .latency(Duration.ofMillis(10))
                        .bitsPerSecond(8_000_000)
                        .queue(30_000, 100)
                        .build()));
        server.listen(80, connection -> new Sink());
        TcpConnection connection = client.connect(0, at("198.51.100.2:80"), (open, data) -> {});
        net.runUntil(SECOND);

        connection.send(ByteBuffer.allocate(1_000_000));
        connection.close();
        net.runUntil(SECOND + 1500 * MILLI);

        assertThat(received.size())
                .as("bytes of a second and a half at a million a second")
                .isEqualTo(1_000_000);
    }

    @Test
    void closedPortRefusesAndAnUnknownAddressTimesOut() {
        client.connect(0, at("198.51.100.2:81"), new Talk("refused", false));
        client.connect(0, at("198.51.100.99:80"), new Talk("lost", false));
        net.runUntil(200 * SECOND);

        assertThat(heard).containsExactly("20 ms refused closed REFUSED", "127000 ms lost closed TIMED_OUT");
        assertThat(drops())
                .contains("server: no socket: nobody listens at TCP 198.51.100.2:81")
                .filteredOn(drop -> drop.contains("no route"))
                .hasSize(7);
    }

    @Test
    void abortResetsTheOtherSide() {
        List<TcpConnection> accepted = new ArrayList<>();
        server.listen(80, connection -> {
            accepted.add(connection);
            return new Talk("server", false);
        });
        TcpConnection connection = client.connect(0, at("198.51.100.2:80"), new Talk("client", false));
        net.runUntil(100 * MILLI);

        accepted.get(0).abort();
        net.runUntil(200 * MILLI);

        assertThat(heard)
                .containsExactly(
                        "20 ms client connected", "100 ms server closed ABORTED", "110 ms client closed RESET");
        assertThat(connection.send(text("too late"))).isZero();
    }

    @Test
    void segmentOfAConnectionThatItsHostHasForgottenIsReset() {
        server.listen(80, connection -> new Talk("server", false));
        TcpConnection connection = client.connect(5000, at("198.51.100.2:80"), new Talk("client", false));
        net.runUntil(100 * MILLI);

        server.roam(net.internet(), ip("198.51.100.3"), Link.PERFECT);
        connection.send(text("into the void"));
        net.runUntil(200 * MILLI);
        Host other = net.host("other", net.internet(), ip("198.51.100.2"), Link.PERFECT);
        net.runUntil(SECOND);

        assertThat(other.addresses()).containsExactly(ip("198.51.100.2"));
        assertThat(heard).hasSize(2).last().asString().endsWith("client closed RESET");
    }

    @Test
    void bothSidesMayOpenAtOnceThroughTheirNats() {
        Zone homeA = net.zone("home a");
        Zone homeB = net.zone("home b");
        net.nat("nat a", homeA, net.internet(), NatBehaviour.portRestricted(), ip("203.0.113.1"), TEN_MILLIS);
        net.nat("nat b", homeB, net.internet(), NatBehaviour.portRestricted(), ip("203.0.113.2"), TEN_MILLIS);
        Host a = net.host("a", homeA, ip("10.0.0.2"), Link.PERFECT);
        Host b = net.host("b", homeB, ip("10.0.0.2"), Link.PERFECT);

        TcpConnection fromA = a.connect(5000, at("203.0.113.2:6000"), new Talk("a", false));
        TcpConnection fromB = b.connect(6000, at("203.0.113.1:5000"), new Talk("b", false));
        net.runUntil(100 * MILLI);
        fromA.send(text("from a"));
        fromB.send(text("from b"));
        net.runUntil(200 * MILLI);

        assertThat(heard)
                .containsExactlyInAnyOrder(
                        "40 ms a connected", "40 ms b connected", "120 ms b from a", "120 ms a from b");
        assertThat(drops()).isEmpty();
        assertThat(fromA.isOpen() && fromB.isOpen()).isTrue();
    }

    @Test
    void onePortMayListenAndConnectToSeveralAddresses() {
        server.listen(80, connection -> new Talk("server", true));
        server.listen(81, connection -> new Talk("server", true));
        client.listen(5000, connection -> new Talk("client's listener", true));

        client.connect(5000, at("198.51.100.2:80"), new Talk("first", false));
        client.connect(5000, at("198.51.100.2:81"), new Talk("second", false));
        server.connect(0, at("198.51.100.1:5000"), new Talk("back", false));
        net.runUntil(100 * MILLI);

        assertThat(heard)
                .containsExactlyInAnyOrder("20 ms first connected", "20 ms second connected", "20 ms back connected");
        assertThatThrownBy(() -> client.connect(5000, at("198.51.100.2:80"), new Talk("third", false)))
                .hasMessage("client has a connection from 198.51.100.1:5000 to 198.51.100.2:80");
        assertThatThrownBy(() -> client.listen(5000, connection -> new Sink()))
                .hasMessage("TCP port 5000 of client is in use");
    }

    @Test
    void narrowWayMakesSegmentsShorter() {
        Link narrow = new Link(
                LinkConditions.PERFECT, LinkConditions.builder().mtu(600).build());
        Host far = net.host("far", net.internet(), ip("198.51.100.7"), narrow);
        far.listen(80, connection -> new Sink());
        TcpConnection connection = client.connect(0, at("198.51.100.7:80"), (open, data) -> {});
        net.runUntil(SECOND);

        connection.send(ByteBuffer.allocate(10_000));
        net.runUntil(2 * SECOND);

        assertThat(received.size()).isEqualTo(10_000);
        assertThat(drops()).isNotEmpty().allMatch(drop -> drop.contains("B for the line to far, which takes 600 B"));
    }

    @Test
    void acknowledgementsThatNeverComeEndTheConnection() {
        server.listen(80, connection -> new Talk("server", true));
        TcpConnection connection = client.connect(0, at("198.51.100.2:80"), new Talk("client", false));
        net.runUntil(SECOND);

        server.line().disconnect();
        connection.send(text("anybody?"));
        net.runUntil(3600 * SECOND);

        assertThat(heard).hasSize(2).last().asString().endsWith("client closed TIMED_OUT");
    }

    /** Says what happens, and sends back what it hears if it is to. */
    private final class Talk implements TcpHandler {
        private final String name;
        private final boolean echoes;

        Talk(String name, boolean echoes) {
            this.name = name;
            this.echoes = echoes;
        }

        private void say(String what) {
            heard.add(net.nowNanos() / MILLI + " ms " + name + " " + what);
        }

        @Override
        public void onConnected(TcpConnection connection) {
            say("connected");
        }

        @Override
        public void onData(TcpConnection connection, ByteBuffer data) {
            say(StandardCharsets.US_ASCII.decode(data.duplicate()).toString());
            if (echoes) {
                connection.send(data);
            }
        }

        @Override
        public void onFinished(TcpConnection connection) {
            say("finished");
            connection.close();
        }

        @Override
        public void onClosed(TcpConnection connection, TcpEnd end) {
            say("closed " + end);
        }
    }

    private final class Sink implements TcpHandler {
        @Override
        public void onData(TcpConnection connection, ByteBuffer data) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            received.writeBytes(bytes);
        }

        @Override
        public void onFinished(TcpConnection connection) {
            heard.add("sink finished");
            connection.close();
        }

        @Override
        public void onClosed(TcpConnection connection, TcpEnd end) {
            heard.add("sink closed " + end);
        }
    }

    private List<String> drops() {
        return net.trace().events().stream()
                .filter(event -> event.step() == Step.DROPPED)
                .map(event -> event.where() + ": " + event.note())
                .toList();
    }

    private static IpAddress ip(String address) {
        return IpAddress.parse(address);
    }

    private static TransportAddress at(String address) {
        return TransportAddress.parse(address);
    }

    private static ByteBuffer text(String text) {
        return StandardCharsets.US_ASCII.encode(text);
    }
}
