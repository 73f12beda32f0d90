/**
 * A TURN server (RFC 8656) to run or to embed: {@link dev.postern.turn.TurnRelay}, its {@link dev.postern.turn.TurnConfig} and
 * its {@link dev.postern.turn.TurnCounter}s are the whole public API.
 */
@NullMarked
package dev.postern.turn;

import org.jspecify.annotations.NullMarked;
