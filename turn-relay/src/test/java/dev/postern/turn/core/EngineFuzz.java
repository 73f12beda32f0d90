package dev.postern.turn.core;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Tells stories to the engines. A test run tells the committed ones and some by chance; in the {@code fuzz} profile Jazzer writes more. */
class EngineFuzz {

    private static final int STORIES = 100;
    private static final int LONGEST = 250;

    @FuzzTest(maxDuration = "10m")
    void anyStoryLeavesTheEnginesAsTheModelSays(byte[] story) {
        new EngineScript(story).run();
    }

    @Test
    void storiesByChanceEndAsTheModelSays() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < STORIES; i++) {
            byte[] story = new byte[random.nextInt(LONGEST)];
            random.nextBytes(story);
            try {
                new EngineScript(story).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("story " + HexFormat.of().formatHex(story), e);
            }
        }
    }
}
