package dev.postern.natsim.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Tests in the network of a scenario file, without ice4j. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NatLabFileTest {

    /** Tests as a user writes them, right ones and wrong ones; run by those below. */
    static class Samples {

        @NatLab(file = "roaming.yaml")
        void eventsHappenAtTheirTime(Lab lab) throws IOException {
            assertThat(lab.nats()).isEqualTo("roaming.yaml");
            assertThat(lab.seed()).isEqualTo(11);
            assertThat(lab.a().name()).isEqualTo("phone");
            assertThat(lab.b().name()).isEqualTo("office");
            assertThat(lab.a().outside().getHostAddress()).isEqualTo("198.51.100.1");
            assertThat(lab.predicted().label()).isEqualTo("direct");

            lab.pass(Duration.ofSeconds(11));

            assertThat(lab.a().outside().getHostAddress()).isEqualTo("198.51.100.2");
            assertThat(lab.a().address().getHostAddress()).isEqualTo("100.64.0.9");
            DatagramSocket office = lab.b().socket(80);
            try (DatagramSocket phone = lab.a().socket()) {
                phone.send(new DatagramPacket(new byte[10], 10, lab.b().address(), 80));
                office.receive(new DatagramPacket(new byte[10], 10));
            }
        }

        @NatLab(file = "/dev/postern/natsim/junit/roaming.yaml", a = "kiosk", b = "phone")
        @Seeds(2)
        void hostsAreChosen(Lab lab) {
            assertThat(lab.a().name()).isEqualTo("kiosk");
            assertThat(lab.b().name()).isEqualTo("phone");
            assertThat(lab.peer("office").address().getHostAddress()).isEqualTo("203.0.113.7");
            assertThatThrownBy(() -> lab.peer("ofice"))
                    .hasMessage(
                            "no host of /dev/postern/natsim/junit/roaming.yaml is called \"ofice\"; did you mean office?");
            assertThatThrownBy(lab::server)
                    .hasMessage("/dev/postern/natsim/junit/roaming.yaml has no server; write one under servers.");
        }

        @NatLab(file = "src/test/resources/dev/postern/natsim/junit/roaming.yaml", b = "phone")
        void fileOfTheFileSystem(Lab lab) {
            assertThat(lab.a().name()).isEqualTo("office");
            lab.assertNotConnected();
        }

        @NatLab(file = "crowded.yaml")
        void eventThatCannotBe(Lab lab) {
            lab.pass(Duration.ofSeconds(2));
        }

        @NatLab(file = "no/such.yaml")
        void isNotThere(Lab lab) {}

        @NatLab(file = "wrong.yaml")
        void hasMistakes(Lab lab) {}

        @NatLab(file = "lonely.yaml")
        void hasOneHost(Lab lab) {}

        @NatLab(file = "roaming.yaml", a = "fone")
        void namesNobody(Lab lab) {}

        @NatLab(file = "roaming.yaml", a = "phone", b = "phone")
        void namesOneTwice(Lab lab) {}

        @NatLab(file = "roaming.yaml", server = "turn")
        void namesNoServer(Lab lab) {}

        @NatLab(value = "open x open", file = "roaming.yaml")
        void hasNatsToo(Lab lab) {}

        @NatLab(value = "open x open", a = "phone")
        void hasNoFile(Lab lab) {}
    }

    @Test
    void labIsTheNetworkOfTheFile() {
        assertThat(names("eventsHappenAtTheirTime")).containsExactly("roaming.yaml, seed 11");
        assertThat(names("hostsAreChosen"))
                .containsExactly(
                        "/dev/postern/natsim/junit/roaming.yaml, seed 1",
                        "/dev/postern/natsim/junit/roaming.yaml, seed 2");
        assertThat(names("fileOfTheFileSystem")).hasSize(1);
    }

    @Test
    void eventThatCannotBeFailsTheTest() {
        assertThat(failure(run("eventThatCannotBe").testEvents()))
                .hasMessageStartingWith(
                        "not all events of crowded.yaml could happen: phone roams to home as 10.0.0.2: cannot be: ")
                .hasMessageContaining(
                        "\n  lab: crowded.yaml, seed 1; the oracle predicts direct, without a TURN server\n");
    }

    @Test
    void mistakesAreSentences() {
        assertThat(mistake("isNotThere"))
                .isEqualTo("no scenario is at \"no/such.yaml\": neither a resource beside " + Samples.class.getName()
                        + " or at the root of its class path, nor the file "
                        + Path.of("no/such.yaml").toAbsolutePath() + ".");
        assertThat(mistake("hasMistakes"))
                .isEqualTo("wrong.yaml:3: \"adress\" is not a key of a host; did you mean address?\n"
                        + "wrong.yaml:3: address is missing here; write an IP address such as 198.51.100.1 or 2001:db8::1,"
                        + " or a list of such.");
        assertThat(mistake("hasOneHost")).isEqualTo("lonely.yaml has 1 hosts; write at least two, A and B.");
        assertThat(mistake("namesNobody"))
                .isEqualTo("a is \"fone\", but no host of roaming.yaml has that name; did you mean phone?");
        assertThat(mistake("namesOneTwice")).isEqualTo("a and b are both \"phone\"; name two hosts of roaming.yaml.");
        assertThat(mistake("namesNoServer"))
                .isEqualTo(
                        "server is \"turn\", but no server of roaming.yaml has that name; there is none to choose from.");
        assertThat(mistake("hasNatsToo"))
                .isEqualTo("the file roaming.yaml has its own NATs and its own seed; leave value and seed out, or write"
                        + " @Seeds beside it.");
        assertThat(mistake("hasNoFile")).isEqualTo("a, b and server are names of a file; write file beside them.");
    }

    private static EngineExecutionResults run(String method) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(Samples.class, method, Lab.class.getName()))
                .execute();
    }

    /** The names of the runs, which must all succeed. */
    private static List<String> names(String method) {
        Events tests = run(method).testEvents();
        assertThat(throwables(tests)).isEmpty();
        return tests.succeeded().stream()
                .map(event -> event.getTestDescriptor().getDisplayName())
                .toList();
    }

    private static String mistake(String method) {
        String head = "NatLabFileTest$Samples#" + method + ": ";
        Throwable failure = failure(run(method).allEvents());
        assertThat(failure).hasMessageStartingWith(head);
        return String.valueOf(failure.getMessage()).substring(head.length());
    }

    private static Throwable failure(Events events) {
        List<Throwable> all = throwables(events);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private static List<Throwable> throwables(Events events) {
        return events.failed().stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                .map(result -> result.getThrowable().orElseThrow())
                .toList();
    }
}
