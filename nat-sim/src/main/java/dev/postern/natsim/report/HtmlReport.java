package dev.postern.natsim.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Runs as one HTML file that needs no network: the matrix, and for each run its topology, its packets in virtual time, the
 * routers' tables at each instant, and why it ended so. All that comes from a run is data to the page's script, which shows it
 * as text; the page's policy lets no other script run.
 */
public final class HtmlReport {

    /** How many runs a page holds, the first ones: {@value}. */
    public static final int MAX_RUNS = 400;

    private static final List<String> SCRIPTS =
            List.of("dom.js", "facts.js", "matrix.js", "topology.js", "sequence.js", "tables.js", "pair.js", "main.js");
    private static final String STYLE = "report.css";

    private HtmlReport() {}

    /**
     * A page about a matrix.
     *
     * @param title what was run
     * @param facts how and when, a line each
     * @param captures the folder that captures were written to; empty for none
     */
    public static String of(String title, List<String> facts, Matrix matrix, String captures) {
        Json json = begun(title, facts, captures);
        List<RunRecord> runs =
                matrix.cells().stream().flatMap(cell -> cell.runs().stream()).toList();
        json.name("matrix");
        new MatrixJson(json, MAX_RUNS).write(matrix);
        return page(title, ended(json, runs));
    }

    /** A page about runs that are no matrix; the rest as for {@link #of(String, List, Matrix, String)}. */
    public static String of(String title, List<String> facts, List<RunRecord> runs, String captures) {
        return page(title, ended(begun(title, facts, captures), runs));
    }

    private static Json begun(String title, List<String> facts, String captures) {
        Json json = new Json().open('{');
        json.name("title").value(title).name("facts").values(facts);
        json.name("captures").value(captures);
        return json;
    }

    private static String ended(Json json, List<RunRecord> runs) {
        json.name("runsLeftOut").value(Math.max(0, runs.size() - MAX_RUNS));
        json.name("runs").open('[');
        runs.stream().limit(MAX_RUNS).forEach(run -> new RunJson(json).write(run));
        return json.close(']').close('}').toString();
    }

    private static String page(String title, String data) {
        String style = "\n" + resource(STYLE);
        String script = SCRIPTS.stream().map(HtmlReport::resource).collect(Collectors.joining("\n", "\n", ""));
        String policy = "default-src 'none'; style-src '" + hash(style) + "'; script-src '" + hash(script)
                + "'; base-uri 'none'; form-action 'none'";
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="%s">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%s</title>
                <style>%s</style>
                </head>
                <body>
                <noscript>This report draws itself with a script that is part of this file; it loads nothing.</noscript>
                <div id="page"></div>
                <script type="application/json" id="data">%s</script>
                <script type="module">%s</script>
                </body>
                </html>
                """.formatted(policy, escaped(title), style, data, script);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String hash(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
