package dev.postern.app.cli;

import dev.postern.app.run.StartException;
import dev.postern.natsim.pcap.RunCapture;
import dev.postern.natsim.report.HtmlReport;
import dev.postern.natsim.report.Matrix;
import dev.postern.natsim.report.RunRecord;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The files that runs in simulated networks leave when they are asked for: a report for a browser, and captures for Wireshark. */
final class RunFiles {

    @Option(names = "--report", paramLabel = "FILE", description = "Write a report that needs no network.")
    @Nullable
    Path report;

    @Option(
            names = "--pcap",
            paramLabel = "FOLDER",
            description = "Write a capture of each run (pcapng) into this folder, with a comment on each packet.")
    @Nullable
    Path captures;

    /** Whether anything was asked for, so that runs must be recorded. */
    boolean wanted() {
        return report != null || captures != null;
    }

    /** Writes what was asked for about runs that are no matrix. */
    void write(String title, List<String> facts, List<RunRecord> runs) throws StartException {
        write(HtmlReport.of(title, facts, runs, folder()), runs);
    }

    /** Writes what was asked for about a matrix. */
    void write(String title, List<String> facts, Matrix matrix) throws StartException {
        List<RunRecord> runs =
                matrix.cells().stream().flatMap(cell -> cell.runs().stream()).toList();
        write(HtmlReport.of(title, facts, matrix, folder()), runs);
    }

    private String folder() {
        return captures == null ? "" : captures.toString();
    }

    private void write(String html, List<RunRecord> runs) throws StartException {
        if (captures != null) {
            for (RunRecord run : runs) {
                capture(captures, run);
            }
        }
        if (report != null) {
            try {
                Files.writeString(report, html);
            } catch (IOException e) {
                throw new StartException("cannot write the report " + report + ": " + e, e);
            }
        }
    }

    private static void capture(Path folder, RunRecord run) throws StartException {
        Path file = folder.resolve(run.captureName());
        try {
            Files.createDirectories(folder);
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
                RunCapture.write(run, out);
            }
        } catch (IOException e) {
            throw new StartException("cannot write the capture " + file + ": " + e, e);
        }
    }
}
