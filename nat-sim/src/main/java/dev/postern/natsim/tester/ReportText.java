package dev.postern.natsim.tester;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Mapping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A {@link NatReport} as a person reads it: first what it means, then what was found, then what was seen. */
public final class ReportText {

    private static final int TITLE_WIDTH = 20;

    private ReportText() {}

    /** The report without the observations; lines end by a line feed. */
    public static String of(NatReport report) {
        StringBuilder text = new StringBuilder();
        Meaning.of(report).forEach(sentence -> text.append(sentence).append('\n'));
        text.append('\n');
        Map<String, List<String>> unknown = new LinkedHashMap<>();
        for (Topic<?> topic : Topic.ALL) {
            Finding<?> finding = report.find(topic);
            if (finding.isMeasured()) {
                text.append(String.format("%-" + TITLE_WIDTH + "s", topic.title()))
                        .append(line(finding))
                        .append('\n');
            } else {
                String why = finding.status().words() + ", since " + finding.reason();
                unknown.computeIfAbsent(why, none -> new ArrayList<>()).add(topic.title());
            }
        }
        unknown.forEach((why, titles) -> text.append("\n")
                .append(why.substring(0, 1).toUpperCase(Locale.ROOT))
                .append(why.substring(1))
                .append(":\n  ")
                .append(String.join(", ", titles))
                .append('\n'));
        if (!report.anomalies().isEmpty()) {
            text.append("\nUnusual\n");
            report.anomalies()
                    .forEach(sentence -> text.append("  ").append(sentence).append('\n'));
        }
        return text.toString();
    }

    /** What was seen, a line each. */
    public static String observations(NatReport report) {
        StringBuilder text = new StringBuilder("Observations\n");
        report.observations().forEach(seen -> text.append(seen).append('\n'));
        if (report.unrecorded() > 0) {
            text.append(report.unrecorded()).append(" more were not kept\n");
        }
        return text.toString();
    }

    private static String line(Finding<?> finding) {
        String said = words(finding.value());
        return finding.reason().isEmpty() ? said : said + " (" + finding.reason() + ")";
    }

    /** A value as people say it. */
    public static String words(Object value) {
        if (value instanceof Boolean yes) {
            return yes ? "yes" : "no";
        }
        if (value instanceof Mapping || value instanceof Filtering || value instanceof Translation) {
            return value.toString();
        }
        return value instanceof Enum<?> constant
                ? constant.name().replace('_', ' ').toLowerCase(Locale.ROOT)
                : value.toString();
    }

    /** The old name for a pair of axes, as a gloss alone; empty if there is none. */
    static List<String> gloss(NatReport report) {
        Finding<Mapping> mapping = report.find(Topic.MAPPING);
        Finding<Filtering> filtering = report.find(Topic.FILTERING);
        List<String> names = new ArrayList<>();
        if (mapping.is(Mapping.EIM)) {
            if (filtering.is(Filtering.EIF)) {
                names.add("full cone");
            } else if (filtering.is(Filtering.ADF)) {
                names.add("address-restricted cone");
            } else if (filtering.is(Filtering.APDF)) {
                names.add("port-restricted cone");
            }
        } else if (mapping.is(Mapping.APDM) && filtering.is(Filtering.APDF)) {
            names.add("symmetric");
        }
        return names;
    }
}
