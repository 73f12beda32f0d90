package dev.postern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.conformance.cases.Cases;
import dev.postern.stun.TransportProtocol;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every numbered case against our engines, in virtual time, over each transport that it is about. */
class ConformanceTest {

    private static final List<TransportProtocol> TRANSPORTS =
            List.of(TransportProtocol.UDP, TransportProtocol.TCP, TransportProtocol.TLS);

    @TestFactory
    Stream<DynamicTest> numberedCases() {
        return Cases.all().stream().filter(ConformanceTest::isVirtual).flatMap(ConformanceTest::testsOf);
    }

    /** Whether virtual time is enough for the case; what is not is for {@code ConformanceIT}. */
    static boolean isVirtual(Case theCase) {
        return !theCase.needs().contains(Need.SOCKETS) && !theCase.needs().contains(Need.TLS);
    }

    private static Stream<DynamicTest> testsOf(Case theCase) {
        return TRANSPORTS.stream().filter(theCase.transports()::contains).map(transport -> {
            String over = theCase.transports().size() == 1 ? "" : " over " + transport;
            return DynamicTest.dynamicTest(theCase + over, () -> passes(theCase, transport));
        });
    }

    private static void passes(Case theCase, TransportProtocol transport) {
        Result result = CaseRun.of(theCase, transport, () -> new VirtualWorld(theCase.setup()), true);
        assertThat(result.outcome())
                .as(
                        "%s%n%s%n%s%nRFC: \"%s\"",
                        theCase, result.outcome().sentence(), result.transcript(), theCase.quote())
                .isInstanceOf(Outcome.Pass.class);
    }
}
