/** A peer in Java: today its signaling half, a client whose session outlives its sockets. */
@NullMarked
package dev.postern.peer;

import org.jspecify.annotations.NullMarked;
