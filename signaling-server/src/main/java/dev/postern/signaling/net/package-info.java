/** The sockets and threads around the signaling hub: Jetty, and one thread that owns the hub. */
@NullMarked
package dev.postern.signaling.net;

import org.jspecify.annotations.NullMarked;
