package dev.postern.turn.core;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One allocation through gate and engine, from its authenticated Allocate and ChannelBind to the Refresh that ends it. No socket. */
@NullMarked
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
public class AllocateBenchmark {

    /** Written down, or made from a shared secret. */
    @Param({"written", "time-limited"})
    private String users = "written";

    private Callers callers = new Callers(false);
    private long nowNanos = Callers.START_NANOS;
    private int next;

    @Setup
    public void prepare() {
        callers = new Callers(users.equals("time-limited"));
    }

    @Benchmark
    public long allocateBindEnd() {
        int caller = next;
        next = caller + 1 < Callers.COUNT ? caller + 1 : 0;
        nowNanos++;
        callers.begin(caller, nowNanos);
        return callers.end(caller, nowNanos);
    }
}
