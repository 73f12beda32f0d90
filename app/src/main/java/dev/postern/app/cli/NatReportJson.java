package dev.postern.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.postern.natsim.tester.Finding;
import dev.postern.natsim.tester.MappedPort;
import dev.postern.natsim.tester.NatReport;
import dev.postern.natsim.tester.PortControlSeen;
import dev.postern.natsim.tester.PortList;
import dev.postern.natsim.tester.PortRule;
import dev.postern.natsim.tester.SessionLimit;
import dev.postern.natsim.tester.Span;
import dev.postern.natsim.tester.StatefulHops;
import dev.postern.natsim.tester.SynAnswer;
import dev.postern.natsim.tester.TcpReach;
import dev.postern.natsim.tester.Topic;
import java.time.Duration;
import java.util.Locale;

/** A NAT report for programs: what each topic's status is, its value where there is one, and all that was seen. */
final class NatReportJson {

    private static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private NatReportJson() {}

    static String of(NatReport report) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("server", report.server().toString());
        ArrayNode meaning = root.putArray("meaning");
        report.meaning().forEach(meaning::add);
        ObjectNode findings = root.putObject("findings");
        for (Topic<?> topic : Topic.ALL) {
            put(findings.putObject(topic.key()), report.find(topic));
        }
        ArrayNode anomalies = root.putArray("anomalies");
        report.anomalies().forEach(anomalies::add);
        ArrayNode observations = root.putArray("observations");
        report.observations()
                .forEach(seen -> observations
                        .addObject()
                        .put("nanos", seen.nanos())
                        .put("probe", seen.probe())
                        .put("text", seen.text()));
        root.put("observations-not-kept", report.unrecorded());
        try {
            return MAPPER.writeValueAsString(root);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of strings and numbers is JSON", impossible);
        }
    }

    private static void put(ObjectNode node, Finding<?> finding) {
        node.put("status", word(finding.status()));
        if (finding.isMeasured()) {
            putValue(node, finding.value());
        }
        node.put("reason", finding.reason());
    }

    private static void putValue(ObjectNode node, Object value) {
        if (value instanceof Boolean yes) {
            node.put("value", yes);
        } else if (value instanceof Integer number) {
            node.put("value", number);
        } else if (value instanceof Span span) {
            Duration end = span.atMost();
            node.put("longer-than-millis", span.longerThan().toMillis());
            if (end != null) {
                node.put("at-most-millis", end.toMillis());
            }
        } else if (value instanceof PortList list) {
            ArrayNode ports = node.putArray("value");
            list.ports().forEach(ports::add);
        } else if (value instanceof SessionLimit limit) {
            node.put("value", word(limit.end())).put("at-least", limit.atLeast());
            if (limit.atMost() != SessionLimit.UNKNOWN) {
                node.put("at-most", limit.atMost());
            }
        } else if (value instanceof PortControlSeen control) {
            node.put("nat-pmp", control.natPmp()).put("pcp", control.pcp()).put("upnp-igd", control.upnpIgd());
        } else if (value instanceof MappedPort port) {
            node.put("value", port.external().toString())
                    .put("granted-seconds", port.granted().toSeconds())
                    .put("open", port.open());
        } else if (value instanceof PortRule rule) {
            node.put("value", word(rule.kind())).put("step", rule.step());
        } else if (value instanceof SynAnswer answer) {
            node.put("value", word(answer.kind()))
                    .put("after-millis", answer.after().toMillis());
        } else if (value instanceof TcpReach reach) {
            ObjectNode ports = node.putObject("ports");
            reach.ports().forEach((port, answer) -> ports.put(port.toString(), word(answer)));
        } else if (value instanceof StatefulHops hops) {
            ArrayNode list = node.putArray("value");
            hops.hops().forEach(list::add);
        } else {
            node.put("value", value instanceof Enum<?> constant ? word(constant) : value.toString());
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().replace('_', '-').toLowerCase(Locale.ROOT);
    }
}
