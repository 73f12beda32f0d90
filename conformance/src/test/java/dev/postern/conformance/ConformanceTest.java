package dev.postern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.conformance.cases.Cases;
import dev.postern.stun.TransportProtocol;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every numbered case against our engines, in virtual time, over each transport that it is about. */
class ConformanceTest {

    private static final List<TransportProtocol> TRANSPORTS =
            List.of(TransportProtocol.UDP, TransportProtocol.TCP, TransportProtocol.TLS);

    /** Cases that begin with a port that is even or reserved, which no allocation on a shared port can have: 508. */
    private static final Set<String> NOT_ON_A_SHARED_PORT =
            Set.of("rfc8656_053", "rfc8656_056", "rfc8656_057b", "rfc8656_062", "rfc8656_062b", "rfc8656_062c");

    @TestFactory
    Stream<DynamicTest> numberedCases() {
        return Cases.all().stream().filter(ConformanceTest::isVirtual).flatMap(theCase -> testsOf(theCase, 0));
    }

    /** Whether virtual time is enough for the case; what is not is for {@code ConformanceIT}. */
    static boolean isVirtual(Case theCase) {
        return !theCase.needs().contains(Need.SOCKETS) && !theCase.needs().contains(Need.TLS);
    }

    /** Where all allocations share one port. */
    @TestFactory
    Stream<DynamicTest> numberedCasesOnASharedPort() {
        return Cases.all().stream().filter(ConformanceTest::isVirtual).flatMap(theCase -> testsOf(theCase, 1));
    }

    private static Stream<DynamicTest> testsOf(Case theCase, int sharedPorts) {
        return TRANSPORTS.stream().filter(theCase.transports()::contains).map(transport -> {
            String over = theCase.transports().size() == 1 ? "" : " over " + transport;
            return DynamicTest.dynamicTest(theCase + over, () -> passes(theCase, transport, sharedPorts));
        });
    }

    private static void passes(Case theCase, TransportProtocol transport, int sharedPorts) {
        Result result = CaseRun.of(theCase, transport, () -> new VirtualWorld(theCase.setup(), sharedPorts), true);
        if (sharedPorts > 0 && NOT_ON_A_SHARED_PORT.contains(theCase.id())) {
            assertThat(result.outcome())
                    .as("%s: take it off the list", theCase)
                    .isInstanceOfSatisfying(
                            Outcome.Fail.class,
                            fail -> assertThat(fail.expectation()).contains("508"));
            return;
        }
        assertThat(result.outcome())
                .as(
                        "%s%n%s%n%s%nRFC: \"%s\"",
                        theCase, result.outcome().sentence(), result.transcript(), theCase.quote())
                .isInstanceOf(Outcome.Pass.class);
    }
}
