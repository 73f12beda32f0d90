package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.ConfigSources;
import dev.postern.transport.ListenAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The addresses that browsers are told. */
class IceUrlsTest {

    private static final Host HOST = new FixedHost("127.0.0.1", "192.0.2.7", "198.51.100.1", "::1", "2001:db8::7");

    @Test
    void addressIsTheOneListenedOn() throws ConfigException {
        IceUrls urls = urls("turn.listen=udp://127.0.0.1:3478,tcp://127.0.0.1:3479,udp://[::1]:3478");
        assertThat(urls.stun()).containsExactly("stun:127.0.0.1:3478", "stun:[::1]:3478");
        assertThat(urls.turn())
                .containsExactly(
                        "turn:127.0.0.1:3478?transport=udp",
                        "turn:127.0.0.1:3479?transport=tcp",
                        "turn:[::1]:3478?transport=udp");
    }

    @Test
    void wildcardGivesTheAddressTowardsTheOutside() throws ConfigException {
        assertThat(urls("turn.listen=udp://0.0.0.0:3478,tcp://[::]:3478").turn())
                .containsExactly("turn:192.0.2.7:3478?transport=udp", "turn:[2001:db8::7]:3478?transport=tcp");
    }

    @Test
    void externalAddressWinsForItsFamily() throws ConfigException {
        IceUrls urls = urls(
                "turn.listen=udp://0.0.0.0:3478,tcp://192.0.2.7:3478,udp://[::1]:3478",
                "turn.external-address=203.0.113.9");
        assertThat(urls.turn())
                .containsExactly(
                        "turn:203.0.113.9:3478?transport=udp",
                        "turn:203.0.113.9:3478?transport=tcp",
                        "turn:[::1]:3478?transport=udp");
    }

    @Test
    void manyAddressesGiveOneUrlForEachTransportAndFamily() throws ConfigException {
        IceUrls urls = urls(
                "stun.listen=udp://198.51.100.1:3478,udp://192.0.2.7:3478",
                "turn.listen=udp://192.0.2.7:5000,udp://198.51.100.1:5000");
        assertThat(urls.stun()).containsExactly("stun:198.51.100.1:3478");
        assertThat(urls.turn()).containsExactly("turn:192.0.2.7:5000?transport=udp");
    }

    @Test
    void tlsHasAUrlWithTheNameInTheCertificateAndNoneWithoutAName() throws ConfigException {
        assertThat(urls("turn.listen=tls://0.0.0.0:5349").turn()).isEmpty();
        assertThat(urls("turn.listen=udp://0.0.0.0:3478,tls://0.0.0.0:5349", "turn.tls-host=turn.example.org")
                        .turn())
                .containsExactly("turn:192.0.2.7:3478?transport=udp", "turns:turn.example.org:5349?transport=tcp");
    }

    @Test
    void onePortForTcpAndTlsHasBothUrls() throws ConfigException {
        assertThat(urls("turn.listen=tcp+tls://0.0.0.0:443", "turn.tls-host=turn.example.org")
                        .turn())
                .containsExactly("turn:192.0.2.7:443?transport=tcp", "turns:turn.example.org:443?transport=tcp");
    }

    /** RFC 7065 section 3.1: turns over UDP is DTLS. */
    @Test
    void dtlsHasAUrlBehindAllOthersAndNoneWithoutAName() throws ConfigException {
        assertThat(urls("turn.listen=dtls://0.0.0.0:5349").turn()).isEmpty();
        assertThat(urls(
                                "turn.listen=dtls://0.0.0.0:5349,tls://0.0.0.0:5349,udp://0.0.0.0:3478",
                                "turn.tls-host=turn.example.org")
                        .turn())
                .containsExactly(
                        "turns:turn.example.org:5349?transport=tcp",
                        "turn:192.0.2.7:3478?transport=udp",
                        "turns:turn.example.org:5349?transport=udp");
    }

    @Test
    void stunOverTcpHasNoUrl() throws ConfigException {
        assertThat(urls("stun.listen=tcp://127.0.0.1:3478").stun()).isEmpty();
    }

    @Test
    void portThatTheSystemChoseIsTheOneInTheUrlAndAnUnknownOneGivesNone() throws ConfigException {
        IceUrls urls = new IceUrls(
                ConfigSources.of(null, Map.of(), List.of("turn.listen=udp://127.0.0.1:0,tcp://127.0.0.1:0"))
                        .read(),
                HOST,
                Map.of(ListenAddress.parse("udp://127.0.0.1:0"), 40_000));
        assertThat(urls.turn()).containsExactly("turn:127.0.0.1:40000?transport=udp");
    }

    @Test
    void nothingListenedOnGivesNothing() throws ConfigException {
        assertThat(urls().stun()).isEmpty();
        assertThat(urls().turn()).isEmpty();
    }

    private static IceUrls urls(String... sets) throws ConfigException {
        return new IceUrls(ConfigSources.of(null, Map.of(), List.of(sets)).read(), HOST, Map.of());
    }
}
