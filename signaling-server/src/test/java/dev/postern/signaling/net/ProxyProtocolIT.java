package dev.postern.signaling.net;

import static dev.postern.signaling.net.ProxyStage.CLIENT;
import static dev.postern.signaling.net.ProxyStage.PROXY;
import static dev.postern.signaling.net.ProxyStage.WHO;
import static dev.postern.signaling.net.ProxyStage.ascii;
import static dev.postern.signaling.net.ProxyStage.blocks;
import static dev.postern.signaling.net.ProxyStage.config;
import static dev.postern.signaling.net.ProxyStage.count;
import static dev.postern.signaling.net.ProxyStage.source;
import static dev.postern.signaling.net.ProxyStage.start;
import static dev.postern.signaling.net.ProxyStage.upgrade;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Security case 28: who a client is behind load balancers that speak the PROXY protocol, and that nobody else can say so. */
class ProxyProtocolIT {

    private static final SignalingServer PROXIED =
            start(config().proxyProtocolFrom(blocks(PROXY)).forwardedFrom(blocks("10.0.0.0/8")));

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
        PROXIED.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PROXY TCP4 203.0.113.9 192.0.2.1 40000 443|203.0.113.9",
                "PROXY TCP6 2001:db8::9 2001:db8::1 40000 443|2001:db8:0:0:0:0:0:9",
                "PROXY TCP6 ::ffff:203.0.113.9 ::ffff:192.0.2.1 40000 443|203.0.113.9",
                "PROXY UNKNOWN|127.0.0.2",
            })
    void case28_listedProxyNamesTheClientInVersionOne(String line, String expected) throws IOException {
        assertThat(proxied(ascii(line + "\r\n"), "")).contains("\"source\":\"" + expected + "\"");
    }

    @Test
    void case28_listedProxyNamesTheClientInVersionTwo() throws IOException {
        byte[] header = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "2111000c" + "cb007109c00002019c4001bb");
        assertThat(proxied(header, "")).contains("\"source\":\"203.0.113.9\"");
        byte[] own = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "20000000");
        assertThat(proxied(own, "")).contains("\"source\":\"" + PROXY + "\"");
    }

    @Test
    void case28_headerMayComeByteByByteAndItsRequestWithIt() throws IOException {
        try (RawSocket raw = RawSocket.connectFrom(PROXY, PROXIED.uri())) {
            for (byte one : ascii("PROXY TCP4 203.0.113.9 192.0.2.1 40000 443\r\n")) {
                raw.write(new byte[] {one});
            }
            assertThat(raw.http("POST", WHO, "")).contains("\"source\":\"203.0.113.9\"");
            assertThat(raw.http("POST", WHO, "")).contains("\"source\":\"203.0.113.9\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                "PROXY TCP4 evil.example 192.0.2.1 40000 443\r\n",
                "PROXY TCP4 203.0.113.9 192.0.2.1 40000 443\n",
                "\r\n\r\n\u0000\r\nQUIT\n\u0000\u0000\u0000\u0000",
            })
    void case28_listedProxyWithoutAHeaderOrWithABrokenOneIsClosed(String bytes) throws IOException {
        long before = count(PROXIED, SignalingCounter.PROXY_HEADERS_REFUSED);
        try (RawSocket raw = RawSocket.connectFrom(PROXY, PROXIED.uri())) {
            raw.write(ascii(bytes));
            assertThat(raw.readToEnd()).isNotNull();
        }
        assertThat(count(PROXIED, SignalingCounter.PROXY_HEADERS_REFUSED)).isEqualTo(before + 1);
    }

    @Test
    void case28_nobodyElseMaySendSuchAHeaderNorNeedsOne() throws IOException {
        assertThat(source(PROXIED, CLIENT, "X-None: 1")).isEqualTo(CLIENT);
        try (RawSocket raw = RawSocket.connectFrom(CLIENT, PROXIED.uri())) {
            raw.write(ascii("PROXY TCP4 203.0.113.9 192.0.2.1 40000 443\r\n"));
            assertThat(raw.http("POST", WHO, "")).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void case28_clientThatTheProxyNamesIsBelievedOnlyIfItIsListedItself() throws IOException {
        byte[] innerProxy = ascii("PROXY TCP4 10.1.2.3 192.0.2.1 40000 443\r\n");
        assertThat(proxied(innerProxy, "Forwarded: for=203.0.113.9")).contains("\"source\":\"203.0.113.9\"");
        byte[] client = ascii("PROXY TCP4 203.0.113.9 192.0.2.1 40000 443\r\n");
        assertThat(proxied(client, "Forwarded: for=198.51.100.1")).contains("\"source\":\"203.0.113.9\"");
    }

    @Test
    void case28_limitsAreThoseOfTheClientThatTheProxyNames() throws IOException {
        SignalingServer server =
                startOwn(config().proxyProtocolFrom(blocks(PROXY)).limit(SignalingLimit.CONNECTIONS_PER_ADDRESS, 1));
        byte[] one = ascii("PROXY TCP4 203.0.113.9 192.0.2.1 40000 443\r\n");
        byte[] other = ascii("PROXY TCP4 203.0.113.10 192.0.2.1 40000 443\r\n");
        try (RawSocket first = RawSocket.connectFrom(PROXY, server.uri());
                RawSocket second = RawSocket.connectFrom(PROXY, server.uri());
                RawSocket third = RawSocket.connectFrom(PROXY, server.uri())) {
            first.write(one);
            assertThat(upgrade(first, server, "")).startsWith("HTTP/1.1 101 ");
            first.text("{\"t\":\"hello\",\"v\":1}");
            first.read();
            second.write(one);
            assertThat(upgrade(second, server, "")).startsWith("HTTP/1.1 429 ");
            third.write(other);
            assertThat(upgrade(third, server, "")).startsWith("HTTP/1.1 101 ");
        }
    }

    /** Security case 21, where a proxy's header comes first: one byte of it now and then. */
    @Test
    void headerThatDripsIsNotWaitedForLongerThanARequest() throws Exception {
        SignalingServer server = startOwn(
                config().proxyProtocolFrom(blocks(PROXY)).time(SignalingTime.UPGRADE_DEADLINE, Duration.ofMillis(400)));
        byte[] start = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "21110800");
        try (RawSocket silent = RawSocket.connectFrom(PROXY, server.uri());
                RawSocket dripping = RawSocket.connectFrom(PROXY, server.uri())) {
            dripping.write(start);
            assertThat(dripping.drip(new byte[1_500])).isTrue();
            assertThat(silent.readToEnd()).isNotNull();
        }
        assertThat(count(server, SignalingCounter.HTTP_TIMED_OUT)).isPositive();
    }

    private static String proxied(byte[] header, String lines) throws IOException {
        try (RawSocket raw = RawSocket.connectFrom(PROXY, PROXIED.uri())) {
            raw.write(header);
            return raw.http("POST", WHO, lines);
        }
    }
}
