/**
 * A virtual internet in virtual time: hosts, links and routers with NATs in them, one queue of events, one trace. The
 * same seed and the same inputs give the same trace, byte for byte. No socket, thread or clock.
 *
 * <p>The door is {@link dev.postern.natsim.fabric.VirtualNet}.
 */
@NullMarked
package dev.postern.natsim.fabric;

import org.jspecify.annotations.NullMarked;
