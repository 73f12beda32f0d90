package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run of coturn's {@code turnutils_uclient} against a relay of ours, and its own account of what arrived. */
record Uclient(long sent, long received, long lost, long dropped, String output) {

    /** The client paces itself: 4,000 messages of 20 clients take it about 12 s on an idle machine. */
    private static final Duration RUN = Duration.ofMinutes(3);

    private static final Pattern SAME_CHANNEL = Pattern.compile("channel bind: error 400");
    private static final Pattern TAKEN_PORT = Pattern.compile("(?m)^\\d+: : error 400");
    private static final int DRAWS = 3;
    private static final int MESSAGE_BYTES = 1200;
    private static final Pattern TOTALS = Pattern.compile("tot_send_msgs=(\\d+), tot_recv_msgs=(\\d+)\\R");
    private static final Pattern LOST = Pattern.compile("Total lost packets (\\d+) .*total send dropped (\\d+)");

    /** Runs it to its end, with {@code flags} that say where the messages go. */
    static Uclient run(Path coturn, PosternProcess postern, int clients, int messages, List<String> flags) {
        return run(coturn, postern, "127.0.0.1", clients, messages, flags);
    }

    /** The same with the relay reached at another of its addresses. */
    static Uclient run(
            Path coturn, PosternProcess postern, String relay, int clients, int messages, List<String> flags) {
        List<String> command =
                new ArrayList<>(List.of(coturn.resolve("turnutils_uclient").toString()));
        command.addAll(List.of("-u", PosternProcess.USER, "-w", PosternProcess.PASSWORD));
        command.addAll(List.of("-m", "" + clients, "-n", "" + messages, "-l", "" + MESSAGE_BYTES));
        command.addAll(List.of("-p", "" + postern.turnPort()));
        command.addAll(flags);
        command.add(relay);
        Uclient run = parse(finish(command));
        return run.lost == 0 && run.dropped == 0 ? run : run.beside(command, postern);
    }

    /** What it said, the last time of {@value #DRAWS} at most if it was refused for what it had drawn. */
    private static String finish(List<String> command) {
        for (int draw = 1; ; draw++) {
            try (Program program = Program.start(command)) {
                boolean ended = program.endedWithin(RUN);
                if (draw == DRAWS || !ended || !isRefusedDraw(command, program.output())) {
                    return program.finish(RUN);
                }
            }
        }
    }

    /**
     * One time in 16,384 it draws the same channel for both peers of a client, which is 400 (RFC 8656 section 12.2). And with mobility, in one
     * run of some dozens, it moves to a port of which the relay still has the allocation of a socket that it closed without a word: 400 too
     * (RFC 8016 section 3.2.2). No other refusal is forgiven.
     */
    private static boolean isRefusedDraw(List<String> command, String output) {
        return SAME_CHANNEL.matcher(output).find()
                || (command.contains("-M") && TAKEN_PORT.matcher(output).find());
    }

    /** The same with what was run, and what the relay counted that it did not carry. */
    private Uclient beside(List<String> command, PosternProcess postern) {
        String counted;
        try {
            counted = postern.metrics().matching("dropped|refused|errors|overflows");
        } catch (IOException e) {
            counted = "its metrics could not be read: " + e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            counted = "its metrics were not read";
        }
        return new Uclient(
                sent, received, lost, dropped, output + String.join(" ", command) + "\nthe relay: " + counted);
    }

    /** What the last summary line and the line of losses say. */
    static Uclient parse(String output) {
        Matcher lost = LOST.matcher(output);
        assertThat(lost.find()).as("uclient's summary in:%n%s", output).isTrue();
        Matcher totals = TOTALS.matcher(output);
        long sent = 0;
        long received = 0;
        while (totals.find()) {
            sent = Long.parseLong(totals.group(1));
            received = Long.parseLong(totals.group(2));
        }
        return new Uclient(sent, received, Long.parseLong(lost.group(1)), Long.parseLong(lost.group(2)), output);
    }

    /** Each message that was sent came back: at least this many, since uclient opens a second flow beside some of its clients. */
    void assertAllArrived(long atLeast) {
        assertThat(List.of(received, lost, dropped))
                .as("received, lost and dropped in:%n%s", output)
                .containsExactly(sent, 0L, 0L);
        assertThat(sent).as("messages sent").isGreaterThanOrEqualTo(atLeast);
    }
}
