package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.signaling.SignalingConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** An Origin and, behind a line feed, a Host: who is let in is the listed page, or one of the host that was asked, as another reader of URLs reads it. */
class OriginFuzz {

    private static final String LISTED = "https://app.example";
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Admission admission = new Admission(
            SignalingConfig.builder().allowedOrigins(List.of(LISTED)).build(), new AddressLimits(10));

    @FuzzTest(maxDuration = "10m")
    void whoIsLetInIsTheListedPageOrOneOfTheHostThatWasAsked(byte[] input) {
        String[] lines = new String(input, StandardCharsets.ISO_8859_1).split("\n", 2);
        String origin = lines[0];
        String host = lines.length == 1 ? "" : lines[1];
        for (boolean isSecure : new boolean[] {false, true}) {
            Knock knock = new Knock(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                    isSecure,
                    List.of(origin),
                    host,
                    null,
                    List.of());
            Refusal refusal = admission.ofUpgrade(knock);
            if (refusal == null && !origin.equals(LISTED) && !origin.equals(LISTED + ":" + HTTPS_PORT)) {
                assertIsOfTheHost(origin, host, isSecure);
            } else if (refusal != null) {
                assertThat(refusal).isEqualTo(Refusal.ORIGIN_NOT_ALLOWED);
            }
        }
    }

    private static void assertIsOfTheHost(String origin, String host, boolean isSecure) {
        URI page;
        try {
            page = new URI(origin);
        } catch (URISyntaxException e) { // brackets around what is no address, which no browser writes
            String[] parts = origin.split("://", 2);
            assertThat(parts[1]).startsWith("[");
            assertThat(place(parts[0], parts[1])).isEqualTo(place(parts[0], host.toLowerCase(Locale.ROOT)));
            return;
        }
        assertThat(page.getScheme()).isIn(isSecure ? List.of("https") : List.of("http", "https"));
        assertThat(page.getRawUserInfo()).isNull();
        assertThat(page.getRawPath()).isEmpty();
        assertThat(page.getRawQuery()).isNull();
        assertThat(page.getRawFragment()).isNull();
        assertThat(place(page.getScheme(), page.getRawAuthority()))
                .isEqualTo(place(page.getScheme(), host.toLowerCase(Locale.ROOT)));
    }

    private static String place(String scheme, String authority) {
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        int port = hasPort
                ? Integer.parseInt(authority.substring(colon + 1))
                : scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
        return (hasPort ? authority.substring(0, colon) : authority) + ":" + port;
    }
}
