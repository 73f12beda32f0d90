/** The signaling client without its socket: a state machine that moves by (now, input). */
@NullMarked
package dev.postern.peer.core;

import org.jspecify.annotations.NullMarked;
