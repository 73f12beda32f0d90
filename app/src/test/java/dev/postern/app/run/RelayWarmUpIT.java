package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.EchoEncoder;
import ch.qos.logback.core.read.ListAppender;
import dev.postern.transport.UdpDriverKind;
import dev.postern.transport.UdpOptions;
import dev.postern.turn.Rehearsal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RelayWarmUpIT {

    private static final long STEP_NANOS = Duration.ofMillis(1).toNanos();
    private static final UdpOptions UDP = UdpOptions.DEFAULT.withDriver(UdpDriverKind.NIO);

    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Level usual = root.getLevel();
    private final ListAppender<ILoggingEvent> told = new ListAppender<>();

    @BeforeEach
    void listen() {
        told.start();
        root.setLevel(Level.INFO);
        root.addAppender(told);
    }

    @AfterEach
    void leave() {
        root.setLevel(usual);
        root.detachAppender(told);
    }

    @Test
    void endsWhenItsTimeIsOver() {
        AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5 * STEP_NANOS);
        long end = clock.get() + 10 * STEP_NANOS;

        assertThat(RelayWarmUp.rehearse(() -> Rehearsal.open(UDP), end, () -> clock.getAndAdd(STEP_NANOS)))
                .isEqualTo(10);
    }

    @Test
    void endsAfterEnoughRoundsWhateverTheTime() {
        assertThat(RelayWarmUp.rehearse(() -> Rehearsal.open(UDP), 1, () -> 0)).isEqualTo(RelayWarmUp.MOST_ROUNDS);
        assertThat(warnings()).isEmpty();
    }

    @Test
    void leavesNoLine() {
        RelayWarmUp.rehearse(() -> Rehearsal.open(UDP), 1, new AtomicLong(-3)::getAndIncrement);

        assertThat(told.list.stream().filter(line -> line.getLevel().isGreaterOrEqual(Level.INFO)))
                .isEmpty();
        assertThat(((Logger) LoggerFactory.getLogger(Rehearsal.LOGGER)).isErrorEnabled())
                .isFalse();
    }

    @Test
    void aFailureIsToldOnceAndStopsNothing() {
        int rounds = RelayWarmUp.rehearse(
                () -> {
                    throw new IOException("no loopback here");
                },
                1,
                () -> 0);

        assertThat(rounds).isZero();
        assertThat(warnings()).hasSize(1).first().asString().contains("no loopback here");
    }

    @Test
    void anAnswerThatDoesNotComeEndsItAndIsToldOnce() {
        int rounds = RelayWarmUp.rehearse(
                () -> {
                    Rehearsal rehearsal = Rehearsal.open(UDP);
                    rehearsal.close();
                    return rehearsal;
                },
                1,
                () -> 0);

        assertThat(rounds).isZero();
        assertThat(warnings()).hasSize(1);
    }

    /** What a real relay would tell is formatted, and goes nowhere. */
    @Test
    void itsLinesAreFormattedAsOthersAre() {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        OutputStreamAppender<ILoggingEvent> console = new OutputStreamAppender<>();
        List<String> formatted = new ArrayList<>();
        console.setContext(root.getLoggerContext());
        console.setEncoder(new EchoEncoder<>() {
            @Override
            public byte[] encode(ILoggingEvent line) {
                formatted.add(line.getLoggerName());
                return super.encode(line);
            }
        });
        console.setOutputStream(written);
        console.start();
        Appender<ILoggingEvent> usualConsole = root.getAppender("console");
        root.detachAppender(usualConsole);
        root.addAppender(console);
        try {
            RelayWarmUp.rehearse(() -> Rehearsal.open(UDP), 1, new AtomicLong(0)::getAndIncrement);
        } finally {
            root.detachAppender(console);
            root.addAppender(usualConsole);
        }

        assertThat(formatted).hasSize(2).containsOnly(Rehearsal.LOGGER);
        assertThat(written.size()).isZero();
    }

    private List<String> warnings() {
        return told.list.stream()
                .filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}
