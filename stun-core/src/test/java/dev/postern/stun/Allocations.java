package dev.postern.stun;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts the bytes that an operation allocates, as the JVM counts them for the calling thread, after warm-up. */
public final class Allocations {

    /** How often a measured round runs the operation. */
    public static final int MEASURED = 100_000;

    private static final int WARM_UP = 20_000;
    private static final int ROUNDS = 5;

    private Allocations() {}

    /**
     * The fewest bytes that a round of {@link #MEASURED} runs allocated: the JIT compiler may charge one, but not each.
     */
    public static long bytes(Runnable operation) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < WARM_UP; i++) {
            operation.run();
        }
        long fewest = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < MEASURED; i++) {
                operation.run();
            }
            fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return fewest;
    }
}
