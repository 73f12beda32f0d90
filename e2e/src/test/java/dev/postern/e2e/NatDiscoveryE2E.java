package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** coturn's {@code turnutils_natdiscovery} (RFC 5780) against our server on two addresses of loopback, where no NAT is. */
class NatDiscoveryE2E {

    private static final Duration RUN = Duration.ofSeconds(90);
    private static final Duration PROBE = Duration.ofSeconds(20);

    /** With the STUN server on sockets of its own, and with the relay on the same ones. */
    @ParameterizedTest
    @ValueSource(strings = {"stun", "turn"})
    void mappingAndFilteringAreSeenToBeThoseOfNoNat(String server) throws Exception {
        Path clients = Requirement.COTURN.need();
        PosternProcess.Launch launch = PosternProcess.serve();
        int port = server.equals("turn") ? launch.chosenTurnPort() : FreePort.pick();
        int otherPort = FreePort.pick();
        launch.set("stun.nat-discovery", "127.0.0.1:" + port + ",127.0.0.2:" + otherPort);
        try (PosternProcess postern = launch.start()) {
            BindingProbe.overUdp(port, PROBE);
            String said = discover(clients, port, "-m", "-f");

            assertThat(said).as(postern.log()).contains("NAT with Endpoint Independent Filtering!");
            assertThat(said).contains("No NAT! (Endpoint Independent Mapping)");
            assertThat(said).contains("No ALG: Mapped == XOR-Mapped").doesNotContain("ALG detected");
            assertThat(discover(clients, port, "-m", "-f", "-P")).contains("NAT with Endpoint Independent Filtering!");
        }
    }

    private static String discover(Path clients, int port, String... flags) {
        List<String> command = new ArrayList<>(
                List.of(clients.resolve("turnutils_natdiscovery").toString()));
        command.addAll(List.of(flags));
        command.addAll(List.of("-p", String.valueOf(port), "-L", "127.0.0.1", "127.0.0.1"));
        try (Program program = Program.start(command)) {
            return program.finish(RUN);
        }
    }
}
