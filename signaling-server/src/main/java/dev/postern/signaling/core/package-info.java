/** The signaling state machine: rooms, sessions and what they are sent, without sockets, threads or clocks. */
@NullMarked
package dev.postern.signaling.core;

import org.jspecify.annotations.NullMarked;
