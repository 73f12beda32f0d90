package dev.postern.natsim.tester;

import java.util.List;

/** Stages that run at the same time, as those do that mostly wait. */
final class Together implements Stage {

    private final List<Stage> stages;
    private int open;

    Together(Stage... stages) {
        this.stages = List.of(stages);
        this.open = stages.length;
    }

    @Override
    public void run(Runnable done) {
        for (Stage stage : stages) {
            stage.run(() -> {
                open--;
                if (open == 0) {
                    done.run();
                }
            });
        }
    }
}
