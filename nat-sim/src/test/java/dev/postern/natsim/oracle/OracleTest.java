package dev.postern.natsim.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatPreset;
import dev.postern.natsim.oracle.Oracle.Turn;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OracleTest {

    /** The classes of the measured table; lnx is a Linux masquerade whose INPUT is open, when the peer's packet is first. */
    private static final Map<String, Reach> CLASSES = Map.of(
            "open", Reach.of(NatBehaviour.open()),
            "symfw", Reach.of(NatBehaviour.statefulFirewall()),
            "full", Reach.of(NatBehaviour.fullCone()),
            "addr", Reach.of(NatBehaviour.addressRestricted()),
            "port", Reach.of(NatBehaviour.portRestricted()),
            "sym", Reach.of(NatBehaviour.symmetric()),
            "lnx", new Reach(true, true, false, Filtering.APDF),
            "blocked", Reach.of(NatBehaviour.udpBlocked()));

    /**
     * What browsers did with TURN over UDP and TCP, the controlling agent to the left: D direct, R relay, ? either,
     * depending on who comes first.
     */
    private static final String MEASURED = """
            -       open symfw full addr port sym lnx blocked
            open    D    D     D    D    D    D   D   R
            symfw   D    D     D    D    D    R   ?   R
            full    D    D     D    D    D    D   D   R
            addr    D    D     D    D    D    D   D   R
            port    D    D     D    D    D    R   ?   R
            sym     D    R     D    D    R    R   R   R
            lnx     D    ?     D    D    ?    R   R   R
            blocked R    R     R    R    R    R   R   R
            """;

    private record Cell(String a, String b, char measured) {}

    static Stream<Cell> cells() {
        List<List<String>> lines =
                MEASURED.lines().map(line -> Arrays.asList(line.split(" +"))).toList();
        return lines.stream()
                .skip(1)
                .flatMap(line -> Stream.iterate(1, column -> column < line.size(), column -> column + 1)
                        .map(column -> new Cell(
                                line.get(0),
                                lines.get(0).get(column),
                                line.get(column).charAt(0))));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void agreesWithWhatBrowsersDid(Cell cell) {
        Outcome predicted = Oracle.predict(reach(cell.a()), reach(cell.b()), Turn.UDP_AND_TCP);

        switch (cell.measured()) {
            case 'D' -> assertThat(predicted).isEqualTo(Outcome.DIRECT);
            case 'R' -> assertThat(predicted).isEqualTo(Outcome.RELAY);
            default -> assertThat(predicted).isIn(Outcome.DIRECT, Outcome.RELAY);
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    void withoutTurnWhatWasRelayedFails(Cell cell) {
        Outcome with = Oracle.predict(reach(cell.a()), reach(cell.b()), Turn.UDP_AND_TCP);
        Outcome without = Oracle.predict(reach(cell.a()), reach(cell.b()), Turn.NONE);

        assertThat(without).isEqualTo(with == Outcome.DIRECT ? Outcome.DIRECT : Outcome.NONE);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void orderOfTheTwoDoesNotMatter(Cell cell) {
        for (Turn turn : Turn.values()) {
            assertThat(Oracle.predict(reach(cell.a()), reach(cell.b()), turn))
                    .isEqualTo(Oracle.predict(reach(cell.b()), reach(cell.a()), turn));
        }
    }

    @Test
    void blockedUdpLeavesNothingToATurnClientThatSpeaksUdpAlone() {
        for (NatPreset other : NatPreset.values()) {
            assertThat(Oracle.predict(reach("blocked"), Reach.of(other.behaviour()), Turn.UDP))
                    .isEqualTo(Outcome.NONE);
        }
        assertThat(Oracle.predict(reach("sym"), reach("port"), Turn.UDP)).isEqualTo(Outcome.RELAY);
    }

    /** A NAT whose external address changes per destination is let in by no filter that looks at addresses. */
    @Test
    void arbitraryPoolingMakesSymmetricAgainstAddressRestrictedARelay() {
        Reach pooled = new Reach(true, false, false, Filtering.APDF);

        assertThat(Oracle.predict(pooled, reach("addr"), Turn.UDP)).isEqualTo(Outcome.RELAY);
        assertThat(Oracle.predict(pooled, reach("full"), Turn.UDP)).isEqualTo(Outcome.DIRECT);
    }

    @Test
    void mappingPerAddressCountsAsPerAddressAndPort() {
        Reach adm = Reach.of(NatBehaviour.of(Mapping.ADM, Filtering.APDF));

        assertThat(adm).isEqualTo(reach("sym"));
    }

    private static Reach reach(String name) {
        return Objects.requireNonNull(CLASSES.get(name), name);
    }
}
