package dev.postern.signaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalingClusterTest {

    private static final String SECRET = "0123456789abcdef";

    private final Backplane backplane = new InMemoryBackplane(new InMemoryBackplane.Memory());

    @Test
    void takesSixteenBytesOfSecretAndAnAddressOfAWebSocket() {
        URI url = URI.create("wss://a.example/signal/v1/ws");
        assertThat(new SignalingCluster(backplane, SECRET, url).url()).isEqualTo(url);
        assertThat(new SignalingCluster(backplane, "ä".repeat(8), null).url()).isNull();
    }

    @Test
    void refusesAShorterSecretWithoutShowingIt() {
        assertThatThrownBy(() -> new SignalingCluster(backplane, "0123456789abcde", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("signaling.cluster.secret: it is shorter than 16 bytes")
                .hasMessageNotContaining("0123456789");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://a.example/", "/signal", "ws:/x", "a.example:80"})
    void refusesAnAddressThatIsNoWebSocket(String url) {
        assertThatThrownBy(() -> new SignalingCluster(backplane, SECRET, URI.create(url)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("signaling.cluster.url: '" + url + "'");
    }

    @Test
    void secretIsInNoText() {
        SignalingCluster cluster = new SignalingCluster(backplane, SECRET, null);
        SignalingConfig config = SignalingConfig.builder().cluster(cluster).build();
        assertThat(cluster.toString()).doesNotContain(SECRET);
        assertThat(config.toString()).doesNotContain(SECRET);
    }
}
