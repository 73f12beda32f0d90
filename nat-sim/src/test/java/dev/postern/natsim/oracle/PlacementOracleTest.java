package dev.postern.natsim.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.natsim.FilterScope;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatPreset;
import dev.postern.natsim.Pooling;
import dev.postern.natsim.oracle.Oracle.Order;
import dev.postern.natsim.oracle.Oracle.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle over placements: against what is known, and against the short rule for two chains. */
class PlacementOracleTest {

    static List<ExpectedOutcomes.Pair> pairs() {
        return ExpectedOutcomes.pairs();
    }

    static List<ExpectedOutcomes.Special> specials() {
        return ExpectedOutcomes.specials();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void agreesWithTheTableOfPairs(ExpectedOutcomes.Pair pair) {
        Placement placement = Placement.pair(pair.a().behaviour(), pair.b().behaviour());

        assertThat(Oracle.predict(placement.withTurn(Turn.UDP_AND_TCP))).isEqualTo(pair.expected());
        assertThat(Oracle.predict(placement.withTurn(Turn.NONE)))
                .isEqualTo(pair.expected() == Outcome.DIRECT ? Outcome.DIRECT : Outcome.NONE);
        assertThat(Oracle.predict(
                        Reach.of(pair.a().behaviour()), Reach.of(pair.b().behaviour()), Turn.UDP_AND_TCP))
                .isEqualTo(pair.expected());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("specials")
    void agreesWithWhatIsKnownOfSpecialPlaces(ExpectedOutcomes.Special special) {
        Placement placement = special.trial().placement();
        int headStart = special.trial().headStartMillis();
        Order order = headStart == 0 ? Order.TOGETHER : headStart > 0 ? Order.A_FIRST : Order.B_FIRST;

        assertThat(Oracle.predict(placement, order)).isIn(special.right());
        assertThat(Oracle.allowed(placement)).contains(Oracle.predict(placement, order));
    }

    /** The cells of the table that say 'R or D (order)', and those of the same row that do not. */
    @Test
    void linuxWithOpenInputDependsOnTheOrderWhereThePeersFilterLooksAtPorts() {
        NatBehaviour linux = NatBehaviour.linuxOpenInput();
        assertThat(allowed(linux, NatBehaviour.open())).containsExactly(Outcome.DIRECT);
        assertThat(allowed(linux, NatBehaviour.fullCone())).containsExactly(Outcome.DIRECT);
        assertThat(allowed(linux, NatBehaviour.addressRestricted())).containsExactly(Outcome.DIRECT);
        assertThat(allowed(linux, NatBehaviour.portRestricted()))
                .containsExactlyInAnyOrder(Outcome.DIRECT, Outcome.RELAY);
        assertThat(allowed(linux, NatBehaviour.statefulFirewall()))
                .containsExactlyInAnyOrder(Outcome.DIRECT, Outcome.RELAY);
        assertThat(allowed(linux, NatBehaviour.symmetric())).containsExactly(Outcome.RELAY);
        assertThat(allowed(linux, NatBehaviour.udpBlocked())).containsExactly(Outcome.RELAY);
        assertThat(allowed(NatBehaviour.linux(), NatBehaviour.linux())).containsExactly(Outcome.DIRECT);
    }

    /** Spec of arbitrary pooling: symmetric against address-restricted becomes a relay, because the address is new too. */
    @Test
    void arbitraryPoolingMakesSymmetricAgainstAddressRestrictedARelay() {
        NatBehaviour pooled =
                NatBehaviour.symmetric().toBuilder().pooling(Pooling.ARBITRARY).build();
        for (NatPreset other : NatPreset.values()) {
            assertThat(Oracle.predict(Placement.pair(pooled, other.behaviour())))
                    .as(other.label())
                    .isEqualTo(Oracle.predict(Reach.of(pooled), Reach.of(other.behaviour()), Turn.UDP));
        }
        assertThat(Oracle.predict(Placement.pair(pooled, NatBehaviour.addressRestricted())))
                .isEqualTo(Outcome.RELAY);
        assertThat(Oracle.predict(Placement.pair(NatBehaviour.symmetric(), NatBehaviour.addressRestricted())))
                .isEqualTo(Outcome.DIRECT);
    }

    private static Set<Outcome> allowed(NatBehaviour a, NatBehaviour b) {
        return Oracle.allowed(Placement.pair(a, b).withTurn(Turn.UDP_AND_TCP));
    }

    @Test
    void bothTablesAreWhole() {
        assertThat(pairs()).hasSize(64);
        assertThat(specials()).hasSizeGreaterThan(30);
    }

    /** Spec of the chain: the worst mapping and the strictest filter; it holds wherever no NAT maps per address. */
    @Test
    void chainsOfTwoAreAsTheWorstMappingAndTheStrictestFilterUnlessOneMapsPerAddress() {
        List<NatBehaviour> nats = kinds(Mapping.EIM, Mapping.APDM);
        for (NatBehaviour inner : nats) {
            for (NatBehaviour outer : nats) {
                for (NatBehaviour other : nats) {
                    List<NatBehaviour> chain = List.of(inner, outer);

                    assertThat(Oracle.predict(Placement.apart(chain, List.of(other))))
                            .as("%s behind %s against %s", inner.name(), outer.name(), other.name())
                            .isEqualTo(Oracle.predict(Reach.of(chain), Reach.of(other), Turn.UDP));
                }
            }
        }
    }

    /**
     * Per address, the short rule is too dark: once one check has come in through a loose filter, the two stay at the ports
     * that they have for each other's address. Where it says direct, it is right.
     */
    @Test
    void mappingPerAddressDoesNoWorseThanTheShortRuleAndAsItBehindStrictFilters() {
        List<NatBehaviour> all = kinds(Mapping.values());
        for (NatBehaviour a : kinds(Mapping.ADM)) {
            for (NatBehaviour b : all) {
                Outcome whole = Oracle.predict(Placement.pair(a, b));
                Outcome shortRule = Oracle.predict(Reach.of(a), Reach.of(b), Turn.UDP);
                boolean strict = a.filtering() == Filtering.APDF || b.filtering() == Filtering.APDF;

                assertThat(whole)
                        .as("%s against %s", a.name(), b.name())
                        .isIn(strict ? List.of(shortRule) : List.of(shortRule, Outcome.DIRECT));
            }
        }
    }

    @Test
    void orderOfTheTwoDoesNotMatter() {
        List<NatBehaviour> all = kinds(Mapping.values());
        for (NatBehaviour a : all) {
            for (NatBehaviour b : all) {
                assertThat(Oracle.predict(Placement.pair(a, b))).isEqualTo(Oracle.predict(Placement.pair(b, a)));
            }
        }
    }

    @Test
    void placesThatCannotBeAreRefused() {
        NatBehaviour nat = NatBehaviour.fullCone();
        assertThatThrownBy(() -> new Placement(List.of(nat), List.of(), List.of(), true, false, false, Turn.UDP))
                .hasMessageContaining("does not isolate");
        assertThatThrownBy(() -> new Placement(List.of(), List.of(nat), List.of(), false, false, true, Turn.UDP))
                .hasMessageContaining("behind no NAT");
        assertThatThrownBy(() -> Placement.apart(List.of(nat, nat, nat, nat, nat, nat, nat), List.of()))
                .hasMessageContaining("more than 6");
    }

    private static List<NatBehaviour> kinds(Mapping... mappings) {
        List<NatBehaviour> kinds = new ArrayList<>();
        for (Filtering filtering : Filtering.values()) {
            for (FilterScope scope : FilterScope.values()) {
                for (Mapping mapping : mappings) {
                    String name = mapping + "/" + filtering + " per " + scope;
                    kinds.add(NatBehaviour.builder(name, mapping, filtering)
                            .filterScope(scope)
                            .build());
                }
            }
        }
        kinds.add(NatBehaviour.open());
        kinds.add(NatBehaviour.statefulFirewall());
        return kinds;
    }
}
