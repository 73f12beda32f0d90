package dev.postern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.conformance.cases.Cases;
import dev.postern.conformance.net.SocketWorld;
import dev.postern.stun.TransportProtocol;
import dev.postern.transport.ListenAddress;
import dev.postern.transport.StreamIntake;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnRelay;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The cases that look at TLS itself, against the relay on sockets, with TCP and TLS on one port. */
class ListenerCasesIT {

    private static final String PASSWORD = "changeit";

    private static @Nullable TurnRelay relay;

    @BeforeAll
    static void startRelay(@TempDir Path folder) throws Exception {
        relay = TurnRelay.start(TurnConfig.builder()
                .listen("udp://127.0.0.1:0", "tcp+tls://127.0.0.1:0")
                .intake(StreamIntake.PLAIN.withTls(context(folder.resolve("key.p12"))))
                .user("ann", "a password")
                .shards(1)
                .build());
    }

    @AfterAll
    static void stopRelay() {
        if (relay != null) {
            relay.close();
        }
    }

    /** With a certificate that keytool makes. */
    private static SSLContext context(Path file) throws IOException, GeneralSecurityException, InterruptedException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "test",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).as(said).isTrue();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static Target target() {
        Target.Builder target = Target.builder("localhost");
        for (ListenAddress address : Objects.requireNonNull(relay).listenAddresses()) {
            for (TransportProtocol protocol : address.protocols()) {
                target.at(protocol, address.address());
            }
        }
        return target.build();
    }

    @TestFactory
    Stream<DynamicTest> casesOfListeners() {
        return Cases.all().stream()
                .filter(each -> each.number() == 24 || each.number() == 122 || each.number() == 124)
                .map(each -> DynamicTest.dynamicTest(each.toString(), () -> passes(each)));
    }

    private static void passes(Case each) {
        TransportProtocol over = each.transports().iterator().next();
        Target target = target();
        Result result = CaseRun.of(each, over, () -> new SocketWorld(target), true);
        assertThat(result.outcome())
                .as("%s%n%s%n%s", each, result.outcome().sentence(), result.transcript())
                .isInstanceOf(Outcome.Pass.class);
    }
}
