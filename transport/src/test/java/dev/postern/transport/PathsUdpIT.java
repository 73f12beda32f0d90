package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the linux driver writes into IP headers, and what routers answer, over a path of three network namespaces: the relay, a router
 * whose far link takes packets of 1,280 bytes, and a far end that looks at what comes. It needs root, and no other network.
 */
@ExtendWith(RunningDriver.class)
@EnabledIfSystemProperty(named = "postern.test.driver", matches = "linux", disabledReason = "nio sets no header field")
class PathsUdpIT {

    private static final int NEAR_MTU = 1_500;
    private static final int FAR_MTU = 1_280;
    private static final long PATIENCE_SECONDS = 20;
    private static final String NAME = "postern-" + ProcessHandle.current().pid();
    private static final String NEAR = NAME + "-near";
    private static final String ROUTER = NAME + "-router";
    private static final String FAR = NAME + "-far";
    private static final List<String> ADDRESSES =
            List.of("10.77.1.1", "10.77.2.1", "10.77.2.3", "fd77:1::1", "fd77:2::1", "fd77:2::3");
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    private static Program probe;
    private static Program far;

    /** A program in a namespace, and the lines that it says. */
    private static final class Program {
        private final Process process;
        private final PrintStream in;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        Program(String namespace, List<String> arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace, JAVA.toString()));
            command.addAll(
                    List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
            command.addAll(arguments);
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            in = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
            Thread reader = new Thread(this::read);
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
                out.lines().forEach(lines::add);
            } catch (IOException e) {
                lines.add(e.toString());
            }
        }

        String line() throws InterruptedException {
            String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return line != null ? line : fail("nothing is said");
        }

        void tell(String command) {
            in.println(command);
        }

        void close() throws InterruptedException {
            in.close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        boolean ready = run("netns", "add", NEAR) == 0;
        if (!ready) {
            String line = "not found: network namespaces (root, and iproute2)";
            System.out.println("skipped: " + line);
            assumeTrue(
                    List.of(System.getenv().getOrDefault("POSTERN_REQUIRE", "").split(","))
                            .contains("netns"),
                    line);
            fail(line + "; POSTERN_REQUIRE asks for it");
        }
        ip("netns add " + ROUTER);
        ip("netns add " + FAR);
        link(NEAR, "10.77.1", "fd77:1::", NEAR_MTU);
        link(FAR, "10.77.2", "fd77:2::", FAR_MTU);
        ip("-n " + FAR + " addr add 10.77.2.3/24 dev out");
        ip("-n " + FAR + " addr add fd77:2::3/64 dev out nodad");
        set(ROUTER, "net/ipv4/ip_forward", "1");
        set(ROUTER, "net/ipv6/conf/all/forwarding", "1");
        far = new Program(FAR, List.of("src/test/java22/FarEnd.java", Integer.toString(PathsProbe.FAR_PORT)));
        assertThat(far.line()).isEqualTo("ready");
        List<String> near =
                new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), PathsProbe.class.getName()));
        near.addAll(ADDRESSES);
        probe = new Program(NEAR, near);
        assertThat(probe.line()).isEqualTo("ready");
    }

    /** Joins a namespace to the router: it has .1, the router .2. */
    private static void link(String namespace, String v4, String v6, int mtu) throws IOException, InterruptedException {
        String there = namespace.equals(NEAR) ? "near" : "far";
        ip("-n " + namespace + " link add out type veth peer name " + there + " netns " + ROUTER);
        ip("-n " + namespace + " link set lo up");
        ip("-n " + namespace + " link set out mtu " + mtu + " up");
        ip("-n " + ROUTER + " link set " + there + " mtu " + mtu + " up");
        ip("-n " + namespace + " addr add " + v4 + ".1/24 dev out");
        ip("-n " + ROUTER + " addr add " + v4 + ".2/24 dev " + there);
        ip("-n " + namespace + " addr add " + v6 + "1/64 dev out nodad");
        ip("-n " + ROUTER + " addr add " + v6 + "2/64 dev " + there + " nodad");
        ip("-n " + namespace + " route add default via " + v4 + ".2");
        ip("-n " + namespace + " route add default via " + v6 + "2");
    }

    private static void ip(String words) throws IOException, InterruptedException {
        assertThat(run(words.split(" "))).as("ip %s", words).isZero();
    }

    private static void set(String namespace, String key, String value) throws IOException, InterruptedException {
        ip("netns exec " + namespace + " sysctl -q -w " + key.replace('/', '.') + "=" + value);
    }

    private static int run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException absent) {
            return -1;
        }
    }

    @AfterAll
    static void close() throws IOException, InterruptedException {
        if (probe != null) {
            probe.close();
        }
        if (far != null) {
            far.close();
        }
        for (String namespace : List.of(NEAR, ROUTER, FAR)) {
            run("netns", "del", namespace);
        }
    }

    /** What the relay hears after it has sent one datagram. */
    private static List<String> errorsOf(String kind, String peer, int bytes) throws InterruptedException {
        probe.tell(kind + " " + peer + " " + bytes);
        List<String> errors = new ArrayList<>();
        for (String line = probe.line(); !line.equals("done"); line = probe.line()) {
            errors.add(line);
        }
        return errors;
    }

    private static List<String> seen(int count) throws InterruptedException {
        List<String> seen = new ArrayList<>();
        while (seen.size() < count) {
            seen.add(far.line());
        }
        assertThat(far.lines).as("nothing more than %s", seen).isEmpty();
        return seen;
    }

    @Test
    void dfIsSetByRequestAloneAndARouterSaysWhatIsTooLong() throws InterruptedException {
        String peer = "10.77.2.1";
        assertThat(errorsOf("plain", peer, 1_000)).isEmpty();
        assertThat(seen(2)).containsExactlyInAnyOrder("v4 1000 bytes df=0 class=0 ttl=63", "datagram of 1000");
        assertThat(errorsOf("whole", peer, 1_000)).isEmpty();
        assertThat(seen(2)).containsExactlyInAnyOrder("v4 1000 bytes df=1 class=0 ttl=63", "datagram of 1000");
        assertThat(errorsOf("plain", peer, 1_400)).isEmpty();
        assertThat(seen(3))
                .containsExactlyInAnyOrder(
                        "v4 part df=0 class=0 ttl=63", "v4 part df=0 class=0 ttl=63", "datagram of 1400");

        assertThat(errorsOf("whole", peer, 1_400)).containsExactly("icmp 10.77.2.1:7000 3/4 " + FAR_MTU);
        assertThat(errorsOf("whole", peer, 1_600)).containsExactly("icmp 10.77.2.1:7000 3/4 " + NEAR_MTU);
        assertThat(far.lines).isEmpty();
        assertThat(errorsOf("plain", peer, 1_600)).isEmpty();
        assertThat(far.lines).contains("datagram of 1600");
        far.lines.clear();
    }

    @Test
    void ipv6DatagramStaysWholeByRequestAloneAndARouterSaysWhatIsTooLong() throws InterruptedException {
        String peer = "fd77:2::1";
        assertThat(errorsOf("whole", peer, 1_600)).containsExactly("icmp [fd77:2::1]:7000 2/0 " + NEAR_MTU);
        assertThat(errorsOf("whole", peer, 1_400)).containsExactly("icmp [fd77:2::1]:7000 2/0 " + FAR_MTU);
        assertThat(errorsOf("whole", peer, 1_401))
                .as("as the kernel has learnt")
                .containsExactly("icmp [fd77:2::1]:7000 2/0 " + FAR_MTU);
        assertThat(far.lines).isEmpty();

        assertThat(errorsOf("whole", peer, 1_000)).isEmpty();
        assertThat(seen(2)).containsExactlyInAnyOrder("v6 1000 bytes class=0 ttl=63", "datagram of 1000");
        assertThat(errorsOf("plain", peer, 1_400)).isEmpty();
        assertThat(seen(3))
                .containsExactlyInAnyOrder("v6 part class=0 ttl=63", "v6 part class=0 ttl=63", "datagram of 1400");
    }

    @Test
    void datagramThatRunsOutOfHopsIsTold() throws IOException, InterruptedException {
        set(NEAR, "net/ipv4/ip_default_ttl", "1");
        set(NEAR, "net/ipv6/conf/out/hop_limit", "1");
        try {
            assertThat(errorsOf("plain", "10.77.2.1", 10)).containsExactly("icmp 10.77.2.1:7000 11/0 0");
            assertThat(errorsOf("plain", "fd77:2::1", 10)).containsExactly("icmp [fd77:2::1]:7000 3/0 0");
        } finally {
            set(NEAR, "net/ipv4/ip_default_ttl", "64");
            set(NEAR, "net/ipv6/conf/out/hop_limit", "64");
        }
    }

    /** A queue that takes no long packets says so to sockets that hear errors: what else was sent with them was given up. */
    @Test
    void datagramThatAQueueDropsCostsNoOtherOfItsBatch() throws IOException, InterruptedException {
        String queue = "netns exec " + NEAR + " tc qdisc %s dev out root";
        ip(String.format(queue, "add") + " tbf rate 1gbit burst 600 limit 100000");
        try {
            probe.tell("batch 10.77.2.1 100 10.77.2.1 1000 10.77.2.3 200 10.77.2.1 1100 10.77.2.3 300 10.77.2.1 1200");
            assertThat(probe.line()).isEqualTo("sent 3 blocked 3");
            assertThat(seen(6)).contains("datagram of 100", "datagram of 200", "datagram of 300");
        } finally {
            ip(String.format(queue, "del"));
        }
    }

    private static void send(String to, int port, int bytes, int trafficClass) throws InterruptedException {
        far.tell(to + " " + port + " " + bytes + " " + trafficClass);
        assertThat(far.line()).isEqualTo("sent");
    }

    /** They wait together, and leave in one batch; datagrams of one size would be one train. */
    @Test
    void datagramsOfOneBatchKeepEachItsOwnDscpAndEcn() throws InterruptedException {
        String here = ADDRESSES.get(0);
        List<String> expected = new ArrayList<>();
        probe.tell("hold");
        assertThat(probe.line()).isEqualTo("held");
        for (int i = 0; i < 20; i++) {
            int trafficClass = i % 3 == 0 ? 0 : i % 3 == 1 ? 0x02 : 0xB8;
            send(here, PathsProbe.RELAY_PORT, 50, trafficClass);
            expected.add("v4 50 bytes df=0 class=" + trafficClass + " ttl=63");
        }
        probe.tell("go");

        List<String> packets =
                seen(40).stream().filter(line -> line.startsWith("v4")).toList();
        assertThat(packets).containsExactlyElementsOf(expected);
    }

    @Test
    void dscpAndEcnOfWhatCameAreThoseOfWhatGoesOnAndNotOfTheAnswer() throws InterruptedException {
        for (int family = 4; family <= 6; family += 2) {
            String here = family == 4 ? ADDRESSES.get(0) : ADDRESSES.get(3);
            String head = "v" + family + " ";
            String df = family == 4 ? "df=0 " : "";
            for (int trafficClass : new int[] {0, 0xB8, 0x02, 0xBB, 0x03}) {
                send(here, PathsProbe.LISTENER_PORT, 30, trafficClass);
                assertThat(seen(4))
                        .as("to the peer, and an answer")
                        .containsExactlyInAnyOrder(
                                head + "30 bytes " + df + "class=" + trafficClass + " ttl=63",
                                "datagram of 30",
                                head + "1 bytes " + df + "class=0 ttl=63",
                                "datagram of 1");
                send(here, PathsProbe.RELAY_PORT, 40, trafficClass);
                assertThat(seen(2))
                        .as("to the client")
                        .containsExactlyInAnyOrder(
                                head + "40 bytes " + df + "class=" + trafficClass + " ttl=63", "datagram of 40");
            }
        }
    }
}
