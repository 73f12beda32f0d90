package dev.postern.turn.core;

import java.lang.management.ManagementFactory;
import org.jspecify.annotations.NullMarked;

/**
 * Prints what an idle allocation with one channel keeps of the heap after a collection, sockets aside. With an argument it stays there so
 * many seconds, for {@code jcmd PID GC.class_histogram}.
 */
@NullMarked
final class IdleAllocations {

    private static final int COUNT = 10_000;
    private static final long A_MINUTE_NANOS = 60_000_000_000L;

    private IdleAllocations() {}

    public static void main(String[] arguments) throws InterruptedException {
        for (boolean timeLimited : new boolean[] {false, true}) {
            Callers callers = new Callers(timeLimited);
            long before = usedBytes();
            for (int i = 0; i < COUNT; i++) {
                callers.begin(i, Callers.START_NANOS);
            }
            long fresh = usedBytes() - before;
            for (int i = COUNT; i < COUNT + 2; i++) {
                callers.begin(
                        i,
                        Callers.START_NANOS + A_MINUTE_NANOS); // answers are kept for a while, and go when others come
            }
            System.out.printf(
                    "%s users: %d live, %d bytes each%n",
                    timeLimited ? "time-limited" : "written", callers.live(), fresh / COUNT);
            if (arguments.length > 0) {
                Thread.sleep(1000L * Integer.parseInt(arguments[0]));
            }
        }
    }

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
