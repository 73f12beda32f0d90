/**
 * Many pairs of ICE agents behind NATs that are drawn by weight: how many connect directly, how many through a relay, how soon,
 * and what the relay carries. Each pair is run by the model of ICE ({@link dev.postern.natsim.explore.ModelRun}) with Postern's
 * STUN and TURN engines in virtual time. No socket and no clock; threads of its own while it runs.
 *
 * <p>The doors are {@link dev.postern.natsim.population.PopulationRun} and {@link
 * dev.postern.natsim.population.PopulationText}.
 */
@NullMarked
package dev.postern.natsim.population;

import org.jspecify.annotations.NullMarked;
