package dev.postern.natsim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.stun.IpAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.StringTokenizer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page as a file: what is in it, and that nothing of a run can become part of the page. */
class HtmlReportTest {

    private static final String EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&\"'\u2028";
    private static final Pattern SCRIPT = Pattern.compile("<script type=\"module\">(.*?)</script>", Pattern.DOTALL);
    private static final Pattern DATA =
            Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

    private static RunRecord run(String name, int packets) {
        VirtualNet net = new VirtualNet(1).keepTables(VirtualNet.TABLE_CHANGES);
        Zone home = net.zone(name + " home");
        net.nat(name, home, net.internet(), NatBehaviour.symmetric(), IpAddress.parse("198.51.100.1"), Link.PERFECT);
        Host host = net.host(name + " host", home, IpAddress.parse("10.0.0.2"), Link.PERFECT);
        UdpPort server = net.host("server", net.internet(), IpAddress.parse("203.0.113.10"), Link.PERFECT)
                .open(1, (now, from, data) -> {});
        UdpPort port = host.open(1, (now, from, data) -> {});
        for (int i = 0; i < packets; i++) {
            port.send(server.address(), ByteBuffer.allocate(1));
        }
        net.runUntil(1);
        return RunRecord.of(net, new RunRecord.Summary(name, name, name, name, false, name));
    }

    private static String data(String page) {
        Matcher matcher = DATA.matcher(page);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    @Test
    void whatComesFromARunStaysData() {
        String page = HtmlReport.of(EVIL, List.of(EVIL), List.of(run(EVIL, 1)), EVIL);

        assertThat(page.replaceAll("(?s)<script.*?</script>", "")).doesNotContain("<img", "<script");
        assertThat(data(page)).doesNotContain("<", ">", "&", "\u2028");
        assertThat(Collections.list(new StringTokenizer(page, "<")).stream()
                        .filter(part -> part.toString().startsWith("script")))
                .hasSize(2);
    }

    @Test
    void pageLoadsNothingAndRunsItsOwnScriptAlone() throws Exception {
        String page = HtmlReport.of("title", List.of(), List.of(run("run", 1)), "");
        Matcher script = SCRIPT.matcher(page);
        assertThat(script.find()).isTrue();
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(script.group(1).getBytes(StandardCharsets.UTF_8));

        assertThat(page)
                .contains("default-src 'none'")
                .contains("script-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'")
                .doesNotContain("https:", "src=", "href=\"http", "@import", "url(");
    }

    @Test
    void stepsAreInTheDataWithTheirReasons() {
        assertThat(data(HtmlReport.of("title", List.of("a fact"), List.of(run("r", 1)), "folder")))
                .contains("\"title\":\"title\",\"facts\":[\"a fact\"],\"captures\":\"folder\"")
                .contains("\"capture\":\"r-seed-1.pcapng\"")
                .contains("\"steps\":[[0,0,0,0,1,2,1,3,4],[0,0,1,5,6,2,1,3,4],[0,0,2,7,6,2,1,3,4]]")
                .contains("\"strings\":[\"r host\",\"10.0.0.2:1\",\"203.0.113.10:1\",\"UDP data, 1 byte\",\"\",\"r\"");
    }

    @Test
    void longRunIsCutAndSaysWhereItBegins() {
        RunRecord run = run("long", RunJson.MAX_STEPS);
        String data = data(HtmlReport.of("title", List.of(), List.of(run), ""));

        assertThat(run.events()).hasSize(3 * RunJson.MAX_STEPS);
        assertThat(data).contains("\"firstStep\":" + 2 * RunJson.MAX_STEPS + ",");
    }

    @Test
    void moreRunsThanAPageHoldsAreCounted() {
        RunRecord run = run("r", 0);
        String data = data(HtmlReport.of("title", List.of(), Collections.nCopies(HtmlReport.MAX_RUNS + 3, run), ""));

        assertThat(data).contains("\"runsLeftOut\":3,");
    }

    @Test
    void matrixSaysHowOftenEachOutcomeCame() {
        RunRecord run = run("r", 0);
        List<Matrix.Attempt> attempts = List.of(
                new Matrix.Attempt(1, "relay", false, 300),
                new Matrix.Attempt(2, "direct", true, 20.5),
                new Matrix.Attempt(3, "direct", true, 10));
        Matrix matrix = new Matrix(
                "rows",
                "columns",
                List.of("x"),
                List.of("y"),
                List.of(new Matrix.Cell("direct", attempts, List.of(run))));

        assertThat(data(HtmlReport.of("title", List.of(), matrix, "")))
                .contains("\"attempts\":3,\"asExpected\":2,\"outcomes\":[[\"direct\",2],[\"relay\",1]],"
                        + "\"medianMicros\":20500,\"p95Micros\":300000,\"runs\":[0]");
    }

    @Test
    void matrixThatIsNotFullIsRefused() {
        assertThatThrownBy(() -> new Matrix("", "", List.of("x"), List.of("y"), List.of()))
                .hasMessage("0 cells for 1 rows and 1 columns");
    }

    @Test
    void captureNamesHaveNothingInThemThatAShellOrAFolderWouldTake() {
        assertThat(run("../A & B\u0000 \"x\"", 0).captureName()).isEqualTo("a-b-x-seed-1.pcapng");
        assertThat(run("..", 0).captureName()).isEqualTo("run-seed-1.pcapng");
        assertThat(run("x".repeat(500), 0).captureName()).hasSize(80 + "-seed-1.pcapng".length());
    }
}
