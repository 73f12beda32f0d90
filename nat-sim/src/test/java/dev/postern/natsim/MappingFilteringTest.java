package dev.postern.natsim;

import static dev.postern.natsim.Packets.at;
import static dev.postern.natsim.Packets.ip;
import static dev.postern.natsim.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each of the nine pairs of mapping and filtering, with each kind of hairpin, against an expectation of its own.
 *
 * <p>Host I (10.0.0.2:5000) sends to P = 198.51.100.1:80, Q = 198.51.100.1:81 and R = 198.51.100.2:80, in this order, and
 * gets sequential ports from 61000 on. Then each of P, Q, R and the strangers S = 198.51.100.1:99 (an address that was
 * contacted) and T = 198.51.100.9:80 (one that was not) sends to the mapping that I has towards P.
 */
class MappingFilteringTest {

    private static final String INSIDE = "10.0.0.2:5000";
    private static final String NEIGHBOUR = "10.0.0.3:5000";

    /**
     * One NAT.
     *
     * @param ports the external ports towards P, Q and R
     * @param letIn who of P, Q, R, S, T comes in through the port towards P
     * @param hairpin what a neighbour hears of I, who sends to the neighbour's mapping towards P
     */
    private record Case(
            Mapping mapping, Filtering filtering, Hairpin kind, List<Integer> ports, String letIn, String hairpin) {}

    private static final String NOTHING = "no hairpin: 10.0.0.2:5000 sent to this NAT's own address 203.0.113.1:61009";

    static Stream<Case> cases() {
        return Stream.of(
                        eim(
                                Filtering.EIF,
                                "PQRST",
                                "10.0.0.3:5000 hears 203.0.113.1:61000",
                                "10.0.0.3:5000 hears 10.0.0.2:5000"),
                        eim(Filtering.ADF, "PQRS", "ADF: 203.0.113.1 never contacted from mapping :61009", ""),
                        eim(Filtering.APDF, "PQR", "APDF: 203.0.113.1:61000 never contacted from mapping :61009", ""),
                        adm(
                                Filtering.EIF,
                                "PQRST",
                                "10.0.0.3:5000 hears 203.0.113.1:61002",
                                "10.0.0.3:5000 hears 10.0.0.2:5000"),
                        adm(Filtering.ADF, "PQS", "ADF: 203.0.113.1 never contacted from mapping :61009", ""),
                        adm(Filtering.APDF, "PQ", "APDF: 203.0.113.1:61002 never contacted from mapping :61009", ""),
                        apdm(
                                Filtering.EIF,
                                "PQRST",
                                "10.0.0.3:5000 hears 203.0.113.1:61003",
                                "10.0.0.3:5000 hears 10.0.0.2:5000"),
                        apdm(Filtering.ADF, "PQS", "ADF: 203.0.113.1 never contacted from mapping :61009", ""),
                        apdm(Filtering.APDF, "P", "APDF: 203.0.113.1:61003 never contacted from mapping :61009", ""))
                .flatMap(List::stream);
    }

    private static List<Case> eim(Filtering filtering, String letIn, String external, String internal) {
        return three(Mapping.EIM, filtering, List.of(61000, 61000, 61000), letIn, external, internal);
    }

    private static List<Case> adm(Filtering filtering, String letIn, String external, String internal) {
        return three(Mapping.ADM, filtering, List.of(61000, 61000, 61001), letIn, external, internal);
    }

    private static List<Case> apdm(Filtering filtering, String letIn, String external, String internal) {
        return three(Mapping.APDM, filtering, List.of(61000, 61001, 61002), letIn, external, internal);
    }

    private static List<Case> three(
            Mapping mapping, Filtering filtering, List<Integer> ports, String letIn, String external, String internal) {
        String leaked = internal.isEmpty() ? external : internal;
        return List.of(
                new Case(mapping, filtering, Hairpin.NONE, ports, letIn, NOTHING),
                new Case(mapping, filtering, Hairpin.EXTERNAL_SOURCE, ports, letIn, external),
                new Case(mapping, filtering, Hairpin.INTERNAL_SOURCE, ports, letIn, leaked));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void mappingDecidesWhichDestinationsShareAPort(Case expected) {
        assertThat(sendToThree(nat(expected))).isEqualTo(expected.ports());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void filteringDecidesWhoComesIn(Case expected) {
        NatBox nat = nat(expected);
        sendToThree(nat);

        StringBuilder letIn = new StringBuilder();
        List.of("P 198.51.100.1:80", "Q 198.51.100.1:81", "R 198.51.100.2:80", "S 198.51.100.1:99", "T 198.51.100.9:80")
                .forEach(sender -> {
                    String[] word = sender.split(" ");
                    Verdict verdict = nat.inbound(udp(word[1], "203.0.113.1:61000"), 0);
                    if (verdict instanceof Verdict.Forward forward) {
                        assertThat(forward.packet()).isEqualTo(udp(word[1], INSIDE));
                        assertThat(forward.to()).isEqualTo(Side.INSIDE);
                        letIn.append(word[0]);
                    } else {
                        assertThat(((Verdict.Drop) verdict).reason()).isEqualTo(DropReason.FILTERED);
                    }
                });

        assertThat(letIn).hasToString(expected.letIn());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void hairpinKindDecidesWhatANeighbourHears(Case expected) {
        NatBox nat = nat(expected);
        sendToThree(nat);
        nat.outbound(udp(NEIGHBOUR, "198.51.100.1:80"), 0);

        Verdict verdict = nat.outbound(udp(INSIDE, "203.0.113.1:61009"), 0);

        assertThat(words(verdict)).isEqualTo(expected.hairpin());
    }

    private static String words(Verdict verdict) {
        if (verdict instanceof Verdict.Forward forward) {
            assertThat(forward.to()).isEqualTo(Side.INSIDE);
            return forward.packet().destination() + " hears " + forward.packet().source();
        }
        return ((Verdict.Drop) verdict).sentence();
    }

    private static List<Integer> sendToThree(NatBox nat) {
        return Stream.of("198.51.100.1:80", "198.51.100.1:81", "198.51.100.2:80")
                .map(destination -> portOf(nat.outbound(udp(INSIDE, destination), 0)))
                .toList();
    }

    private static int portOf(Verdict verdict) {
        return ((Verdict.Forward) verdict).packet().source().port();
    }

    /** Ports go up from 61000, but the neighbour always gets 61009. */
    private static NatBox nat(Case expected) {
        RangedPorts rule = new RangedPorts(behaviour(expected), new Random(1));
        return new NatBox(
                behaviour(expected),
                ip("203.0.113.1"),
                (internal, destination, free) ->
                        internal.equals(at(NEIGHBOUR)) ? 61009 : rule.next(internal, destination, free));
    }

    private static NatBehaviour behaviour(Case expected) {
        return NatBehaviour.of(expected.mapping(), expected.filtering()).toBuilder()
                .ports(PortAllocation.SEQUENTIAL)
                .portRange(61000, 61099)
                .hairpin(expected.kind())
                .build();
    }
}
