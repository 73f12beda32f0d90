/** The relay's sockets and threads: engines on the shards of {@code transport}. */
@NullMarked
package dev.postern.turn.net;

import org.jspecify.annotations.NullMarked;
