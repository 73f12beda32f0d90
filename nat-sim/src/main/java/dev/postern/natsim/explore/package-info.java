/**
 * Random topologies, on which a small deterministic model of ICE is run with Postern's STUN and TURN engines and held against
 * the oracle; and the shrinking of a disagreement to the smallest topology that shows it. No socket, thread or clock.
 *
 * <p>The doors are {@link dev.postern.natsim.explore.Exploration} for many topologies and {@link
 * dev.postern.natsim.explore.Trial} for one.
 */
@NullMarked
package dev.postern.natsim.explore;

import org.jspecify.annotations.NullMarked;
