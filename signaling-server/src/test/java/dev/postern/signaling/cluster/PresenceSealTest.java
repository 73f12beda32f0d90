package dev.postern.signaling.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.Backplane.Presence;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Case 33: clients are sent to no address that a node with the secret has not named. */
class PresenceSealTest {

    private static final URI SOCKET = URI.create("wss://n1.example/signal/v1/ws");
    private static final Presence BARE = new Presence("e_1", SOCKET, false, 1);

    private final PresenceSeal seal = new PresenceSeal(LinkNetwork.SECRET);

    @Test
    void whatIsSealedIsGenuineWithTheSameSecretAlone() {
        Presence sealed = seal.sealed(BARE);
        assertThat(seal.isGenuine(sealed)).isTrue();
        assertThat(new PresenceSeal("another secret of this length".getBytes(StandardCharsets.UTF_8)).isGenuine(sealed))
                .isFalse();
        assertThat(seal.isGenuine(BARE)).isFalse();
        assertThat(seal.isGenuine(seal.sealed(new Presence("e_1", null, true, 1))))
                .isTrue();
    }

    @Test
    void whatIsAlteredIsNot() {
        String own = seal.sealed(BARE).seal();
        List<Presence> altered = List.of(
                new Presence("e_2", SOCKET, false, 1, own),
                new Presence("e_1", URI.create("wss://evil.example/signal/v1/ws"), false, 1, own),
                new Presence("e_1", null, false, 1, own),
                new Presence("e_1", SOCKET, true, 1, own),
                new Presence("e_1", SOCKET, false, 2, own),
                new Presence("e_1", SOCKET, false, 1, own.substring(1)));
        assertThat(altered).noneMatch(seal::isGenuine);
    }

    /** A store of text gives back the ASCII form. */
    @Test
    void anAddressThatIsNotAsciiStaysGenuineWhenItIsWrittenSo() {
        Presence sealed = seal.sealed(new Presence("e_1", URI.create("wss://n1.example/r\u00e4ume"), false, 1));
        URI ascii = URI.create(Objects.requireNonNull(sealed.url()).toASCIIString());
        assertThat(seal.isGenuine(new Presence("e_1", ascii, false, 1, sealed.seal())))
                .isTrue();
    }
}
