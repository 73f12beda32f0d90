package dev.postern.natsim.report;

import dev.postern.natsim.NatTable;
import dev.postern.natsim.fabric.TableChange;
import dev.postern.natsim.fabric.Topology;
import dev.postern.natsim.fabric.TraceEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes one run as the page reads it: strings once each, a step as a row of numbers. */
final class RunJson {

    /** How many steps of a run the page shows, the last ones: {@value}. */
    static final int MAX_STEPS = 2_000;

    /** How many table changes of a run the page shows, the last ones: {@value}. */
    static final int MAX_TABLES = 400;

    private static final int MAX_WORDS = 2_000;

    private final Json json;
    private final Contents contents = new Contents();
    private final Map<String, Integer> strings = new LinkedHashMap<>();

    RunJson(Json json) {
        this.json = json;
    }

    void write(RunRecord run) {
        RunRecord.Summary summary = run.summary();
        json.open('{');
        json.name("title").value(cut(summary.title()));
        json.name("seed").value(Long.toString(run.seed()));
        json.name("replay").value(cut(summary.replay()));
        json.name("expected").value(cut(summary.expected()));
        json.name("observed").value(cut(summary.observed()));
        json.name("asExpected").value(summary.asExpected());
        json.name("why").value(cut(summary.explanation()));
        json.name("capture").value(run.captureName());
        json.name("endNanos").value(run.endNanos());
        topology(run.topology());
        steps(run);
        tables(run);
        json.name("strings").values(List.copyOf(strings.keySet()));
        json.close('}');
    }

    private void topology(Topology topology) {
        json.name("routers").open('[');
        for (Topology.RouterPlace router : topology.routers()) {
            json.open('{').name("name").value(cut(router.name()));
            json.name("inside").value(cut(router.inside())).name("outside").value(cut(router.outside()));
            json.name("nat").value(cut(router.behaviour().name()));
            json.name("address").value(router.address()).name("line").value(router.line());
            json.close('}');
        }
        json.close(']').name("hosts").open('[');
        for (Topology.HostPlace host : topology.hosts()) {
            json.open('{').name("name").value(cut(host.name())).name("zone").value(cut(host.zone()));
            json.name("address").value(host.address()).name("line").value(host.line());
            json.close('}');
        }
        json.close(']').name("placesLeftOut").value(topology.leftOut());
    }

    /** Rows of nanoseconds, packet, step, place, source, destination, payload bytes, contents, note. */
    private void steps(RunRecord run) {
        List<TraceEvent> events = last(run.events(), MAX_STEPS);
        json.name("firstStep").value(run.eventsForgotten() + run.events().size() - events.size());
        json.name("steps").open('[');
        for (TraceEvent event : events) {
            json.open('[').value(event.nanos()).value(event.flight());
            json.value(number(event.step())).value(number(event.where()));
            json.value(number(event.packet().source().toString()));
            json.value(number(event.packet().destination().toString()));
            json.value(event.packet().payloadBytes()).value(number(contents.of(event.packet())));
            json.value(number(event.note())).close(']');
        }
        json.close(']');
    }

    /** Rows of step, router, rows left out, and the rows: protocol, internal, external, destination. */
    private void tables(RunRecord run) {
        List<TableChange> changes = last(run.tables(), MAX_TABLES);
        json.name("tablesCut").value(run.tablesForgotten() + run.tables().size() - changes.size());
        json.name("tables").open('[');
        for (TableChange change : changes) {
            json.open('[').value(change.step()).value(number(change.router())).value(change.leftOut());
            json.open('[');
            for (NatTable.Row row : change.table().rows()) {
                json.open('[').value(number(row.protocol().toString()));
                json.value(number(row.internal().toString()))
                        .value(number(row.external().toString()));
                json.value(number(row.destination().toString())).close(']');
            }
            json.close(']').close(']');
        }
        json.close(']');
    }

    /** As the page's script numbers them. */
    private static int number(TraceEvent.Step step) {
        return switch (step) {
            case SENT -> 0;
            case PASSED -> 1;
            case ARRIVED -> 2;
            case DROPPED -> 3;
        };
    }

    private int number(String string) {
        String kept = cut(string);
        Integer known = strings.get(kept);
        if (known == null) {
            known = strings.size();
            strings.put(kept, known);
        }
        return known;
    }

    private static String cut(String words) {
        return words.length() <= MAX_WORDS ? words : words.substring(0, MAX_WORDS) + " (cut)";
    }

    private static <T> List<T> last(List<T> all, int most) {
        return all.subList(Math.max(0, all.size() - most), all.size());
    }
}
