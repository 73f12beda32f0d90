/** Postern's own STUN and TURN engines on a host of the virtual internet. */
@NullMarked
package dev.postern.natsim.server;

import org.jspecify.annotations.NullMarked;
