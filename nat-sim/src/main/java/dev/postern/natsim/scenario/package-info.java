/**
 * The scenario file: a topology, a seed, what is sent and what happens at which virtual time, and what is expected of it,
 * in one small YAML file.
 *
 * <p>The door is {@link dev.postern.natsim.scenario.ScenarioFile}, which reads a file into a {@link
 * dev.postern.natsim.scenario.Scenario} or says in sentences, with lines, what is wrong with it. Every key of the file, its
 * values and what it means stand in {@link dev.postern.natsim.scenario.Sections} and nowhere else.
 */
@NullMarked
package dev.postern.natsim.scenario;

import org.jspecify.annotations.NullMarked;
