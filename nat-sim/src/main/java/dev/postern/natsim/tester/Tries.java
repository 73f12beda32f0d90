package dev.postern.natsim.tester;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Tries one thing on three fresh sockets at once, and says what the three together mean: something that is heard once of
 * three times is no answer, and silence counts only where it cannot be mere loss.
 */
final class Tries {

    static final int COUNT = 3;

    private static final int AGREEING = 2;

    /** How one try ended. */
    enum Kind {
        /** What was waited for came. */
        HEARD,
        /** It did not. */
        SILENT,
        /** The try could not be made: no socket, or what must be answered was not. */
        FAILED
    }

    /** How one try ended, after how many sends of what might be answered. */
    record Outcome(Kind kind, int sends) {
        static final Outcome FAILED = new Outcome(Kind.FAILED, 0);

        static Outcome of(boolean heard, int sends) {
            return new Outcome(heard ? Kind.HEARD : Kind.SILENT, sends);
        }
    }

    /** What the tries together say. */
    enum Verdict {
        YES,
        NO,
        /** Some were heard and some not, or too much is lost. */
        MIXED,
        /** None could be made. */
        FAILED
    }

    private final Loss loss;
    private final Consumer<Tries> then;
    private int heard;
    private int silent;
    private int failed;
    private int silentSends;

    private Tries(Loss loss, Consumer<Tries> then) {
        this.loss = loss;
        this.then = then;
    }

    /** Makes the tries; each is given its number from 0 and where to put its outcome. */
    static void run(Loss loss, BiConsumer<Integer, Consumer<Outcome>> each, Consumer<Tries> then) {
        Tries tries = new Tries(loss, then);
        for (int i = 0; i < COUNT; i++) {
            each.accept(i, tries::onOutcome);
        }
    }

    private void onOutcome(Outcome outcome) {
        switch (outcome.kind()) {
            case HEARD -> heard++;
            case SILENT -> {
                silent++;
                silentSends += outcome.sends();
            }
            case FAILED -> failed++;
        }
        if (heard + silent + failed == COUNT) {
            then.accept(this);
        }
    }

    Verdict verdict() {
        if (failed == COUNT) {
            return Verdict.FAILED;
        }
        if (heard >= AGREEING) {
            return Verdict.YES;
        }
        return heard == 0 && silent >= AGREEING && loss.isConvincing(silentSends) ? Verdict.NO : Verdict.MIXED;
    }

    /** Heard is true and silent is false, each with its reason. */
    static Finding<Boolean> finding(Tries tries, String whenHeard, String whenSilent) {
        return switch (tries.verdict()) {
            case YES -> Finding.measured(true, whenHeard);
            case NO -> Finding.measured(false, whenSilent);
            case MIXED -> Finding.inconclusive(tries.sentence() + "; " + tries.loss.sentence());
            case FAILED -> Finding.inconclusive("the probe could not be made");
        };
    }

    /** Such as {@code heard in 3 of 3 tries}. */
    String sentence() {
        String tried = failed == 0 ? "" : ", " + failed + " could not be made";
        return "heard in " + heard + " of " + COUNT + " tries" + tried;
    }
}
