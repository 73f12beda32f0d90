package dev.postern.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mistake in the configuration stops with the one sentence that stands here. */
class ConfigSentenceTest {

    @TempDir
    Path folder;

    private record Case(String source, String text, String sentence) {}

    static Stream<Case> settings() {
        return Stream.of(
                set(
                        "signaling.listen=8080",
                        "signaling.listen is \"8080\" (--set); write host:port, or https://host:port for TLS, with an IP address or localhost, such as 127.0.0.1:8080, https://0.0.0.0:443 or https://[::1]:8443."),
                set(
                        "net.coalesce-max=1ms",
                        "net.coalesce-max is \"1ms\" (--set); write a number and us, from 0us to 5000us."),
                set(
                        "net.listener-buffer-bytes=4MB",
                        "net.listener-buffer-bytes is \"4MB\" (--set); write a number of bytes, 4096 to 536870912."),
                set(
                        "net.coalesce-max=5001us",
                        "net.coalesce-max is \"5001us\" (--set); write a number and us, from 0us to 5000us."),
                set(
                        "signaling.listen=example.org:80",
                        "signaling.listen is \"example.org:80\" (--set); write host:port, or https://host:port for TLS, with an IP address or localhost, such as 127.0.0.1:8080, https://0.0.0.0:443 or https://[::1]:8443."),
                set(
                        "signaling.listen=wss://127.0.0.1:8443",
                        "signaling.listen is \"wss://127.0.0.1:8443\" (--set); write host:port, or https://host:port for TLS, with an IP address or localhost, such as 127.0.0.1:8080, https://0.0.0.0:443 or https://[::1]:8443."),
                set(
                        "signaling.listen=https://127.0.0.1",
                        "signaling.listen is \"https://127.0.0.1\" (--set); write host:port, or https://host:port for TLS, with an IP address or localhost, such as 127.0.0.1:8080, https://0.0.0.0:443 or https://[::1]:8443."),
                set(
                        "metrics.listen=8080",
                        "metrics.listen is \"8080\" (--set); write host:port with an IP address or localhost, such as 127.0.0.1:8080 or [::1]:8080."),
                set(
                        "metrics.listen=https://127.0.0.1:8443",
                        "metrics.listen is \"https://127.0.0.1:8443\" (--set); plain HTTP is served here, so write host:port and put a TLS proxy in front of it."),
                set(
                        "signaling.forwarded-from=proxy.example",
                        "signaling.forwarded-from is \"proxy.example\" (--set); write an address or a CIDR block whose host bits are zero, such as 192.168.0.0/16 or fc00::/7."),
                set(
                        "signaling.proxy-protocol-from=10.0.0.1/8",
                        "signaling.proxy-protocol-from is \"10.0.0.1/8\" (--set); write an address or a CIDR block whose host bits are zero, such as 192.168.0.0/16 or fc00::/7."),
                set(
                        "signaling.hsts=731d",
                        "signaling.hsts is \"731d\" (--set); write a number and ms, s, m, h or d, from 0ms to 63072000s."),
                set(
                        "signaling.allowed-origins=https://app.example/",
                        "signaling.allowed-origins is \"https://app.example/\" (--set); write scheme://host in lower case, with a port if it is not the usual one and without a path, such as https://app.example."),
                set(
                        "signaling.allow-no-origin=yes",
                        "signaling.allow-no-origin is \"yes\" (--set); write true or false."),
                set("signaling.auth=none", "signaling.auth is \"none\" (--set); write anonymous or jwt."),
                set(
                        "signaling.api-keys.web=short",
                        "signaling.api-keys.web is not usable (--set); write at least 32 characters, as `openssl rand -base64 32` makes them."),
                set(
                        "signaling.api-keys.a b=0123456789abcdef0123456789abcdef",
                        "signaling.api-keys.a b names no key (--set); write 1 to 64 letters, digits, dots, dashes or underscores after signaling.api-keys."),
                set(
                        "signaling.jwt.algorithms=HS256",
                        "signaling.jwt.algorithms is \"HS256\" (--set); write RS256, PS256, ES256, EdDSA or some of them."),
                set(
                        "signaling.jwt.leeway=6m",
                        "signaling.jwt.leeway is \"6m\" (--set); write a number and ms, s, m, h or d, from 0ms to 300s."),
                set(
                        "signaling.jwt.jwks-url=http://id.example/jwks",
                        "signaling.jwt.jwks-url is \"http://id.example/jwks\" (--set); write https://host/path, or http:// and a loopback address, without a user and a #fragment."),
                set(
                        "stun.listen=127.0.0.1:3478",
                        "stun.listen is \"127.0.0.1:3478\" (--set); write udp://host:port, tcp://host:port, tls://host:port, tcp+tls://host:port for both on one port, or dtls://host:port, with an IP address or localhost, such as udp://0.0.0.0:3478."),
                set(
                        "stun.listen=udp://127.0.0.1:70000",
                        "stun.listen is \"udp://127.0.0.1:70000\" (--set); write udp://host:port, tcp://host:port, tls://host:port, tcp+tls://host:port for both on one port, or dtls://host:port, with an IP address or localhost, such as udp://0.0.0.0:3478."),
                set(
                        "turn.listen=udp://[::1]:3478,sctp://[::1]:5349",
                        "turn.listen is \"sctp://[::1]:5349\" (--set); write udp://host:port, tcp://host:port, tls://host:port,"
                                + " tcp+tls://host:port for both on one port, or dtls://host:port, with an IP address or localhost,"
                                + " such as udp://0.0.0.0:3478."),
                set(
                        "turn.listen=udp://[::1]:3478,udp://[::1]:3478",
                        "turn.listen is \"udp://[::1]:3478\" (--set); it stands there twice, so leave one out."),
                set(
                        "turn.realm=",
                        "turn.realm is \"\" (--set); write 1 to 127 characters without quotes, usually your domain."),
                set(
                        "turn.users.ann=",
                        "turn.users.ann is not usable (--set); write at least one character and no control characters."),
                set(
                        "turn.users.a:b=secret",
                        "turn.users.a:b names no user (--set); write at most 508 bytes without a colon or control characters after turn.users."),
                set(
                        "turn.shared-secret=a\tb",
                        "turn.shared-secret is not usable (--set); write at least one character and no control characters."),
                set(
                        "turn.relay-address=0.0.0.0",
                        "turn.relay-address is \"0.0.0.0\" (--set); write one address without a port, such as 192.0.2.1 or 2001:db8::1, and neither a wildcard, multicast nor link-local."),
                set(
                        "turn.relay-address=192.0.2.1,192.0.2.2",
                        "turn.relay-address is \"192.0.2.2\" (--set); it is the second of its family, and one is allowed."),
                set(
                        "turn.external-address=turn.example.org",
                        "turn.external-address is \"turn.example.org\" (--set); write one address without a port, such as 192.0.2.1 or 2001:db8::1, and neither a wildcard, multicast nor link-local."),
                set(
                        "turn.relay-address=fe80::1",
                        "turn.relay-address is \"fe80::1\" (--set); write one address without a port, such as 192.0.2.1 or 2001:db8::1, and neither a wildcard, multicast nor link-local."),
                set(
                        "turn.external-address=224.0.0.1",
                        "turn.external-address is \"224.0.0.1\" (--set); write one address without a port, such as 192.0.2.1 or 2001:db8::1, and neither a wildcard, multicast nor link-local."),
                set(
                        "turn.relay-ports=65000-64000",
                        "turn.relay-ports is \"65000-64000\" (--set); write low-high, both from 1024 to 65535, such as 49152-65535."),
                set("turn.relay-mode=one", "turn.relay-mode is \"one\" (--set); write own or shared."),
                set("turn.shared-ports=0", "turn.shared-ports is \"0\" (--set); write a number from 1 to 1000000."),
                set(
                        "turn.relay-ports=80-90",
                        "turn.relay-ports is \"80-90\" (--set); write low-high, both from 1024 to 65535, such as 49152-65535."),
                set(
                        "turn.allow-peers=10.0.0.1/8",
                        "turn.allow-peers is \"10.0.0.1/8\" (--set); write an address or a CIDR block whose host bits are zero, such as 192.168.0.0/16 or fc00::/7."),
                set(
                        "turn.deny-peers=everything",
                        "turn.deny-peers is \"everything\" (--set); write an address or a CIDR block whose host bits are zero, such as 192.168.0.0/16 or fc00::/7."),
                set("turn.peers=everybody", "turn.peers is \"everybody\" (--set); write public, sfu or private."),
                set(
                        "turn.deny-peer-ports=25,0-53",
                        "turn.deny-peer-ports is \"0-53\" (--set); write ports from 1 to 65535 or ranges of them, such as 25, 53, 135-139."),
                set("signaling.sessions=0", "signaling.sessions is \"0\" (--set); write a number from 1 to 10000000."),
                set(
                        "signaling.resume-window=2 days",
                        "signaling.resume-window is \"2 days\" (--set); write a number and ms, s, m, h or d, from 10ms to 86400s."),
                set("turn.user-quota=0", "turn.user-quota is \"0\" (--set); write a number from 1 to 1000000."),
                set(
                        "turn.total-quota=1000001",
                        "turn.total-quota is \"1000001\" (--set); write a number from 1 to 1000000."),
                set(
                        "metrics.listen=localhost",
                        "metrics.listen is \"localhost\" (--set); write host:port with an IP address or localhost, such as 127.0.0.1:8080 or [::1]:8080."),
                set("turn.relm=x", "turn.relm is not a key (--set); did you mean turn.realm?"),
                set(
                        "realm=x",
                        "realm is not a key (--set); the nearest one is turn.realm, and `postern serve --help` lists them all."),
                set("trun.realm=x", "trun.realm is not a key (--set); did you mean turn.realm?"),
                set("turn.relay_ports=1-2", "turn.relay_ports is not a key (--set); did you mean turn.relay-ports?"),
                set(
                        "turn=x",
                        "turn is a group of keys and holds no value itself (--set); one of its keys is turn.listen."),
                set(
                        "turn.users=ann",
                        "turn.users is a group of keys and holds no value itself (--set); one of its keys is turn.users.NAME."),
                set("turn.realm", "turn.realm has no value (--set turn.realm); write --set turn.realm=VALUE."),
                env(
                        "POSTERN_TURN_RELAY_PORTS=all",
                        "turn.relay-ports is \"all\" (environment variable POSTERN_TURN_RELAY_PORTS); write low-high, both from 1024 to 65535, such as 49152-65535."),
                env(
                        "POSTERN_TURN_RELM=x",
                        "POSTERN_TURN_RELM is not a variable that Postern reads; did you mean POSTERN_TURN_REALM?"),
                env(
                        "POSTERN_TRUN_REALM=x",
                        "POSTERN_TRUN_REALM is not a variable that Postern reads; did you mean POSTERN_TURN_REALM?"),
                env(
                        "POSTERN_TURN_USERS_ann=x",
                        "POSTERN_TURN_USERS_ann is not in upper case; write POSTERN_TURN_USERS_ANN, or name the user in the file or with --set, which keep its case."),
                yaml("turn: {relay-ports: [1, 2]}", "turn.relay-ports is a list (FILE:1); write one value."),
                yaml("\nturn:\n  relm: x", "turn.relm is not a key (FILE:3); did you mean turn.realm?"),
                yaml(
                        "turn:\n  realm: a\nstun.listen: []\nturn.realm: b",
                        "turn.realm stands twice (FILE:2 and line 4); leave one out."),
                yaml("turn:\n  realm: a\n  realm: b", "turn.realm stands twice (FILE:2 and line 3); leave one out."),
                yaml("turn:\n  realm:", "turn.realm has no value (FILE:2); write one or leave the key out."),
                yaml(
                        "turn:\n  listen:\n    - {udp: 1}",
                        "turn.listen holds something that is not text (FILE:2); write one value an item."),
                yaml(
                        "turn:\n  listen:\n    udp: 1",
                        "turn.listen.udp is not a key (FILE:3); the nearest one is turn.listen, and `postern serve --help` lists them all."),
                yaml("- a", "FILE:1 does not begin with a key; write lines such as turn.realm: example.org."),
                yaml(
                        "turn.realm: a\n---\nturn.realm: b",
                        "FILE:3 begins a second document; keep one document in the file."),
                yaml(
                        "turn.realm: &a x\nturn.shared-secret: *a",
                        "turn.shared-secret is a YAML alias (FILE:2); write its value out."),
                yaml(
                        "turn.user-quota: many",
                        "turn.user-quota is \"many\" (FILE:1); write a number from 1 to 1000000."));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void eachMistakeIsOneSentence(Case mistake) throws IOException {
        Path file = folder.resolve("postern.yaml");
        ConfigSources sources = switch (mistake.source) {
            case "set" -> ConfigSources.of(null, Map.of(), List.of(mistake.text));
            case "env" -> ConfigSources.of(null, variable(mistake.text), List.of());
            default -> ConfigSources.of(Files.writeString(file, mistake.text), Map.of(), List.of());
        };
        assertThat(sentencesOf(sources)).containsExactly(mistake.sentence.replace("FILE", file.toString()));
    }

    @Test
    void brokenYamlNamesItsLine() throws IOException {
        Path file = Files.writeString(folder.resolve("postern.yaml"), "turn:\n  listen: [::]:3478\n");
        assertThat(sentencesOf(ConfigSources.of(file, Map.of(), List.of())))
                .singleElement()
                .asString()
                .startsWith(file + ":2 is not YAML (")
                .endsWith("); put text that holds [ ] { } : or # in quotes and indent with spaces.");
    }

    @Test
    void missingFileSaysSo() {
        Path file = folder.resolve("nothing.yaml");
        assertThat(sentencesOf(ConfigSources.of(file, Map.of(), List.of())))
                .containsExactly("--config " + file + " does not exist; name a YAML file, or leave --config out.");
    }

    @Test
    void folderInsteadOfFileSaysSo() {
        assertThat(sentencesOf(ConfigSources.of(folder, Map.of(), List.of())))
                .containsExactly("--config " + folder
                        + " cannot be read (IOException); name a YAML file that this user may read.");
    }

    @Test
    void fileThatIsNotTextSaysSo() throws IOException {
        Path file = Files.write(folder.resolve("postern.yaml"), new byte[] {'a', ':', (byte) 0xff, (byte) 0xfe});
        assertThat(sentencesOf(ConfigSources.of(file, Map.of(), List.of())))
                .containsExactly("--config " + file + " is not UTF-8 text; name a YAML file.");
    }

    @Test
    void allMistakesAreSaidAtOnce() throws IOException {
        Path file = Files.writeString(folder.resolve("postern.yaml"), "turn.relm: x\nstun.listen: y\n");
        assertThat(sentencesOf(ConfigSources.of(file, Map.of("POSTERN_TURN_USER_QUOTA", "z"), List.of("turn=1"))))
                .hasSize(4);
    }

    @Test
    void noSentenceShowsASecret() {
        assertThat(sentencesOf(ConfigSources.of(
                        null, Map.of(), List.of("turn.shared-secret=hush\u0007", "turn.users.ann=hush\u0007"))))
                .hasSize(2)
                .noneMatch(sentence -> sentence.contains("hush"));
    }

    @Test
    void controlCharactersAndLengthOfAValueAreNotRepeated() {
        assertThat(sentencesOf(
                        ConfigSources.of(null, Map.of(), List.of("turn.relay-ports=\u001b[31m\n" + "x".repeat(500)))))
                .singleElement()
                .asString()
                .startsWith("turn.relay-ports is \"?[31m?xxx")
                .hasSizeLessThan(300);
    }

    private static List<String> sentencesOf(ConfigSources sources) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, sources::read);
        assertThat(refused).as("a refusal").isNotNull();
        return refused.sentences();
    }

    private static Map<String, String> variable(String assignment) {
        int equals = assignment.indexOf('=');
        return Map.of(assignment.substring(0, equals), assignment.substring(equals + 1));
    }

    private static Case set(String text, String sentence) {
        return new Case("set", text, sentence);
    }

    private static Case env(String text, String sentence) {
        return new Case("env", text, sentence);
    }

    private static Case yaml(String text, String sentence) {
        return new Case("yaml", text, sentence);
    }
}
