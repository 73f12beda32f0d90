package dev.postern.natsim.population;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.scenario.Populations;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.natsim.scenario.Scenario.Population;
import dev.postern.natsim.scenario.ScenarioException;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pairs drawn from a population, against what the rules say of it. 10,000 of them: {@code postern lab population p2p-2011}. */
class PopulationRunTest {

    private static final CallProfile CALL = CallProfile.USUAL;

    /** The shares that the rules give: of every pair, by hand for p2p-2011, 1 - (1 - 0.96^2) - 2 * 0.64 * 0.11 - 0.11^2. */
    @ParameterizedTest
    @CsvSource({"p2p-2011, 0.7687", "cpe-2016, 0.9604", "cellular-2016, 0.52", "dcutr-2025, 0.7056"})
    void rulesGiveTheShareOfEachPopulation(String id, double direct) throws ScenarioException {
        Scenario scenario = Populations.named(id);
        assertThat(scenario.about()).startsWith("Constructed from published figures; not a measurement.");

        RuleShares rules = new RuleShares(plan(id, 1, Turn.UDP_AND_TCP), Turn.UDP_AND_TCP);

        assertThat(rules.share(Outcome.DIRECT).low()).isCloseTo(direct, within(1e-9));
        assertThat(rules.share(Outcome.RELAY).high()).isCloseTo(1 - direct, within(1e-9));
        assertThat(rules.share(Outcome.NONE).high()).isZero();
    }

    @Test
    void samePlanGivesTheSameBytesOnAnyNumberOfThreads() throws ScenarioException, InterruptedException {
        PopulationPlan plan = plan("p2p-2011", 70, Turn.UDP_AND_TCP);

        String one = PopulationText.of(run(plan, 1), CALL);

        assertThat(PopulationText.of(run(plan, 1), CALL)).isEqualTo(one);
        assertThat(PopulationText.of(run(plan, 3), CALL)).isEqualTo(one);
        PopulationPlan otherSeed = new PopulationPlan(plan.population(), 2, plan.lines());
        assertThat(PopulationText.of(run(otherSeed, 1), CALL)).isNotEqualTo(one);
    }

    @Test
    void everyPairEndsAsTheRulesSay() throws ScenarioException, InterruptedException {
        PopulationResult result = run(plan("p2p-2011", 80, Turn.UDP_AND_TCP), 2);

        assertThat(result.disagreements()).isEmpty();
        assertThat(result.disagreeing()).isZero();
        assertThat(result.relayedOverTcp()).isPositive();
        assertThat(PopulationText.of(result, CALL))
                .contains("80 of 80 pairs ended as the rules say", "relays over UDP and TCP");
    }

    /** By the draw alone, which is what the interval is about: each of 100 seeds draws 400 pairs. */
    @Test
    void intervalHoldsTheShareOfTheRulesForNineteenOfTwentySeeds() throws ScenarioException {
        PopulationPlan first = plan("p2p-2011", 400, Turn.UDP_AND_TCP);
        RuleShares rules = new RuleShares(first, Turn.UDP_AND_TCP);
        int held = 0;
        for (long seed = 1; seed <= 100; seed++) {
            PopulationPlan plan = new PopulationPlan(first.population(), seed, first.lines());
            long direct = IntStream.range(0, 400)
                    .mapToObj(plan::pair)
                    .filter(pair -> rules.allowed(pair.a(), pair.b()).contains(Outcome.DIRECT))
                    .count();
            held += Interval.of(direct, 400).meets(rules.share(Outcome.DIRECT)) ? 1 : 0;
        }
        assertThat(held).isBetween(88, 99);
    }

    @Test
    void whoeverHasNoUdpFailsWithoutARelayOverTcp() throws ScenarioException, InterruptedException {
        Population blocked = Populations.with(population("p2p-2011", 30, Turn.UDP), "udp-blocked", 100);
        PopulationResult result = run(new PopulationPlan(blocked, 1, Lines.USUAL), 1);
        PopulationResult overTcp =
                run(new PopulationPlan(new Population(30, Turn.UDP_AND_TCP, blocked.shares()), 1, Lines.USUAL), 1);

        assertThat(result.disagreements()).isEmpty();
        assertThat(result.count(Outcome.NONE)).isPositive();
        assertThat(overTcp.disagreements()).isEmpty();
        assertThat(overTcp.count(Outcome.NONE)).isZero();
        assertThat(overTcp.count(Outcome.RELAY)).isEqualTo(result.count(Outcome.NONE) + result.count(Outcome.RELAY));
        assertThat(overTcp.relayedTwice()).isPositive();
    }

    /** Linux with an open INPUT chain ends one way or the other, by whose checks come first: so the rules give two numbers. */
    @Test
    void shareIsARangeWhereTheOrderDecides() throws ScenarioException {
        Population open = Populations.with(population("cpe-2016", 10, Turn.UDP), "linux-open-input", 50);

        RuleShares rules = new RuleShares(new PopulationPlan(open, 1, Lines.USUAL), Turn.UDP);

        Interval direct = rules.share(Outcome.DIRECT);
        assertThat(direct.low()).isLessThan(direct.high());
    }

    @Test
    void agentsConnectNoSoonerThanTheirLinesAllow() throws ScenarioException, InterruptedException {
        PopulationResult result = run(plan("cellular-2016", 30, Turn.UDP), 2);

        for (Outcome outcome : new Outcome[] {Outcome.DIRECT, Outcome.RELAY}) {
            Times first = result.firstPath(outcome);
            Times used = result.chosenPair(outcome);
            assertThat(first.count()).isEqualTo((int) result.count(outcome));
            assertThat(first.percentile(50)).isBetween(50, used.percentile(50));
            assertThat(used.percentile(50)).isLessThanOrEqualTo(used.percentile(99));
        }
        assertThat(result.chosenPair(Outcome.RELAY).percentile(50)).isGreaterThan(2000);
    }

    private static PopulationResult run(PopulationPlan plan, int threads) throws InterruptedException {
        return new PopulationRun(plan).run(threads, done -> {});
    }

    private static PopulationPlan plan(String id, int pairs, Turn turn) throws ScenarioException {
        return new PopulationPlan(population(id, pairs, turn), 1, Lines.USUAL);
    }

    private static Population population(String id, int pairs, Turn turn) throws ScenarioException {
        Population packaged = Objects.requireNonNull(Populations.named(id).population());
        return new Population(pairs, turn, packaged.shares());
    }
}
