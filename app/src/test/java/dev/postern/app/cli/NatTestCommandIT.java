package dev.postern.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.run.FixedHost;
import dev.postern.stun.TransportAddress;
import dev.postern.stunserver.DiscoveryAddresses;
import dev.postern.stunserver.StunServer;
import dev.postern.stunserver.StunServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The test of a NAT as a person types it, against our own server at two loopback addresses: the server's self-test. */
class NatTestCommandIT {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();

    @Test
    void openMachineIsToldSoByOurOwnServer() throws IOException {
        int port = freePort();
        int other = freePort();
        try (StunServer server = StunServer.start(StunServerConfig.builder()
                .listen("tcp://127.0.0.1:" + port)
                .discovery(new DiscoveryAddresses(
                        TransportAddress.parse("127.0.0.1:" + port), TransportAddress.parse("127.0.0.2:" + other)))
                .build())) {
            assertThat(server.addresses()).hasSize(5);
            assertThat(run("nat-test", "--patience=60ms", "--server", "127.0.0.1:" + port))
                    .isZero();
        }
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("No NAT, and anybody can reach this machine.")
                .contains("Translation         no NAT", "Filtering           EIF", "Server usable       yes")
                .contains("TCP                 STUN answers at " + port)
                .contains("Not measurable here, since it takes packets made by hand at both ends")
                .containsPattern("Not measurable here, since addresses are not translated:\\n {2}Mapping, ");
        assertThat(err.toString()).contains("F1 ", "R5 ");
    }

    @Test
    void serverWithOneAddressIsNoUseAndTheExitCodeSaysSo() {
        try (StunServer server = StunServer.start(
                StunServerConfig.builder().listen("udp://127.0.0.1:0").build())) {
            String address = server.addresses().get(0).address().toString();
            assertThat(run("nat-test", "--patience=60ms", "--json", "--server", address))
                    .isEqualTo(1);
        }
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("\"server\" : {", "no OTHER-ADDRESS", "\"not-measurable\"");
    }

    @Test
    void simulatedNatIsTestedWithoutASocket() {
        assertThat(run("nat-test", "--simulate", "symmetric-random")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("There is a NAT that uses another port for each destination.")
                .contains("Mapping             APDM", "Filtering           APDF", "(In the old words: symmetric.)")
                .contains(
                        "TCP mapping         APDM", "TCP open            between ", "Hops that forget    1, at hop 1");
    }

    @Test
    void reportForProgramsHasEachKindOfValue() {
        assertThat(run("nat-test", "--json", "--simulate", "rfc4787-adf")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("\"443\" : \"stun\"", "\"after-millis\" : ", "\"value\" : [ 1 ]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nat-test", "nat-test --server 127.0.0.1:0", "nat-test --simulate nothing"})
    void mistakesAreSaidBeforeAnythingIsSent(String arguments) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith("postern: ").contains("nat-test --help");
    }

    /** Below the range that systems give to clients, so that no other test gets the port before it is used. */
    private static int freePort() {
        return IntStream.generate(() -> ThreadLocalRandom.current().nextInt(20_000, 32_000))
                .limit(200)
                .filter(NatTestCommandIT::isFree)
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

    private int run(String... arguments) {
        CommandLine line = CommandTree.of(new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                Map.of(),
                new FixedHost("127.0.0.1"),
                new Random(1),
                () -> Instant.ofEpochSecond(1_800_000_000L),
                prompt -> null));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
