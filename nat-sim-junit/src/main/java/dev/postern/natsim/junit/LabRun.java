package dev.postern.natsim.junit;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One run of a test.
 *
 * @param plan where the peers are
 * @param isCell whether the NATs are those of one cell of a matrix
 * @param test as Maven's Surefire names it: {@code DialerTest#dials}
 * @param reports the folder for the report and the capture of a run that fails; null for none
 */
record LabRun(
        LabPlan plan,
        boolean isCell,
        long seed,
        String test,
        @Nullable Path reports) {

    String displayName() {
        return plan.text() + ", seed " + seed;
    }

    /** The command line that runs this and nothing else again. */
    String replay() {
        String cell = isCell ? " \"-D" + NatMatrix.PARAMETER + "=" + plan.text() + "\"" : "";
        return "mvn test \"-Dtest=" + test + "\"" + cell + " -D" + Seeds.PARAMETER + "=" + seed;
    }
}
