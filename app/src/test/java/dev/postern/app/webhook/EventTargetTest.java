package dev.postern.app.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.IpPrefix;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Security case 32: which addresses the name of a webhook may lead to. */
class EventTargetTest {

    private static final List<IpPrefix> EVERYTHING = List.of(IpPrefix.parse("0.0.0.0/0"), IpPrefix.parse("::/0"));

    private static EventTarget target(String url, List<IpPrefix> listed) {
        return new EventTarget(URI.create(url), listed);
    }

    private static boolean mayBe(EventTarget target, String address) throws Exception {
        return target.mayBe(InetAddress.getByName(address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "8.8.8.8", "223.255.255.255", "2606:4700::1111", "2a00::1"})
    void c32_addressesOfTheInternetAreAllowed(String address) throws Exception {
        assertThat(mayBe(target("https://hooks.example/", List.of()), address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "127.0.0.1",
                "::1",
                "fc00::1",
                "fd12::1",
                "192.0.2.1",
                "198.18.0.1",
                "64:ff9b::a00:1",
                "2002:a00:1::1",
                "2001::1",
                "::ffff:10.0.0.1"
            })
    void c32_privateAddressesAreAllowedOnlyIfTheyAreListed(String address) throws Exception {
        assertThat(mayBe(target("https://hooks.example/", List.of()), address)).isFalse();
        assertThat(mayBe(target("https://hooks.example/", EVERYTHING), address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.0.1",
                "168.63.129.16",
                "100.100.100.200",
                "0.0.0.0",
                "224.0.0.1",
                "255.255.255.255",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                "::",
                "fd00:ec2::254",
                "::ffff:169.254.169.254"
            })
    void c32_linkLocalAddressesAndMetadataServicesAreNeverAllowed(String address) throws Exception {
        assertThat(mayBe(target("https://hooks.example/", EVERYTHING), address)).isFalse();
        assertThat(mayBe(target("http://127.0.0.1:8080/", EVERYTHING), address)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8080/x", "http://[::1]/", "http://localhost/x", "https://localhost/"})
    void c32_loopbackIsAllowedWhereTheUrlSaysSo(String url) throws Exception {
        assertThat(mayBe(target(url, List.of()), "127.0.0.1")).isTrue();
        assertThat(mayBe(target(url, List.of()), "10.0.0.1")).isFalse();
    }

    @Test
    void c32_aNameThatLeadsToALiteralPrivateAddressIsRefused() {
        assertThatThrownBy(() ->
                        target("https://169.254.169.254/latest", List.of()).resolve())
                .isInstanceOf(EventTarget.RefusedAddressException.class);
        assertThatThrownBy(() -> target("https://10.1.2.3/", List.of()).resolve())
                .isInstanceOf(EventTarget.RefusedAddressException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "https://hooks.example, hooks.example, 443, hooks.example, /",
        "https://hooks.example:8443/a?b=c, hooks.example, 8443, hooks.example:8443, /a?b=c",
        "http://[::1]:81/a%20b, ::1, 81, [::1]:81, /a%20b"
    })
    void theRequestNamesWhatTheUrlNames(String url, String host, int port, String authority, String path) {
        EventTarget target = target(url, List.of());
        assertThat(target.host()).isEqualTo(host);
        assertThat(target.port()).isEqualTo(port);
        assertThat(target.authority()).isEqualTo(authority);
        assertThat(target.path()).isEqualTo(path);
    }
}
