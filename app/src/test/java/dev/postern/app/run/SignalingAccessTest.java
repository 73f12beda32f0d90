package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.ConfigSources;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is let in by the signaling server has to be written down where others reach it; numbered as in {@code docs/security.md}. */
class SignalingAccessTest {

    private static final Set<Part> ALL = EnumSet.allOf(Part.class);
    private static final Host HOST = new FixedHost("127.0.0.1", "192.0.2.7", "198.51.100.1", "::1", "2001:db8::7");

    @Test
    void c27_signalingThatOthersReachNeedsAWordAboutWhoIsLetIn() throws ConfigException {
        for (String address : List.of("0.0.0.0:8080", "192.0.2.7:8080", "[::]:8080")) {
            String listen = "signaling.listen=" + address;
            assertThat(refusals(listen))
                    .containsExactly("signaling.listen is \"" + address + "\" (--set), which other machines reach, but"
                            + " signaling.auth does not say who is let in: set it to jwt for those with a token, or to"
                            + " anonymous for everyone.");
            plan(listen, "signaling.auth=anonymous");
            plan(listen, "signaling.auth=jwt", "signaling.api-keys.web=" + "x".repeat(32));
        }
        plan("signaling.listen=127.0.0.1:8080");
        plan("signaling.listen=[::1]:8080");
    }

    @Test
    void tokensNeedKeysAndKeysNeedTokens() {
        String listen = "signaling.listen=127.0.0.1:0";
        assertThat(refusals(listen, "signaling.auth=jwt"))
                .singleElement()
                .asString()
                .startsWith("signaling.auth is \"jwt\" (--set), but nothing says who signs the tokens: set"
                        + " signaling.api-keys.NAME");
        for (String mode : List.of("signaling.auth=anonymous", "signaling.auth=")) {
            assertThat(refusals(listen, mode, "signaling.api-keys.web=" + "x".repeat(32)))
                    .containsExactly(
                            "signaling.auth is not jwt, but keys for tokens are set, which nobody would look at:"
                                    + " set signaling.auth to jwt, or leave signaling.api-keys and signaling.jwt out.");
        }
        assertThat(refusals(
                        listen,
                        "signaling.auth=jwt",
                        "signaling.jwt.jwks-url=https://id.example/jwks",
                        "signaling.jwt.jwks-file=keys.json"))
                .satisfiesExactly(
                        both -> assertThat(both)
                                .isEqualTo("signaling.jwt.jwks-url and signaling.jwt.jwks-file are both set: leave one"
                                        + " out."),
                        issuer -> assertThat(issuer).startsWith("signaling.jwt.issuer is not set"));
    }

    private static Plan plan(String... sets) throws ConfigException {
        return Plan.of(ConfigSources.of(null, Map.of(), List.of(sets)).read(), ALL, "serve", HOST);
    }

    private static List<String> refusals(String... sets) {
        return catchThrowableOfType(ConfigException.class, () -> plan(sets)).sentences();
    }
}
