package dev.postern.signaling.net;

import static dev.postern.signaling.net.ProxyStage.CLIENT;
import static dev.postern.signaling.net.ProxyStage.PROXY;
import static dev.postern.signaling.net.ProxyStage.blocks;
import static dev.postern.signaling.net.ProxyStage.config;
import static dev.postern.signaling.net.ProxyStage.count;
import static dev.postern.signaling.net.ProxyStage.get;
import static dev.postern.signaling.net.ProxyStage.source;
import static dev.postern.signaling.net.ProxyStage.start;
import static dev.postern.signaling.net.ProxyStage.upgrade;
import static dev.postern.signaling.net.ProxyStage.upgradeFrom;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Security case 28: who a client is behind proxies of HTTP, and that nobody else can say so. */
class ProxiesIT {

    private static final SignalingServer FORWARDED = start(config().forwardedFrom(blocks(PROXY, "10.0.0.0/8")));

    private final List<SignalingServer> own = new ArrayList<>();

    private SignalingServer startOwn(SignalingConfig.Builder builder) {
        SignalingServer server = start(builder);
        own.add(server);
        return server;
    }

    @AfterEach
    void stopOwn() {
        own.forEach(SignalingServer::close);
    }

    @AfterAll
    static void stop() {
        FORWARDED.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Forwarded: for=203.0.113.9",
                "Forwarded: for=203.0.113.9;proto=https;by=127.0.0.2",
                "X-Forwarded-For: 203.0.113.9",
                "X-Forwarded-For: 203.0.113.9, 127.0.0.2",
                "X-Real-IP: 203.0.113.9",
                "True-Client-IP: 203.0.113.9",
            })
    void case28_headersOfAnUnlistedHopSayNothing(String header) throws IOException {
        assertThat(source(FORWARDED, CLIENT, header)).isEqualTo(CLIENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "Forwarded: for=203.0.113.9|203.0.113.9",
                "Forwarded: for=198.51.100.1, for=203.0.113.9|203.0.113.9",
                "Forwarded: for=203.0.113.9, for=10.1.2.3|203.0.113.9",
                "Forwarded: for=198.51.100.1, for=203.0.113.9, for=10.1.2.3, for=10.0.0.1|203.0.113.9",
                "Forwarded: for=127.0.0.1, for=203.0.113.9|203.0.113.9",
                "Forwarded: for=\"[2001:db8::9]:4711\"|2001:db8:0:0:0:0:0:9",
                "Forwarded: for=\"[::ffff:203.0.113.9]\"|203.0.113.9",
                "Forwarded: for=\"[::ffff:10.1.2.3]\", for=10.9.9.9|10.1.2.3",
                "Forwarded: for=10.1.2.3|10.1.2.3",
                "X-Forwarded-For: 198.51.100.1, 203.0.113.9, 10.1.2.3|203.0.113.9",
                "X-Forwarded-For: 203.0.113.9:4711|203.0.113.9",
                "X-Forwarded-For: 2001:db8::9|2001:db8:0:0:0:0:0:9",
                "X-Real-IP: 203.0.113.9|127.0.0.2",
                "X-None: 1|127.0.0.2",
            })
    void case28_rightmostAddressThatIsNotListedIsTheClient(String header, String expected) throws IOException {
        assertThat(source(FORWARDED, PROXY, header)).isEqualTo(expected);
    }

    /** Most proxies write one kind of header and pass on what the client wrote in the other. */
    @Test
    void case28_twoKindsOfHeaderAreBelievedOnlyWhereTheyAgree() throws IOException {
        String forwarded = "Forwarded: for=203.0.113.9\n";
        assertThat(source(FORWARDED, PROXY, forwarded + "X-Forwarded-For: 203.0.113.9"))
                .isEqualTo("203.0.113.9");
        assertThat(source(FORWARDED, PROXY, forwarded + "X-Forwarded-For: 198.51.100.1, 203.0.113.9:5"))
                .isEqualTo("203.0.113.9");
        assertThat(source(FORWARDED, PROXY, forwarded + "X-Forwarded-Proto: https"))
                .isEqualTo("203.0.113.9");
        long before = count(FORWARDED, SignalingCounter.FORWARDED_UNREADABLE);
        assertThat(source(FORWARDED, PROXY, forwarded + "X-Forwarded-For: 198.51.100.1"))
                .isEqualTo(PROXY);
        assertThat(source(FORWARDED, PROXY, "Forwarded: by=10.0.0.1\nX-Forwarded-For: 198.51.100.1"))
                .isEqualTo(PROXY);
        assertThat(source(FORWARDED, PROXY, "Forwarded: \nX-Forwarded-For: 198.51.100.1"))
                .isEqualTo(PROXY);
        assertThat(count(FORWARDED, SignalingCounter.FORWARDED_UNREADABLE)).isEqualTo(before + 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Forwarded: for=unknown",
                "Forwarded: for=_hidden",
                "Forwarded: for=203.0.113.9, for=unknown",
                "Forwarded: for=evil.example",
                "Forwarded: for=\"203.0.113.9",
                "Forwarded: for=\";,\", for=203.0.113.9;for=203.0.113.9",
                "Forwarded: for=\"x, for=203.0.113.9",
                "X-Forwarded-For: 203.0.113.9, evil.example",
                "X-Forwarded-For: 203.0.113.9, 0x7f000001",
                "X-Forwarded-For: 203.0.113.9,",
                "X-Forwarded-Proto: https",
            })
    void case28_whatTheNearestProxyDoesNotSayOrIsHiddenBehindGarbageIsTheProxysOwn(String header) throws IOException {
        long before = count(FORWARDED, SignalingCounter.FORWARDED_UNREADABLE);
        assertThat(source(FORWARDED, PROXY, header)).isEqualTo(PROXY);
        assertThat(count(FORWARDED, SignalingCounter.FORWARDED_UNREADABLE)).isEqualTo(before + 1);
    }

    /** A proxy that adds a line of its own is not disturbed by what its client sent. */
    @Test
    void case28_garbageInAnOlderLineDoesNotReachTheNearestOne() throws IOException {
        assertThat(source(FORWARDED, PROXY, "Forwarded: for=\"\nForwarded: for=203.0.113.9"))
                .isEqualTo("203.0.113.9");
        assertThat(source(FORWARDED, PROXY, "X-Forwarded-For: ,,,\nX-Forwarded-For: 203.0.113.9"))
                .isEqualTo("203.0.113.9");
    }

    @Test
    void case28_soManyProxiesAreFollowedAndNoMore() throws IOException {
        String proxies = ", for=10.0.0.1".repeat(ForwardedClient.MAX_PROXIES - 1);
        assertThat(source(FORWARDED, PROXY, "Forwarded: for=203.0.113.9" + proxies))
                .isEqualTo("203.0.113.9");
        assertThat(source(FORWARDED, PROXY, "Forwarded: for=203.0.113.9" + proxies + ", for=10.0.0.2"))
                .isEqualTo("10.0.0.1");
    }

    @Test
    void case28_limitsAreThoseOfTheClientAndNotOfTheProxy() throws Exception {
        SignalingServer server =
                startOwn(config().forwardedFrom(blocks(PROXY)).limit(SignalingLimit.CONNECTIONS_PER_ADDRESS, 1));
        try (RawSocket first = RawSocket.connectFrom(PROXY, server.uri())) {
            assertThat(upgrade(first, server, "Forwarded: for=203.0.113.9")).startsWith("HTTP/1.1 101 ");
            first.text("{\"t\":\"hello\",\"v\":1}");
            first.read();
            for (String same : List.of(
                    "Forwarded: for=203.0.113.9",
                    "Forwarded: for=\"[::ffff:203.0.113.9]\"",
                    "Forwarded: for=198.51.100.1, for=203.0.113.9",
                    "X-Forwarded-For: 198.51.100.1, 203.0.113.9")) {
                assertThat(upgrade(server, same)).as(same).startsWith("HTTP/1.1 429 ");
            }
            assertThat(upgrade(server, "Forwarded: for=203.0.113.10")).startsWith("HTTP/1.1 101 ");
        }
        Await.until("the place of a closed socket", () -> {
            try {
                return upgrade(server, "Forwarded: for=203.0.113.9").startsWith("HTTP/1.1 101 ");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void case28_aPrefixOfSixtyFourBitsIsOneClient() throws IOException {
        SignalingServer server =
                startOwn(config().forwardedFrom(blocks(PROXY)).limit(SignalingLimit.CONNECTIONS_PER_ADDRESS, 1));
        try (RawSocket first = RawSocket.connectFrom(PROXY, server.uri())) {
            assertThat(upgrade(first, server, "X-Forwarded-For: 2001:db8:0:1::1"))
                    .startsWith("HTTP/1.1 101 ");
            first.text("{\"t\":\"hello\",\"v\":1}");
            first.read();
            assertThat(upgrade(server, "X-Forwarded-For: 2001:db8:0:1:ffff::2")).startsWith("HTTP/1.1 429 ");
            assertThat(upgrade(server, "X-Forwarded-For: 2001:db8:0:2::1")).startsWith("HTTP/1.1 101 ");
        }
    }

    @Test
    void aListedProxyMayHaveAsManyConnectionsAsItsClientsNeed() throws IOException {
        SignalingServer server =
                startOwn(config().forwardedFrom(blocks(PROXY)).limit(SignalingLimit.CONNECTIONS_PER_ADDRESS, 1));
        List<RawSocket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 80; i++) {
                idle.add(RawSocket.connectFrom(PROXY, server.uri()));
            }
            for (RawSocket one : idle) {
                assertThat(one.http("GET", "/healthz", "")).endsWith("ok\n");
            }
        } finally {
            for (RawSocket one : idle) {
                one.close();
            }
        }
    }

    /** A page without TLS is another origin than the same host with it, where a listed proxy says that there was TLS. */
    @Test
    void case28_schemeOfTheClientsConnectionIsTheProxysToSay() throws IOException {
        String page = "Origin: http://" + FORWARDED.uri().getAuthority() + "\n";
        String securePage = "Origin: https://" + FORWARDED.uri().getAuthority() + "\n";
        assertThat(upgradeFrom(PROXY, FORWARDED, page + "Forwarded: for=203.0.113.9;proto=https"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(upgradeFrom(PROXY, FORWARDED, page + "X-Forwarded-Proto: wss\nX-Forwarded-For: 203.0.113.9"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(upgradeFrom(PROXY, FORWARDED, securePage + "Forwarded: for=203.0.113.9;proto=https"))
                .startsWith("HTTP/1.1 101 ");
        assertThat(upgradeFrom(PROXY, FORWARDED, page + "Forwarded: for=203.0.113.9;proto=http"))
                .startsWith("HTTP/1.1 101 ");
        assertThat(upgradeFrom(CLIENT, FORWARDED, page + "Forwarded: for=203.0.113.9;proto=https"))
                .startsWith("HTTP/1.1 101 ");
    }

    @Test
    void browsersAreToldOfHttpsAloneOnlyWhereItIsSetAndSpoken() throws IOException {
        SignalingServer server = startOwn(config().forwardedFrom(blocks(PROXY)).strictTransport(Duration.ofDays(1)));
        String header = "Strict-Transport-Security: max-age=86400\r\n";
        assertThat(get(PROXY, server, "X-Forwarded-Proto: https")).contains(header);
        assertThat(get(PROXY, server, "X-Forwarded-Proto: http")).doesNotContain("Strict-Transport");
        assertThat(get(CLIENT, server, "X-Forwarded-Proto: https")).doesNotContain("Strict-Transport");
        assertThat(get(PROXY, FORWARDED, "X-Forwarded-Proto: https")).doesNotContain("Strict-Transport");
    }
}
