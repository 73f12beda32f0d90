package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Listeners on IPv6, and what a client of the IPv6 wildcard looks like. */
@ExtendWith({NoLeaks.class, RunningDriver.class})
class Ipv6IT {

    private final AtomicReference<@Nullable ToyHandler> toy = new AtomicReference<>();

    private Shards start(String listen, StreamIntake intake) {
        ShardsConfig config = ShardsConfig.builder()
                .name("postern-test")
                .listen(ListenAddress.parse(listen))
                .shards(1)
                .intake(intake)
                .build();
        return Shards.start(config, shard -> {
            ToyHandler made = new ToyHandler(shard);
            toy.set(made);
            return made;
        });
    }

    private IpAddress seenClient() {
        ToyHandler handler = Objects.requireNonNull(toy.get());
        return Objects.requireNonNull(handler.paths.peek()).client().ip();
    }

    private static TransportAddress at(String ip, Shards shards) {
        return TransportAddress.of(
                IpAddress.parse(ip), shards.addresses().get(0).address().port());
    }

    @ParameterizedTest
    @CsvSource({"[::1],::1", "[::],::1", "[::],127.0.0.1"})
    void udpClientsAreAnsweredAndSeenWithTheAddressTheyHave(String listen, String client) throws IOException {
        try (Shards shards = start("udp://" + listen + ":0", StreamIntake.PLAIN);
                DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(20_000);
            byte[] request = StreamClient.stun(1);
            socket.send(new DatagramPacket(
                    request, request.length, at(client, shards).toSocketAddress()));
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            socket.receive(answer);
            assertThat(answer.getLength()).isEqualTo(request.length);
            assertThat(seenClient()).isEqualTo(IpAddress.parse(client));
        }
    }

    @ParameterizedTest
    @CsvSource({"[::1],::1", "[::],::1", "[::],127.0.0.1"})
    void tcpClientsAreAnsweredAndSeenWithTheAddressTheyHave(String listen, String client) throws IOException {
        try (Shards shards = start("tcp://" + listen + ":0", StreamIntake.PLAIN);
                StreamClient stream = new StreamClient(at(client, shards), client)) {
            stream.send(StreamClient.stun(1));
            assertThat(stream.readFrame()).isEqualTo(StreamClient.stun(1));
            assertThat(seenClient()).isEqualTo(IpAddress.parse(client));
        }
    }

    @Test
    void tlsWorksOnIpv6() throws Exception {
        TestCertificate certificate = TestCertificate.make();
        try (Shards shards = start("tls://[::1]:0", StreamIntake.PLAIN.withTls(certificate.serverContext()));
                SSLSocket socket = (SSLSocket) certificate
                        .clientContext()
                        .getSocketFactory()
                        .createSocket("::1", shards.addresses().get(0).address().port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(StreamClient.stun(1));
            assertThat(socket.getInputStream().readNBytes(20)).isEqualTo(StreamClient.stun(1));
            assertThat(seenClient()).isEqualTo(IpAddress.parse("::1"));
        }
    }
}
