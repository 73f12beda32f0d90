package dev.postern.app.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes things one after the other, and none of them can hold up the whole for longer than the deadline: one that does not
 * return is left behind, early enough that each after it still has its turn. Used by one thread.
 */
final class StopOrder {

    private static final Logger LOG = LoggerFactory.getLogger(StopOrder.class);

    /** Kept back for each thing that has not had its turn. */
    private static final int SHARES_KEPT = 10;

    /** Something to close; its name is for the log. */
    record Step(String name, AutoCloseable closing) {}

    private final List<Step> steps = new ArrayList<>();

    /** Adds the thing to close after all that were added before. */
    void add(String name, AutoCloseable closing) {
        steps.add(new Step(name, closing));
    }

    /**
     * Closes all in their order.
     *
     * @return whether each returned in its time and without an error
     */
    boolean close(Duration deadline) throws InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        long kept = deadline.toNanos() / SHARES_KEPT;
        boolean clean = true;
        for (int i = 0; i < steps.size(); i++) {
            long waiting = steps.size() - 1L - i;
            long budgetNanos = Math.max(0, end - System.nanoTime() - waiting * kept);
            clean &= close(steps.get(i), budgetNanos);
        }
        return clean;
    }

    private static boolean close(Step step, long budgetNanos) throws InterruptedException {
        CountDownLatch returned = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        Thread closer = new Thread(
                () -> {
                    try {
                        step.closing().close();
                    } catch (Exception e) {
                        failed.countDown();
                        LOG.atWarn()
                                .addKeyValue("part", step.name())
                                .setCause(e)
                                .log("failed to stop");
                    } finally {
                        returned.countDown();
                    }
                },
                "stop-" + step.name());
        closer.setDaemon(true);
        closer.start();
        boolean inTime = returned.await(budgetNanos, TimeUnit.NANOSECONDS);
        if (!inTime) {
            LOG.atWarn()
                    .addKeyValue("part", step.name())
                    .addKeyValue("waitedMillis", TimeUnit.NANOSECONDS.toMillis(budgetNanos))
                    .log("did not stop in time and is left behind");
        }
        return inTime && failed.getCount() == 1;
    }
}
