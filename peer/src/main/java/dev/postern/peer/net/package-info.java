/** The socket and the thread around the signaling client's engine. */
@NullMarked
package dev.postern.peer.net;

import org.jspecify.annotations.NullMarked;
