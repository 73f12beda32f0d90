package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a client writes into the header of a proxy, which writes its own element behind it: it is read or refused, and never changes
 * what the proxy says.
 */
class ForwardedFuzz {

    private static final List<String> OF_A_PROXY = List.of(
            "for=192.0.2.7",
            "for=\"[2001:db8::7]:4711\"",
            "for=192.0.2.7;proto=https;by=203.0.113.43",
            "proto=http;for=\"192.0.2.7:80\"");

    @FuzzTest(maxDuration = "10m")
    void whatAClientWritesNeverChangesWhatTheProxySaysBehindIt(byte[] input) {
        String clients = new String(input, StandardCharsets.ISO_8859_1);
        List<ForwardedElement> alone = ForwardedElement.ofForwarded(clients);
        for (String own : OF_A_PROXY) {
            List<ForwardedElement> said = Objects.requireNonNull(ForwardedElement.ofForwarded(own));
            assertThat(said).hasSize(1);
            List<ForwardedElement> both = ForwardedElement.ofForwarded(clients + ", " + own);
            if (alone == null) {
                assertThat(both).isNull();
            } else {
                List<ForwardedElement> expected = new ArrayList<>(alone);
                expected.addAll(said);
                assertThat(both).isEqualTo(expected);
            }
        }
        older(clients);
    }

    private static void older(String clients) {
        List<ForwardedElement> elements =
                ForwardedElement.ofOlderHeaders(List.of(clients + ",192.0.2.7"), List.of(clients + ",https"));
        ForwardedElement last = elements.get(elements.size() - 1);
        assertThat(last).isEqualTo(new ForwardedElement(new InetSocketAddress("192.0.2.7", 0), true));
        for (ForwardedElement element : elements) {
            InetSocketAddress client = element.client();
            assertThat(client == null || !client.isUnresolved()).isTrue();
        }
    }
}
