package dev.postern.natsim.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** What the annotations make of a test, without ice4j. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NatLabTest {

    /** Tests as a user writes them, right ones and wrong ones; run by those below. */
    static class Samples {

        @NatLab("home/cgn x pan-os-dipp")
        void single(Lab lab) {
            assertThat(lab.nats()).isEqualTo("home/cgn x pan-os-dipp");
            assertThat(lab.seed()).isEqualTo(1);
        }

        @NatLab("home-port  x  cgn-sym")
        @Seeds(value = 3, first = 7)
        void seeds(Lab lab) {
            assertThat(lab.predicted().label()).isEqualTo("relay");
        }

        @NatMatrix(
                rows = {"open", "home-port/cgn"},
                columns = {"sym", "blocked"})
        @Seeds(2)
        void matrix(Lab lab) {
            assertThat(lab.nats()).contains(" x ");
        }

        @NatMatrix
        void wholeMatrix() {}

        @NatLab("home-prt x cgn-sym")
        void wrongName(Lab lab) {}

        @NatLab("home-port cgn-sym")
        void onePeer(Lab lab) {}

        @NatLab("home-port x fw/")
        void nothingAfterTheSlash(Lab lab) {}

        @Test
        @NatLab("open x open")
        void testTwice(Lab lab) {}

        @NatMatrix
        @NatLab("open x open")
        void matrixAndLab(Lab lab) {}

        @Seeds(5)
        void seedsAlone(Lab lab) {}

        @NatLab("open x open")
        @Seeds(0)
        void noSeed(Lab lab) {}

        @NatLab("open x blocked")
        void failsByItself(Lab lab) throws IOException {
            punch(lab);
            throw new IllegalStateException("no answer");
        }

        @NatLab("open x open")
        void isAborted(Lab lab) {
            Assumptions.abort("not today");
        }

        @NatLab("home-port x home-port")
        void holesArePunched(Lab lab) throws IOException {
            punch(lab);
            lab.assertDirect();
        }

        @NatLab("home-port/fw x open")
        void rebootForgets(Lab lab) throws IOException {
            DatagramSocket a = lab.a().socket(5000);
            DatagramSocket b = lab.b().socket(5000);
            a.send(new DatagramPacket(new byte[10], 10, lab.b().outside(), 5000));
            hear(b);
            lab.net().run(net -> lab.a().nats().get(0).reboot());
            b.send(new DatagramPacket(new byte[10], 10, lab.a().outside(), 5000));
            lab.pass(Duration.ofSeconds(1));
            assertThat(lab.why()).contains("dropped at A's router 1: no mapping: ", "A's router 1 rebooted");
        }

        @NatLab("home-port x cgn-sym")
        void holesAreNotPunched(Lab lab) throws IOException {
            punch(lab);
            lab.assertDirect();
        }

        @NatLab("home-gateway-30s x open")
        void timePasses(Lab lab) {
            lab.pass(Duration.ofMinutes(10));
            assertThat(lab.now()).isGreaterThanOrEqualTo(Duration.ofMinutes(10));
        }

        /** Each sends twice to where the other would be if its NAT kept the port: the first may come before its own has left. */
        private static void punch(Lab lab) throws IOException {
            DatagramSocket a = lab.a().socket(5000);
            DatagramSocket b = lab.b().socket(5000);
            a.setSoTimeout(1000);
            b.setSoTimeout(1000);
            DatagramPacket toB = new DatagramPacket(new byte[10], 10, lab.b().outside(), 5000);
            DatagramPacket toA = new DatagramPacket(new byte[10], 10, lab.a().outside(), 5000);
            for (int i = 0; i < 2; i++) {
                a.send(toB);
                b.send(toA);
                hear(a);
                hear(b);
            }
        }

        private static void hear(DatagramSocket socket) throws IOException {
            try {
                socket.receive(new DatagramPacket(new byte[10], 10));
            } catch (SocketTimeoutException e) {
                return;
            }
        }
    }

    @NatLab("sym x sym")
    static class OnTheClass {

        @Test
        void plainTestMayTakeTheLab(Lab lab) {
            assertThat(lab.nats()).isEqualTo("sym x sym");
        }

        @NatLab("open x sym")
        void methodGoesBefore(Lab lab) {
            assertThat(lab.nats()).isEqualTo("open x sym");
        }
    }

    @Test
    void seedsAndCellsAreRunsWithTheirNames() {
        assertThat(names(Samples.class, "single", Map.of())).containsExactly("home/cgn x pan-os-dipp, seed 1");
        assertThat(names(Samples.class, "seeds", Map.of()))
                .containsExactly(
                        "home-port x cgn-sym, seed 7", "home-port x cgn-sym, seed 8", "home-port x cgn-sym, seed 9");
        assertThat(names(Samples.class, "matrix", Map.of()))
                .containsExactly(
                        "open x sym, seed 1",
                        "open x sym, seed 2",
                        "open x blocked, seed 1",
                        "open x blocked, seed 2",
                        "home-port/cgn x sym, seed 1",
                        "home-port/cgn x sym, seed 2",
                        "home-port/cgn x blocked, seed 1",
                        "home-port/cgn x blocked, seed 2");
        assertThat(names(Samples.class, "wholeMatrix", Map.of()))
                .hasSize(64)
                .contains("symmetric-sequential x udp-blocked, seed 1");
    }

    @Test
    void oneSeedAndOneCellAreRunAgain() {
        assertThat(names(Samples.class, "seeds", Map.of(Seeds.PARAMETER, "-77")))
                .containsExactly("home-port x cgn-sym, seed -77");
        Map<String, String> cell = Map.of(Seeds.PARAMETER, "2", NatMatrix.PARAMETER, "open x  blocked");
        assertThat(names(Samples.class, "matrix", cell)).containsExactly("open x blocked, seed 2");
        assertThat(names(Samples.class, "wholeMatrix", cell)).isEmpty();
    }

    @Test
    void classLevelHoldsForAllItsTests() {
        assertThat(names(OnTheClass.class, "plainTestMayTakeTheLab", Map.of())).hasSize(1);
        assertThat(names(OnTheClass.class, "methodGoesBefore", Map.of())).containsExactly("open x sym, seed 1");
    }

    @Test
    void mistakesAreOneSentence() {
        assertThat(mistake("wrongName")).isEqualTo("no NAT is called \"home-prt\"; did you mean home-port?");
        assertThat(mistake("onePeer"))
                .isEqualTo("\"home-port cgn-sym\" does not name the NATs of two peers; write such as"
                        + " \"home-port x cgn-sym\".");
        assertThat(mistake("nothingAfterTheSlash"))
                .isEqualTo("a NAT is missing; write such as \"home-port x cgn-sym\".");
        assertThat(mistake("testTwice"))
                .isEqualTo("take @Test away: @NatLab, @NatMatrix and @Seeds make a test of a method themselves.");
        assertThat(mistake("matrixAndLab")).isEqualTo("use @NatLab or @NatMatrix, not both.");
        assertThat(mistake("seedsAlone"))
                .isEqualTo("say which NATs: put @NatLab(\"home-port x cgn-sym\") or @NatMatrix beside it.");
        assertThat(mistake("noSeed")).isEqualTo("@Seeds is 0; write 1 to 10000.");
    }

    @Test
    void whatFailsByItselfIsExplainedToo() {
        Throwable failure =
                failure(run(Samples.class, "failsByItself", Map.of()).testEvents());

        assertThat(failure)
                .hasMessageStartingWith("java.lang.IllegalStateException: no answer\n"
                        + "  why: A (behind open) and B (behind blocked): none of 2 packets from A to B arrived"
                        + " (2 dropped at B's router: UDP is blocked: ")
                .hasMessageContaining("\n  lab: open x blocked, seed 1; the oracle predicts none")
                .hasMessageEndingWith(
                        "\n  again: mvn test \"-Dtest=NatLabTest$Samples#failsByItself\" -Dpostern.natlab.seed=1")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void abortedTestStaysAborted() {
        run(Samples.class, "isAborted", Map.of()).testEvents().assertStatistics(counts -> counts.aborted(1));
    }

    @Test
    void plainSocketsMeetOrNot() {
        assertThat(names(Samples.class, "holesArePunched", Map.of())).hasSize(1);
        assertThat(names(Samples.class, "rebootForgets", Map.of())).hasSize(1);
        assertThat(failure(run(Samples.class, "holesAreNotPunched", Map.of()).testEvents()))
                .hasMessageStartingWith("A and B are not connected, but should be connected directly\n  why: ");
    }

    @Test
    void tenMinutesPassInLessThanAMinute() {
        assertThat(names(Samples.class, "timePasses", Map.of())).hasSize(1);
    }

    private static EngineExecutionResults run(Class<?> type, String method, Map<String, String> parameters) {
        return EngineTestKit.engine("junit-jupiter")
                .configurationParameters(parameters)
                .selectors(selectMethod(type, onlyMethod(type, method)))
                .execute();
    }

    private static Method onlyMethod(Class<?> type, String name) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The names of the runs, which must all succeed. */
    private static List<String> names(Class<?> type, String method, Map<String, String> parameters) {
        Events tests = run(type, method, parameters).testEvents();
        assertThat(throwables(tests)).isEmpty();
        return tests.succeeded().stream()
                .map(event -> event.getTestDescriptor().getDisplayName())
                .toList();
    }

    private static String mistake(String method) {
        Throwable failure = failure(run(Samples.class, method, Map.of()).allEvents());
        assertThat(failure).hasMessageStartingWith("NatLabTest$Samples#" + method + ": ");
        return String.valueOf(failure.getMessage()).substring(("NatLabTest$Samples#" + method + ": ").length());
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
