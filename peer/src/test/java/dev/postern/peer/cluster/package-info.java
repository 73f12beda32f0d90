/** Clients against several servers that are one. */
@NullMarked
package dev.postern.peer.cluster;

import org.jspecify.annotations.NullMarked;
