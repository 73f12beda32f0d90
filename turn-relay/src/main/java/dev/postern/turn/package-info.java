/** A TURN server (RFC 8656). */
@NullMarked
package dev.postern.turn;

import org.jspecify.annotations.NullMarked;
