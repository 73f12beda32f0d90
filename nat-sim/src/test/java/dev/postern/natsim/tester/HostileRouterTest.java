package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.portmap.HttpMessage;
import dev.postern.natsim.portmap.IgdService;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Routers whose UPnP is broken or means ill: the tester says that there is none, says why in its observations, goes nowhere else, and
 * ends in time.
 */
class HostileRouterTest {

    private static final String HERE = "http://10.0.0.1:5000/d.xml";
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    /**
     * A router.
     *
     * @param location where it says that its description is
     * @param answer all that it sends over TCP, to the path that it is asked for
     * @param slow whether it sends one byte at a time
     * @param trouble what the tester says of it
     */
    private record Case(String name, String location, Function<String, String> answer, boolean slow, String trouble) {

        static Case of(String name, String answer, String trouble) {
            return new Case(name, HERE, path -> answer, false, trouble);
        }

        String answerTo(String request) {
            return answer.apply(request.split(" ", 3)[1]);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static String xml(String body) {
        return StandardCharsets.UTF_8
                .decode(HttpMessage.response(HttpMessage.OK, body).encode())
                .toString();
    }

    static List<Case> routers() {
        String bomb =
                "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><root>&b;</root>";
        String elsewhere = IgdService.description(1, "u", "http://10.0.0.66/ctl");
        return List.of(
                new Case(
                        "location elsewhere",
                        "http://10.0.0.66:5000/d.xml",
                        path -> "",
                        false,
                        "its description is said to be at http://10.0.0.66:5000/d.xml, which is not the router and not fetched"),
                new Case(
                        "location by name",
                        "http://router.lan/d.xml",
                        path -> "",
                        false,
                        "its description is said to be at http://router.lan/d.xml, which is not the router and not fetched"),
                new Case(
                        "file",
                        "file:///etc/passwd",
                        path -> "",
                        false,
                        "its description is said to be at file:///etc/passwd, which is not the router and not fetched"),
                new Case(
                        "escapes",
                        "http://10.0.0.9/\u001b[2J",
                        path -> "",
                        false,
                        "its description is said to be at http://10.0.0.9/?[2J, which is not the router and not fetched"),
                Case.of(
                        "redirect",
                        "HTTP/1.1 302 Found\r\nLocation: http://10.0.0.66/\r\nContent-Length: 0\r\n\r\n",
                        "no description: it sends elsewhere (302), where nothing is fetched"),
                Case.of(
                        "no such page",
                        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
                        "no description: status 404"),
                Case.of("giant head", OK + "X: y\r\n".repeat(10_000), "no description: its answer is too long"),
                Case.of("giant body", OK + "\r\n" + "x".repeat(200_000), "no description: its answer is too long"),
                Case.of(
                        "giant length",
                        OK + "Content-Length: 999999999\r\n\r\n",
                        "no description: its answer is too long"),
                new Case(
                        "slow",
                        HERE,
                        path -> OK + "\r\n" + "x".repeat(2000),
                        true,
                        "no description: it did not answer within 5 s"),
                Case.of("silent", "", "no description: it did not answer within 5 s"),
                Case.of("no HTTP", "SSH-2.0-dropbear\r\n\r\n", "no description: its answer is no HTTP"),
                Case.of("entity bomb", xml(bomb), "its description is no plain XML"),
                Case.of("deep", xml("<a>".repeat(5000)), "its description is no plain XML"),
                Case.of("no service", xml("<root/>"), "its description has no service that maps ports"),
                Case.of(
                        "service elsewhere",
                        xml(elsewhere),
                        "its service is said to be at http://10.0.0.66/ctl, which is not the router and not called"),
                Case.of(
                        "base elsewhere",
                        xml("<root><URLBase>http://10.0.0.66/</URLBase><service><serviceType>" + IgdService.TYPES.get(0)
                                + "</serviceType><controlURL>ctl</controlURL></service></root>"),
                        "its service is said to be at http://10.0.0.66/ctl, which is not the router and not called"));
    }

    @ParameterizedTest
    @MethodSource("routers")
    void routerIsSaidToHaveNone(Case router) {
        ScriptedRouter scene = new ScriptedRouter(router.location(), router::answerTo, router.slow());

        NatReport report = scene.test();

        assertThat(report.find(Topic.PORT_CONTROL).value()).isEqualTo(new PortControlSeen(false, false, 0));
        assertThat(report.observations())
                .extracting(Observation::text)
                .contains("UPnP IGD at 10.0.0.1: " + router.trouble());
        assertThat(report.find(Topic.MAPPED_PORT).isMeasured()).isFalse();
        assertThat(report.find(Topic.FILTERING).isMeasured()).isTrue();
        assertThat(scene.atVictim()).isEmpty();
    }

    static List<Case> services() {
        return List.of(
                Case.of("nothing", "", "no address (it did not answer within 5 s)"),
                Case.of("no answer in it", xml("<a/>"), "no address (status 200 without an answer)"),
                Case.of("a name", xml(answer("router.lan")), "no address (router.lan)"),
                Case.of("no address yet", xml(answer("0.0.0.0")), "no address (0.0.0.0)"),
                Case.of("escapes", xml(answer("\u007f;rm")), "no address (?;rm)"));
    }

    private static String answer(String address) {
        return "<Envelope><Body><GetExternalIPAddressResponse><NewExternalIPAddress>" + address
                + "</NewExternalIPAddress></GetExternalIPAddressResponse></Body></Envelope>";
    }

    /** A service that is there and answers nonsense: it is said to be there, and nothing comes of it. */
    @ParameterizedTest
    @MethodSource("services")
    void serviceThatAnswersNonsenseGivesNoPort(Case service) {
        String description = xml(IgdService.description(1, "u", "/ctl"));
        Case router = new Case(
                service.name(),
                HERE,
                path -> path.equals("/d.xml") ? description : service.answer().apply(path),
                false,
                service.trouble());
        ScriptedRouter scene = new ScriptedRouter(router.location(), router::answerTo, router.slow());

        NatReport report = scene.test();

        assertThat(report.find(Topic.PORT_CONTROL).value()).isEqualTo(new PortControlSeen(false, false, 1));
        assertThat(report.observations())
                .extracting(Observation::text)
                .contains("UPnP IGD:1 at 10.0.0.1: " + service.trouble());
        assertThat(report.find(Topic.NESTED).isMeasured()).isFalse();
        assertThat(report.find(Topic.MAPPED_PORT).isMeasured()).isFalse();
    }
}
