/**
 * Runs scenarios: builds the network of one, lets happen what it says, and compares what came of it with what it expects.
 *
 * <p>The door is {@link dev.postern.natsim.scenario.run.ScenarioRun}.
 */
@NullMarked
package dev.postern.natsim.scenario.run;

import org.jspecify.annotations.NullMarked;
