package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The packaged program, running as a person runs it: {@code java -jar app/target/postern.jar serve}, with every server on a free
 * port of 127.0.0.1. {@link #close} stops it with SIGTERM and fails when it does not stop in time or in order.
 */
public final class PosternProcess implements AutoCloseable {

    /** A fixed user of every relay that is started here. */
    public static final String USER = "alice";

    public static final String PASSWORD = "correct horse battery staple";

    private static final Path ROOT = Path.of(System.getProperty("postern.root"));
    private static final Path JAR = ROOT.resolve("app/target/postern.jar");
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Duration ANSWER = Duration.ofSeconds(20);

    /** What a JVM that SIGTERM ended reports (128 + 15), and what it reports when it left by itself. */
    private static final List<Integer> ORDERLY = List.of(0, 143);

    private final Program program;
    private final URI origin;
    private final HttpClient http = HttpClient.newHttpClient();
    private final int signalingPort;
    private final int turnPort;
    private final int metricsPort;

    private PosternProcess(Launch launch) {
        signalingPort = launch.signalingPort;
        turnPort = launch.turnPort;
        metricsPort = launch.metricsPort;
        origin = launch.origin;
        program = Program.start(launch.command());
    }

    /** What to start; settings that are not named have the value that fits loopback. */
    public static final class Launch {
        private final int signalingPort = FreePort.pick();
        private final int turnPort = FreePort.pick();
        private final int metricsPort = FreePort.pick();
        private final Map<String, String> settings = new LinkedHashMap<>();
        private final List<String> preset = new ArrayList<>();
        private final List<String> jvm = new ArrayList<>(List.of("-Xmx256m"));
        private Path java = Path.of(System.getProperty("java.home"));
        private URI origin = URI.create("http://127.0.0.1:" + signalingPort);
        private boolean onLan;

        private Launch() {
            String turn = "127.0.0.1:" + turnPort;
            settings.put("signaling.listen", "127.0.0.1:" + signalingPort);
            settings.put("stun.listen", "udp://" + turn + ",tcp://" + turn);
            settings.put("turn.listen", "udp://" + turn + ",tcp://" + turn);
            settings.put("turn.shared-secret", "a secret that only this test run knows");
            settings.put("turn.users." + USER, PASSWORD);
            settings.put("turn.allow-peers", "127.0.0.0/8");
            settings.put("metrics.listen", "127.0.0.1:" + metricsPort);
        }

        /** Neither a relay nor a STUN server. */
        public Launch signalingAlone() {
            settings.keySet().removeIf(key -> key.startsWith("turn.") || key.startsWith("stun."));
            return this;
        }

        /** The relay and the STUN server over this transport alone: {@code udp} or {@code tcp}. */
        public Launch relayOnlyOver(String transport) {
            String only = transport + "://127.0.0.1:" + turnPort;
            return set("stun.listen", only).set("turn.listen", only);
        }

        /** The relay over TLS alone, with this certificate for {@code localhost}. */
        public Launch relayOnlyOverTls(TestCertificate certificate) {
            return relayOnlyOver("tls")
                    .set("turn.tls-host", "localhost")
                    .set("tls.certificate", certificate.certificate().toString())
                    .set("tls.key", certificate.key().toString());
        }

        /** The relay over DTLS alone, with this certificate for {@code localhost}. */
        public Launch relayOnlyOverDtls(TestCertificate certificate) {
            String only = "dtls://127.0.0.1:" + turnPort;
            return relayOnlyOverTls(certificate).set("stun.listen", only).set("turn.listen", only);
        }

        /** The relay over UDP and DTLS on one port, with this certificate for {@code localhost}. */
        public Launch onePortWithDtls(TestCertificate certificate) {
            String both = "udp://127.0.0.1:" + turnPort + ",dtls://127.0.0.1:" + turnPort;
            return relayOnlyOverTls(certificate).set("stun.listen", both).set("turn.listen", both);
        }

        /** The relay over UDP, and over TCP and TLS on the same port. */
        public Launch onePortWithTls(TestCertificate certificate) {
            String one = "127.0.0.1:" + turnPort;
            String all = "udp://" + one + ",tcp+tls://" + one;
            return relayOnlyOverTls(certificate).set("stun.listen", all).set("turn.listen", all);
        }

        /** As {@code ./dev run} starts it: {@code serve --dev} chooses the secret and the peers, and only the ports are told. */
        public Launch asForDevelopment() {
            settings.keySet().retainAll(List.of("signaling.listen", "turn.listen", "metrics.listen"));
            preset.add("--dev");
            return this;
        }

        /** As {@code ./dev run --lan} starts it, on ports that are told. */
        public Launch asForOtherDevices() {
            asForDevelopment();
            preset.add("--lan");
            onLan = true;
            return this;
        }

        private void listenOnLan(String address) {
            String turn = address + ":" + turnPort;
            origin = URI.create("https://" + address + ":" + signalingPort);
            set("signaling.listen", origin.toString())
                    .set("signaling.auth", "anonymous")
                    .set("turn.listen", "udp://" + turn + ",tcp://" + turn);
        }

        /** Takes the channel numbers of RFC 5766, which coturn's clients still pick, and as many allocations as several of them make at once. */
        public Launch forCoturnsClients() {
            return set("turn.rfc5766-channels", "true")
                    .set("turn.mobility", "true")
                    .set("turn.user-quota", "500");
        }

        /** One of several nodes, whose clients may come past any load balancer. */
        Launch withAnAddressInTheCluster() {
            return set("signaling.cluster.url", socketAt(signalingPort).toString());
        }

        /** The port that the relay is to listen on. */
        int chosenTurnPort() {
            return turnPort;
        }

        public Launch set(String key, String value) {
            settings.put(key, value);
            return this;
        }

        /** Gives the JVM these options instead of the usual ones. */
        Launch jvm(String... options) {
            jvm.clear();
            jvm.addAll(List.of(options));
            return this;
        }

        /** Runs it with this JDK instead of the tests' own. */
        public Launch on(Path javaHome) {
            java = javaHome;
            return this;
        }

        public PosternProcess start() throws InterruptedException {
            if (onLan) {
                listenOnLan(Requirement.LAN.need().toString());
            }
            assertThat(JAR).as("the packaged program; './dev build' makes it").isRegularFile();
            PosternProcess postern = new PosternProcess(this);
            try {
                postern.awaitReady();
            } catch (InterruptedException | RuntimeException | Error e) {
                postern.program.close();
                throw e;
            }
            return postern;
        }

        private List<String> command() {
            List<String> command =
                    new ArrayList<>(List.of(java.resolve("bin/java").toString()));
            command.addAll(jvm);
            command.addAll(List.of("-jar", JAR.toString(), "serve"));
            command.addAll(preset);
            settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
            return command;
        }
    }

    public static Launch serve() {
        return new Launch();
    }

    /** The origin of the pages. */
    public URI origin() {
        return origin;
    }

    /** Where signaling clients connect to. */
    URI socket() {
        return socketAt(signalingPort);
    }

    private static URI socketAt(int port) {
        return URI.create("ws://127.0.0.1:" + port + "/signal/v1/ws");
    }

    public int signalingPort() {
        return signalingPort;
    }

    /** Where STUN and TURN are answered, over UDP and TCP. */
    public int turnPort() {
        return turnPort;
    }

    /** The number of its process. */
    long pid() {
        return program.pid();
    }

    /** What its process holds, without the sockets of allocations that live: clients may leave some to expire. */
    ProcessFigures figures() throws IOException, InterruptedException {
        long active = metrics().sum("postern_turn_allocations_active"); // first: its connection is one of the files
        ProcessFigures all = ProcessFigures.of(program.pid());
        return new ProcessFigures(all.residentBytes(), all.files() - active, all.threads());
    }

    /** The metrics as they are now. */
    public Metrics metrics() throws IOException, InterruptedException {
        HttpResponse<String> response = get("/metrics");
        assertThat(response.statusCode()).as("status of /metrics").isEqualTo(200);
        return Metrics.parse(response.body());
    }

    /** What the program has said so far. */
    public String log() {
        return program.output();
    }

    @Override
    public void close() {
        int status = program.terminate(STOP);
        assertThat(status).as("status after SIGTERM; the log:%n%s", log()).isIn(ORDERLY);
    }

    /** Ends it as kill -9 does. */
    void kill() {
        program.close();
    }

    private void awaitReady() throws InterruptedException {
        Eventually.holds(START, () -> !program.isAlive() || isReady(), () -> "postern is ready; the log:\n" + log());
        assertThat(program.isAlive()).as("postern runs; the log:%n%s", log()).isTrue();
    }

    /** Whether it asks for clients. */
    boolean isReady() {
        return answers("/readyz");
    }

    /** Whether it lives. */
    boolean isHealthy() {
        return answers("/healthz");
    }

    private boolean answers(String path) {
        try {
            return get(path).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metricsPort + path))
                .timeout(ANSWER)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** The folder of this module's build: screenshots and what a failed test leaves behind. */
    public static Path target() {
        return ROOT.resolve("e2e/target");
    }
}
