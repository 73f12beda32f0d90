package dev.postern.app.cli;

import dev.postern.app.config.ConfigException;
import dev.postern.app.log.JdkLogging;
import dev.postern.app.run.Announcement;
import dev.postern.app.run.Plan;
import dev.postern.app.run.RelayWarmUp;
import dev.postern.app.run.Servers;
import dev.postern.app.run.StartException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ExitCode;

/** A run of the servers, from the plan to the signal that ends it; apart from the command so that help loads no logger. */
final class ServerRun {

    private static final Logger LOG = LoggerFactory.getLogger("dev.postern.app");
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(10);
    private static final double MILLIS_PER_SECOND = 1000;

    private final Surroundings surroundings;

    ServerRun(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Starts, says where, and returns when the relay was drained, or never: the JVM ends it. */
    void untilTold(Plan plan) throws ConfigException, StartException, InterruptedException {
        JdkLogging.toSlf4j();
        // Credentials come first: a class of theirs that the JVM met later would make it throw away much of what it has
        // compiled.
        Servers servers = Servers.start(plan, surroundings.host(), surroundings.clock(), () -> RelayWarmUp.run(plan));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(servers), "stop"));
        announce(new Announcement(plan, servers));
        servers.awaitDrained();
        LOG.info("drained");
    }

    private void announce(Announcement announcement) {
        announcement.warnings().forEach(LOG::warn);
        PrintStream out = surroundings.out();
        out.println("Postern " + Version.text() + " is ready" + sinceStart() + ".");
        out.println();
        announcement.lines().forEach(out::println);
        out.println();
        showForCameras(announcement.callFromOtherDevices(), out);
        out.println("Ctrl-C stops it.");
        out.flush();
    }

    /** A QR code of the URL, for phones, on a terminal that has the characters. */
    private static void showForCameras(@Nullable URI url, PrintStream out) {
        Charset terminal = Charset.forName(System.getProperty("native.encoding", "US-ASCII"));
        QrCode code = url == null ? null : QrCode.of(url.toString());
        if (code == null || !terminal.newEncoder().canEncode(QrCode.BLOCK)) {
            return;
        }
        code.lines().forEach(line -> out.println("  " + line));
        out.println();
    }

    /** Since the JVM's own start: the process may have been a shell before that built the program. */
    private String sinceStart() {
        Instant start =
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        Duration age = Duration.between(start, surroundings.clock().instant());
        return String.format(Locale.ROOT, " after %.1f s", age.toMillis() / MILLIS_PER_SECOND);
    }

    /** Runs when the JVM shuts down, and decides the exit code, which a signal would otherwise make 143 or 130. */
    private static void stop(Servers servers) {
        boolean clean = false;
        try {
            LOG.info("stopping");
            servers.leaveCluster();
            clean = servers.close(STOP_DEADLINE);
            LOG.info(clean ? "stopped" : "stopped, but not everything in order");
        } catch (InterruptedException e) {
            LOG.warn("stopping was interrupted");
        } finally {
            Runtime.getRuntime().halt(clean ? ExitCode.OK : ExitCode.SOFTWARE);
        }
    }
}
