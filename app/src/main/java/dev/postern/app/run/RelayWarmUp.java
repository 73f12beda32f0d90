package dev.postern.app.run;

import dev.postern.app.config.Keys;
import dev.postern.app.log.RehearsalLog;
import dev.postern.transport.UdpOptions;
import dev.postern.turn.Rehearsal;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the relay's code run over loopback before a process has its servers, for as long as {@code turn.warm-up} says at most: so many calls
 * that the JVM finds it worth compiling, and then until its compilers have nothing left, which the first callers would else wait beside.
 */
public final class RelayWarmUp {

    /** So many that what each request runs through is called 5,000 times, when C2 looks at it: what is kept from C2 is slower until then. */
    static final int MOST_ROUNDS = 840;

    private static final Logger LOG = LoggerFactory.getLogger(RelayWarmUp.class);

    /** How long no compilation must have ended. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    private static final Duration PAUSE = Duration.ofMillis(10);

    /** Opens what is rehearsed on. */
    @FunctionalInterface
    interface Opening {
        Rehearsal open() throws IOException;
    }

    private RelayWarmUp() {}

    /** Returns when the time is over or all is compiled; at once where no relay is planned. Nothing of it is seen by the servers. */
    public static void run(Plan plan) throws InterruptedException {
        Duration most = plan.settings().get(Keys.TURN_WARM_UP);
        if (plan.turn().isEmpty() || most.isZero()) {
            return;
        }
        long start = System.nanoTime();
        CompilerDirectives.give();
        meetLocks();
        UdpOptions udp = NetConfig.udp(plan.settings());
        int rounds = rehearse(() -> Rehearsal.open(udp), start + most.toNanos(), System::nanoTime);
        LOG.debug("{} rounds of calls were rehearsed", rounds);
        CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
        if (compilers != null && compilers.isCompilationTimeMonitoringSupported()) {
            awaitQuiet(compilers, start + most.toNanos());
        }
    }

    /**
     * Rehearses calls until the clock says {@code endNanos}, or {@value #MOST_ROUNDS} rounds are over. What goes wrong is told once, and is no
     * reason not to start.
     *
     * @return how many rounds there were
     */
    @SuppressWarnings("try") // the log is open for as long as it lasts, and nothing is asked of it
    static int rehearse(Opening opening, long endNanos, LongSupplier clock) {
        int rounds = 0;
        try (RehearsalLog log = RehearsalLog.open(Rehearsal.LOGGER, Rehearsal.REAL_LOGGER);
                Rehearsal rehearsal = opening.open()) {
            while (rounds < MOST_ROUNDS && clock.getAsLong() - endNanos < 0) {
                if (!rehearsal.round()) {
                    LOG.warn("The relay's warm-up ended early, as an answer over loopback did not come");
                    break;
                }
                rounds++;
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("The relay's warm-up failed, so that the first callers wait longer: {}", e.toString());
            LOG.debug("The relay's warm-up failed", e);
        }
        return rounds;
    }

    /**
     * Waits for a lock in vain, for a microsecond. The JVM loads a class for the first thread that waits for one, and throws away all code that
     * it had compiled in the belief that there is none: better now than when the first callers are served.
     */
    private static void meetLocks() throws InterruptedException {
        boolean got = new NeverFree().tryAcquireNanos(1, TimeUnit.MICROSECONDS.toNanos(1));
        LOG.trace("a lock that is never free was taken: {}", got);
    }

    @SuppressWarnings("serial") // nobody writes it
    private static final class NeverFree extends AbstractQueuedSynchronizer {

        @Override
        protected boolean tryAcquire(int permits) {
            return false;
        }
    }

    private static void awaitQuiet(CompilationMXBean compilers, long endNanos) throws InterruptedException {
        long seen = compilers.getTotalCompilationTime();
        long changedNanos = System.nanoTime();
        for (long now = changedNanos; now - endNanos < 0 && now - changedNanos < QUIET_NANOS; now = System.nanoTime()) {
            Thread.sleep(PAUSE.toMillis());
            long spent = compilers.getTotalCompilationTime();
            if (spent != seen) {
                seen = spent;
                changedNanos = now;
            }
        }
    }
}
