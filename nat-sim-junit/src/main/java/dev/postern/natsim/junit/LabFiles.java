package dev.postern.natsim.junit;

import dev.postern.natsim.pcap.RunCapture;
import dev.postern.natsim.report.HtmlReport;
import dev.postern.natsim.report.RunRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the report and the capture of a run that has failed. */
final class LabFiles {

    private LabFiles() {}

    /** Writes both and says where, or what went wrong: a test must not fail for another reason than its own. */
    static String write(Path folder, RunRecord run) {
        String capture = run.captureName();
        Path page = folder.resolve(capture.replace(".pcapng", ".html"));
        Path packets = folder.resolve(capture);
        try {
            Files.createDirectories(folder);
            try (OutputStream out = Files.newOutputStream(packets)) {
                RunCapture.write(run, out);
            }
            String title = run.summary().title();
            Files.writeString(
                    page, HtmlReport.of(title, List.of("A test that has failed."), List.of(run), folder.toString()));
            return "report: " + page + "\n  capture: " + packets;
        } catch (IOException e) {
            return "report: could not be written, " + e;
        }
    }
}
