package dev.postern.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.population.CallProfile;
import dev.postern.natsim.population.Interval;
import dev.postern.natsim.population.PopulationResult;
import dev.postern.natsim.population.PopulationText;
import dev.postern.natsim.population.Times;
import dev.postern.natsim.scenario.Scenario;
import java.util.List;
import java.util.Locale;

/** The result of a population run for programs. */
final class PopulationJson {

    private static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private PopulationJson() {}

    static String of(Scenario scenario, PopulationResult result, CallProfile call, String replay) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("title", scenario.title()).put("about", scenario.about());
        root.put("pairs", result.pairs()).put("seed", result.plan().seed());
        root.put("turn", word(result.plan().population().turn()));
        ObjectNode weights = root.putObject("weights");
        result.plan()
                .population()
                .shares()
                .forEach(share -> weights.put(share.nat().name(), share.weight()));
        putOutcomes(root, result);
        root.put("as-the-rules-say", result.pairs() - result.disagreeing());
        result.disagreements().forEach(root.putArray("not-as-the-rules-say")::add);
        putCells(root, result);
        putTimes(root, result);
        putBill(root, result, call);
        root.put("replay", replay);
        try {
            return MAPPER.writeValueAsString(root);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of strings and numbers is JSON", impossible);
        }
    }

    private static void putOutcomes(ObjectNode root, PopulationResult result) {
        ObjectNode outcomes = root.putObject("outcomes");
        for (Outcome outcome : Outcome.values()) {
            Interval interval = result.interval(outcome);
            Interval ruled = result.ruled(outcome, result.plan().population().turn());
            ObjectNode node = outcomes.putObject(PopulationText.word(outcome));
            node.put("pairs", result.count(outcome));
            node.put("share", (double) result.count(outcome) / result.pairs());
            put(node.putObject("interval-95"), interval);
            put(node.putObject("by-the-rules"), ruled);
            node.put("in-the-interval", interval.meets(ruled));
        }
    }

    private static void put(ObjectNode node, Interval interval) {
        node.put("low", interval.low()).put("high", interval.high());
    }

    private static void putCells(ObjectNode root, PopulationResult result) {
        var cells = root.putArray("nats");
        for (int a = 0; a < result.nats(); a++) {
            for (int b = 0; b < result.nats(); b++) {
                ObjectNode cell = cells.addObject();
                cell.put("controlling", result.nat(a)).put("controlled", result.nat(b));
                for (Outcome outcome : Outcome.values()) {
                    cell.put(PopulationText.word(outcome), result.count(a, b, outcome));
                }
            }
        }
    }

    private static void putTimes(ObjectNode root, PopulationResult result) {
        ObjectNode times = root.putObject("time-to-connect-millis");
        times.put("median-line-millis", result.plan().lines().medianMillis());
        times.put("patience-millis", result.plan().lines().patienceMillis());
        for (Outcome outcome : List.of(Outcome.DIRECT, Outcome.RELAY)) {
            ObjectNode node = times.putObject(outcome.label());
            put(node.putObject("first-path"), result.firstPath(outcome));
            put(node.putObject("pair-in-use"), result.chosenPair(outcome));
        }
    }

    private static void put(ObjectNode node, Times times) {
        node.put("pairs", times.count());
        if (times.count() > 0) {
            node.put("p50", times.percentile(50)).put("p90", times.percentile(90));
            node.put("p99", times.percentile(99));
        }
    }

    private static void putBill(ObjectNode root, PopulationResult result, CallProfile call) {
        ObjectNode bill = root.putObject("relay-bill");
        bill.put("call-minutes", call.minutes()).put("call-kbits-each-way", call.kbitsPerSecond());
        bill.put("bytes-of-a-relayed-call", call.bytes());
        bill.put("relayed", result.count(Outcome.RELAY));
        bill.put("relayed-with-an-agent-on-tcp", result.relayedOverTcp());
        bill.put("relayed-through-two-addresses", result.relayedTwice());
        ObjectNode rules = bill.putObject("by-the-rules");
        for (Turn turn : Turn.values()) {
            ObjectNode node = rules.putObject(word(turn));
            for (Outcome outcome : Outcome.values()) {
                put(node.putObject(PopulationText.word(outcome)), result.ruled(outcome, turn));
            }
        }
    }

    static String word(Turn turn) {
        return turn.name().replace('_', '-').toLowerCase(Locale.ROOT);
    }
}
