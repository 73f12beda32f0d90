package dev.postern.conformance;

import dev.postern.stun.TransportProtocol;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs one case over one transport in a world of its own. */
public final class CaseRun {

    private CaseRun() {}

    /**
     * The case's result; its world is closed then.
     *
     * @param slow whether cases that wait for 30 s or longer are run
     */
    public static Result of(Case theCase, TransportProtocol transport, Supplier<? extends World> worlds, boolean slow) {
        try (World world = worlds.get()) {
            Transcript transcript = new Transcript(world);
            long start = world.nowNanos();
            String missing = missing(theCase, transport, world, slow);
            Bench bench = new Bench(world, transport, transcript);
            Outcome outcome = missing == null ? outcome(theCase, bench) : new Outcome.Skipped(missing);
            Duration took = Duration.ofNanos(world.nowNanos() - start);
            release(bench);
            return new Result(theCase, transport, outcome, transcript, took);
        }
    }

    private static void release(Bench bench) {
        try {
            bench.release();
        } catch (UncheckedIOException | CaseEnd gone) {
            bench.remark("What was held could not be given back: " + gone.getMessage());
        }
    }

    private static @Nullable String missing(Case theCase, TransportProtocol transport, World world, boolean slow) {
        for (Need need : Need.values()) {
            if (theCase.needs().contains(need) && !world.given().needs().contains(need)) {
                return "It needs " + need.words() + ".";
            }
        }
        if (!world.given().setups().contains(theCase.setup())) {
            return "It needs a server with " + theCase.setup().words() + ".";
        }
        if (!world.speaks(transport)) {
            return "It needs the server's " + transport + " address.";
        }
        return theCase.slow() && !slow ? "It waits for 30 s or longer." : null;
    }

    private static Outcome outcome(Case theCase, Bench bench) {
        try {
            theCase.body().run(bench);
            return new Outcome.Pass();
        } catch (CaseEnd end) {
            return end.outcome();
        } catch (UncheckedIOException failure) {
            bench.transcript().remark(String.valueOf(failure.getMessage()));
            return new Outcome.Fail("The server can be reached. It cannot: " + failure.getMessage() + ".");
        }
    }
}
