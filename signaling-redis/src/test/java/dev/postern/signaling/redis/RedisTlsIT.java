package dev.postern.signaling.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.Backplane.Presence;
import io.lettuce.core.RedisURI;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Case 33: a real Redis that speaks TLS alone, with a certificate of its own. */
class RedisTlsIT {

    private static final Duration LIFE = Duration.ofMinutes(1);

    @TempDir
    private static Path folder;

    private static RedisCertificate own;
    private static RedisCertificate ofAnotherName;
    private static RedisProcess redis;

    private final List<RedisBackplane> opened = new ArrayList<>();

    @BeforeAll
    static void startRedis() throws Exception {
        own = RedisCertificate.make(folder, "own", "ip:127.0.0.1");
        ofAnotherName = RedisCertificate.make(folder, "other", "dns:redis.example");
        redis = RedisProcess.startWithTls(own);
    }

    @AfterAll
    static void stopRedis() {
        if (redis != null) {
            redis.close();
        }
    }

    @AfterEach
    void close() {
        opened.forEach(RedisBackplane::close);
    }

    private HeardListener open(URI url, String node, List<X509Certificate> trusted) {
        HeardListener heard = new HeardListener();
        RedisBackplane backplane = new RedisBackplane(RedisURI.create(url), "test", LIFE, trusted);
        opened.add(backplane);
        backplane.open(new Presence(node, null, false, 1), heard);
        return heard;
    }

    private static String sentence(HeardListener heard) throws InterruptedException {
        heard.until("it is down", () -> !heard.downs().isEmpty());
        assertThat(heard.ups()).isZero();
        return heard.downs().get(0);
    }

    private static String failure(URI url) {
        return "TLS with Redis at 127.0.0.1:" + url.getPort() + " fails (";
    }

    @Test
    void nodesMeetOverTlsWhereTheCertificateIsTrusted() throws Exception {
        HeardListener heardByA = open(redis.tlsUrl(), "a", List.of(ofAnotherName.one(), own.one()));
        HeardListener heardByB = open(redis.tlsUrl(), "b", List.of(own.one()));
        heardByA.until("both are seen", () -> heardByA.living().equals("a b"));
        heardByB.until("both are seen", () -> heardByB.living().equals("a b"));
        opened.get(0).send("b", "over TLS".getBytes(StandardCharsets.UTF_8));
        heardByB.until("it arrives", () -> heardByB.messages().equals(List.of("over TLS")));
        assertThat(opened.get(1).claim("room").toCompletableFuture().get(20, TimeUnit.SECONDS))
                .isEqualTo("b");
        assertThat(heardByA.downs()).isEmpty();
    }

    @Test
    void certificateThatIsNotTrustedIsRefused() throws Exception {
        HeardListener byTheJvm = open(redis.tlsUrl(), "a", List.of());
        HeardListener byAnother = open(redis.tlsUrl(), "b", List.of(ofAnotherName.one()));
        assertThat(sentence(byTheJvm)).startsWith(failure(redis.tlsUrl()));
        assertThat(sentence(byAnother)).startsWith(failure(redis.tlsUrl()));
        assertThat(opened.get(0).claim("room").toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void trustedCertificateOfAnotherNameIsRefused() throws Exception {
        try (RedisProcess misnamed = RedisProcess.startWithTls(ofAnotherName)) {
            HeardListener heard = open(misnamed.tlsUrl(), "a", List.of(ofAnotherName.one()));
            assertThat(sentence(heard)).startsWith(failure(misnamed.tlsUrl()));
        }
    }
}
