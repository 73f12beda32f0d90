/**
 * The relay as a pure state machine: {@link dev.postern.turn.core.TurnEngine} in, {@link dev.postern.turn.core.TurnOutput} out.
 * No socket, thread, clock or logger.
 */
@NullMarked
package dev.postern.turn.core;

import org.jspecify.annotations.NullMarked;
